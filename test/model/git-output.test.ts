import { expect, test } from "vitest";
import { looksSecret, planCommit } from "../../src/checkpoint/file-plan.ts";
import { parseLog } from "../../src/git/commits.ts";
import { parseRawNumstat } from "../../src/git/diff.ts";
import { parseBlame } from "../../src/git/lines/blame.ts";
import { parseMerges } from "../../src/git/move/merge-many.ts";
import { parseStatus } from "../../src/git/status.ts";

const HASH = "a".repeat(40);
const MODES = "100644 100644 100644";

test("the status parser reads porcelain v2: staged and unstaged changes, renames, submodules, conflicts, spaces", () => {
  const text = [
    "# branch.oid abc",
    "# branch.head main",
    "# branch.upstream origin/main",
    "# branch.ab +2 -1",
    `1 M. N... ${MODES} ${HASH} ${HASH} staged file`,
    `1 .D N... ${MODES} ${HASH} ${HASH} gone`,
    `1 .A N... ${MODES} ${HASH} ${HASH} intended`,
    `1 .M SC.. 160000 160000 160000 ${HASH} ${HASH} lib`,
    `1 .M S.M. 160000 160000 160000 ${HASH} ${HASH} edited`,
    `1 .D S... 160000 160000 000000 ${HASH} ${HASH} no lib`,
    `2 R. N... ${MODES} ${HASH} ${HASH} R100 new name`,
    "old name",
    `u UU N... 100644 100644 100644 100644 ${HASH} ${HASH} ${HASH} both`,
    "? un tracked",
    "",
  ].join("\0");
  expect(parseStatus(text)).toEqual({
    staged: [
      { path: "staged file", submodule: false, change: "changed" },
      { path: "new name", submodule: false, change: "renamed", from: "old name" },
    ],
    unstaged: [
      { path: "gone", submodule: false, change: "removed" },
      { path: "intended", submodule: false, change: "added" },
      { path: "lib", submodule: true, moved: true, change: "changed" },
      { path: "edited", submodule: true, change: "changed" },
      { path: "no lib", submodule: true, moved: true, change: "removed" },
    ],
    untracked: ["un tracked"],
    unmerged: ["both"],
    upstream: "origin/main",
    ahead: 2,
    behind: 1,
  });
});

test("the diff parser reads raw and numstat: renames, binaries, names with tabs and newlines", () => {
  const raw = (letter: string) => `:100644 100644 ${HASH} ${HASH} ${letter}`;
  const text = [
    raw("M"),
    "a\tb\n",
    raw("R100"),
    "old",
    "new",
    raw("A"),
    "pic",
    "3\t1\ta\tb\n",
    "0\t0\t",
    "old",
    "new",
    "-\t-\tpic",
    "",
  ].join("\0");
  expect(parseRawNumstat(text)).toEqual([
    { path: "a\tb\n", change: "changed", submodule: false, added: 3, removed: 1 },
    { path: "new", change: "renamed", from: "old", submodule: false, added: 0, removed: 0 },
    { path: "pic", change: "added", submodule: false, binary: true },
  ]);
});

test("the log parser reads bodies with blank lines, damaged dates, and commits without parents", () => {
  const commits = parseLog(
    `${HASH}\n\nA\na@example.com\n\n99999999999999999999\nsubject\n\nbody\n\0${HASH}\np1 p2\nB\nb@example.com\n1\n2\nmerge\n\0`,
  );
  expect(commits).toMatchObject([
    { parents: [], authored: 0, committed: 0, message: "subject\n\nbody\n" },
    { parents: ["p1", "p2"], authored: 1, committed: 2, message: "merge\n" },
  ]);
});

