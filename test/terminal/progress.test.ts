/** The line of a terminal that counts what is read, where that takes long. */
import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";
import { daysAgo, fastSnapshots } from "../support/snapshots.ts";
import { runAtTerminal } from "../support/terminal.ts";

const HASTY = { NODE_OPTIONS: `--require ${path.resolve("test/support/fast-clock.cjs")}` };

/** Everything that a command shows on a terminal for which each step takes long. */
async function shown(s: Scratch, ...args: string[]): Promise<string> {
  const { code, stdout } = await runAtTerminal(s, { keys: "end", until: "", env: HASTY }, ...args);
  expect(code, stdout).toBe(0);
  return stdout;
}

test("import shows a count of sessions read, and clears the line", async () => {
  const s = await scratch({ session: ["work"] });
  const session = (await s.json("export")).sessions[0];
  for (const id of ["k3f9qzm2x7aa", "k3f9qzm2x7ab"])
    await s.write(
      `../in/${id}.json`,
      JSON.stringify({ ...(await s.json("export")), sessions: [{ ...session, id, state: "ended" }] }),
    );
  const text = await shown(s, "import", "--dir", "../in", "-n");
  expect(text).toMatch(
    /\rReading sessions: 1 …\x1b\[K\rReading sessions: 2 …\x1b\[K\r\x1b\[K.*Would import/s,
  );
  for (const flag of ["--quiet", "--json"])
    expect(await shown(s, "import", "--dir", "../in", "-n", flag)).not.toContain("Reading");
});

test("a first list counts the snapshots that git returned, a cached list does not", async () => {
  const s = await scratch();
  const made = { created: daysAgo(3), ended: daysAgo(2), meta: { text: "x".repeat(1000) } };
  await fastSnapshots(
    s,
    Array.from({ length: 300 }, (_, n) => ({ ...made, id: `aaaa00000${100 + n}`, title: `Session ${n}` })),
  );
  for (const args of [["--quiet"], ["--json"], ["--format", "json"]]) {
    expect(await shown(s, "list", "--no-pager", ...args)).not.toContain("Reading");
    await s.run("rm", ["-f", ".git/sessions/.snapshots"]);
  }
  expect(await shown(s, "list", "--no-pager")).toMatch(
    /\rReading sessions: 300 …\x1b\[K\r\x1b\[K.*Session 9/s,
  );
  expect(await shown(s, "list", "--no-pager")).not.toContain("Reading");
});
