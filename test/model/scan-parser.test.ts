import fc from "fast-check";
import { expect, test } from "vitest";
import { logParser } from "../../src/git/history/scan-parser.ts";
import type { ScannedCommit } from "../../src/insight/counting/history.ts";

const OID = ["a", "1", "0"].map((each) => each.repeat(40));
const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

/** As `git log -z --numstat` prints it; the id of the second commit has digits only. */
const LOG = latin1(
  [
    `${OID[0]}\n${OID[1]}\nA@Example.com\n1700000000 +0530\n1700000007\nfeat: größe\n\n1\t2\tno file\n`,
    "\n3\t1\tgrün.ts",
    "-\t-\tbin.dat",
    "0\t0\t",
    "1\t2\told.ts",
    "7\t8\tnew.ts",
    `${OID[1]}\n${OID[2]} ${OID[0]}\na@example.com\nnonsense\n\nMerge\n`,
    `${OID[2]}\n\n\n1600000000 -0030\n1600000000\n`,
    "\n12\t0\tline\nend",
    "",
  ].join("\0"),
);

function parsed(pieces: readonly string[]): ScannedCommit[] {
  const commits: ScannedCommit[] = [];
  const parser = logParser((each) => commits.push(each));
  for (const piece of pieces) parser.push(piece);
  parser.end();
  return commits;
}

test("the scan parser reads subjects, dates, merges and files: binary, renamed, with odd names", () => {
  const [one, two, three] = parsed([LOG]);
  expect(one).toMatchObject({
    oid: OID[0],
    merge: false,
    time: 1_700_000_000,
    zone: 330,
    committed: 1_700_000_007,
  });
  expect(one?.subject).toBe(latin1("feat: größe"));
  expect(one?.files).toEqual([
    { path: latin1("grün.ts"), added: 3, removed: 1 },
    { path: "bin.dat", added: 0, removed: 0 },
    { path: "7\t8\tnew.ts", added: 0, removed: 0 },
  ]);
  expect(two).toMatchObject({
    oid: OID[1],
    merge: true,
    time: 0,
    zone: 0,
    committed: 0,
    subject: "Merge",
    files: [],
  });
  expect(three).toMatchObject({ time: 1_600_000_000, zone: -30, subject: "" });
  expect(three?.files).toEqual([{ path: "line\nend", added: 12, removed: 0 }]);
  // Addresses are told apart without the case of their letters, and none is in it.
  expect(one?.author).toBe(two?.author);
  expect(three?.author).not.toBe(one?.author);
  expect(one?.author).toMatch(/^[0-9a-f]{16}$/);
});

test("the scan parser gives the same result wherever git's output is split", () => {
  const whole = parsed([LOG]);
  fc.assert(
    fc.property(fc.array(fc.nat(LOG.length), { maxLength: 8 }), (cuts) => {
      const ends = [...cuts, LOG.length].sort((one, other) => one - other);
      expect(parsed(ends.map((end, at) => LOG.slice(ends[at - 1] ?? 0, end)))).toEqual(whole);
    }),
  );
});