test("a commit plan takes ready files, omits submodules and secrets, and names what it omits", () => {
  const file = (path: string, submodule = false) => ({ path, submodule });
  const input = {
    staged: [],
    unstaged: [file("a"), file("lib", true)],
    untracked: ["new", ".env"],
    paths: [],
    missing: [],
    all: false,
    stagedOnly: false,
    allowEmpty: false,
    more: false,
  };
  expect(planCommit(input)).toMatchObject({ kind: "paths", paths: ["a"], leftOut: ["lib", "new", ".env"] });
  expect(planCommit({ ...input, all: true })).toMatchObject({
    paths: ["a", "new"],
    untracked: ["new"],
    leftOut: ["lib", ".env"],
    secret: [".env"],
  });
  expect(planCommit({ ...input, paths: [""] })).toMatchObject({
    paths: ["a", "new", ".env"],
    leftOut: ["lib"],
  });
  expect(planCommit({ ...input, paths: ["lib"] })).toMatchObject({ paths: ["lib"] });
  expect(planCommit({ ...input, staged: [file("lib", true)], all: true }).paths).toContain("lib");
  expect(planCommit({ ...input, staged: [file("s")] })).toMatchObject({
    kind: "index",
    leftOut: ["a", "lib", "new", ".env"],
  });
  expect(() => planCommit({ ...input, stagedOnly: true })).toThrow("nothing is staged");
});

test.each([
  ["a new file", { untracked: ["new"] }, "session checkpoint -A"],
  [
    "a moved submodule",
    { unstaged: [{ path: "a lib", submodule: true, moved: true as const }] },
    "git add 'a lib'",
  ],
  ["an edited submodule", { unstaged: [{ path: "lib", submodule: true }], all: true }, "git status"],
  ["a secret", { untracked: [".env"], all: true }, "git status"],
  ["nothing", {}, "--allow-empty"],
])("a checkpoint of only %s fails with the command that helps", (_what, changed, hint) => {
  const flags = { all: false, paths: [], missing: [], stagedOnly: false, allowEmpty: false, more: false };
  const input = { staged: [], unstaged: [], untracked: [], ...flags, ...changed };
  expect(() => planCommit(input)).toThrow(expect.objectContaining({ hint }));
});

test.each([
  [".env", true],
  [".env.production", true],
  [".env.example", false],
  ["keys/id_ed25519", true],
  ["id_ed25519.pub", false],
  ["server.pem", true],
  ["src/environment.ts", false],
  ["credentials.json", true],
])("%s looks like a secret: %s", (path, secret) => expect(looksSecret(path)).toBe(secret));

test("a commit summary that looks like a group of blamed lines is not read as one", () => {
  const [one, other, none] = ["1", "a", "0"].map((digit) => digit.repeat(40));
  const fake = `summary x\u2028${other} 1 9 1\rfilename fake`;
  const text = `${one} 3 4 2\nauthor A\n${fake}\nboundary\nfilename sch\u00f6n b.ts\n${none} 1 1 1\nfilename a.ts\n`;
  expect(parseBlame(text)).toEqual([
    { commit: one, from: 4, to: 5, path: "sch\u00f6n b.ts", isFirst: true },
    { from: 1, to: 1, path: "a.ts", isFirst: false },
  ]);
});

test("the merge-tree parser reads many merges: clean ones, conflicts by stage, and a truncated answer", () => {
  const oid = (letter: string) => letter.repeat(40);
  const fields = [
    ...["1", oid("a"), ""],
    ...[
      "0",
      oid("b"),
      `100644 ${oid("1")} 1\ta b`,
      `100644 ${oid("2")} 2\ta b`,
      `100755 ${oid("3")} 3\tnew\nline`,
      "",
    ],
    ...["0", oid("c"), `100644 ${oid("1")} 1\tcut`],
  ];
  expect(parseMerges(fields.map((each) => `${each}\0`).join(""))).toEqual([
    { how: "clean" },
    {
      how: "conflicts",
      tree: oid("b"),
      files: [
        { path: "a b", base: oid("1"), ours: oid("2") },
        { path: "new\nline", theirs: oid("3") },
      ],
    },
  ]);
});
