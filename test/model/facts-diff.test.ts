import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { addedLines, filesOfDiff } from "../../src/facts/formats/diff.ts";
import { scratch } from "../support/scratch.ts";

const read = (diff: string) => [...filesOfDiff(diff)];

test("the diff parser counts lines: each file has the numbers of its added and removed lines", () => {
  const diff = `diff --git a/src/a.ts b/src/a.ts
index 1111111..2222222 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -3 +3,2 @@ function a() {
-old
+new
+newer
@@ -10,2 +11,0 @@
-ten
-eleven
diff --git a/b.txt b/b.txt
new file mode 100644
--- /dev/null
+++ b/b.txt
@@ -0,0 +1 @@
+only
\\ No newline at end of file
diff --git a/c.txt b/c.txt
deleted file mode 100644
--- a/c.txt
+++ /dev/null
@@ -1 +0,0 @@
-gone
`;
  expect(read(diff)).toEqual([
    {
      path: "src/a.ts",
      added: [
        { line: 3, text: "new" },
        { line: 4, text: "newer" },
      ],
      removed: [
        { line: 3, text: "old" },
        { line: 10, text: "ten" },
        { line: 11, text: "eleven" },
      ],
    },
    { path: "b.txt", added: [{ line: 1, text: "only" }], removed: [] },
    { path: "c.txt", added: [], removed: [{ line: 1, text: "gone" }] },
  ]);
  expect(addedLines(diff)).toEqual(
    new Map([
      ["src/a.ts", [3, 4]],
      ["b.txt", [1]],
    ]),
  );
});

test("the diff parser reads content that looks like a header as content", () => {
  const diff = `diff --git a/x.patch b/x.patch
--- a/x.patch
+++ b/x.patch
@@ -1,2 +1,3 @@
--- a/evil
-diff --git a/evil b/evil
+++ b/evil
+@@ -1 +1 @@
+diff --git a/evil b/evil
@@ -9,0 +11 @@
+last
`;
  const [file, ...others] = read(diff);
  expect(others).toEqual([]);
  expect(file?.path).toBe("x.patch");
  expect(file?.removed.map((each) => each.text)).toEqual(["-- a/evil", "diff --git a/evil b/evil"]);
  expect(file?.added).toEqual([
    { line: 1, text: "++ b/evil" },
    { line: 2, text: "@@ -1 +1 @@" },
    { line: 3, text: "diff --git a/evil b/evil" },
    { line: 11, text: "last" },
  ]);
});

test("the diff parser reads the same line numbers from a diff with context lines", () => {
  const diff = `diff --git a/a b/a
--- a/a
+++ b/a
@@ -1,3 +1,4 @@
 one

+two
 three
`;
  expect(addedLines(diff)).toEqual(new Map([["a", [3]]]));
});

test("the diff parser unquotes names: octal bytes, escapes, spaces", () => {
  const names = (old: string, name: string) =>
    read(`diff --git ${old} ${name}\n--- ${old}\n+++ ${name}\n@@ -0,0 +1 @@\n+x\n`)[0]?.path;
  expect(names('"a/\\303\\274.ts"', '"b/\\303\\274.ts"')).toBe("ü.ts");
  expect(names('"a/a\\tb\\"c\\\\d\\n"', '"b/a\\tb\\"c\\\\d\\n"')).toBe('a\tb"c\\d\n');
  expect(names("a/with space\t", "b/with space\t")).toBe("with space");
});

test("the diff parser skips a combined diff without affecting its neighbors", () => {
  const diff = `diff --git a/a b/a
--- a/a
+++ b/a
@@ -0,0 +1 @@
+a
diff --cc conflict
--- a/conflict
+++ b/conflict
@@@ -1,1 -1,1 +1,2 @@@
+ ours
 +theirs
diff --git a/z b/z
--- a/z
+++ b/z
@@ -0,0 +5 @@
+z
`;
  expect(read(diff).map((file) => file.path)).toEqual(["a", "z"]);
  expect(addedLines(diff)).toEqual(
    new Map([
      ["a", [1]],
      ["z", [5]],
    ]),
  );
});

test("the diff parser reads a link that became a file as two entries, without losing a line", () => {
  const half = (header: string, hunk: string) => `diff --git a/a b/a\n${header}\n${hunk}\n`;
  const diff =
    half("new file mode 100644\n--- /dev/null\n+++ b/a", "@@ -0,0 +1,2 @@\n+x\n+y") +
    half("deleted file mode 120000\n--- a/a\n+++ /dev/null", "@@ -1 +0,0 @@\n-target");
  expect(addedLines(diff)).toEqual(new Map([["a", [1, 2]]]));
  expect(addedLines(diff + half("--- a/a\n+++ b/a", "@@ -7,0 +9 @@\n+z"))).toEqual(
    new Map([["a", [1, 2, 9]]]),
  );
});

test("the diff parser loses only the affected file of a truncated or inconsistent diff", () => {
  const diff = `diff --git a/a b/a
--- a/a
+++ b/a
@@ -0,0 +1,9999999999 @@
+a
diff --git a/z b/z
--- a/z
+++ b/z
@@ -0,0 +99999999999999999999 @@
+not counted
`;
  expect(addedLines(diff)).toEqual(new Map([["a", [1]]]));
});

test("the diff parser reads git's output for renamed, empty, binary, deleted and oddly named files", async () => {
  const s = await scratch();
  const long = Array.from({ length: 30 }, (_, n) => `line ${n}`).join("\n");
  await s.write("old name.txt", `${long}\n`);
  await s.write("pure.txt", `${long}\npure\n`);
  await s.write("gone.txt", "gone\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "one");
  await s.git("mv", "old name.txt", "new näme.txt");
  await s.git("mv", "pure.txt", "moved-pure.txt");
  await s.write("new näme.txt", `${long}\nmore\n`);
  await s.git("rm", "--quiet", "gone.txt");
  await s.write("empty b/empty", "");
  await s.write('q"uote\ttab', "x\n");
  await s.write("picture.png", "\0\x01\x02");
  await s.git("add", "--all");
  const diff = await s.git("diff", "-U0", "--cached", "--find-renames", "HEAD");
  expect(
    read(`${diff}\n`).map(({ path: name, added, removed }) => [name, added.length, removed.length]),
  ).toEqual(
    expect.arrayContaining([
      ["empty b/empty", 0, 0],
      ["gone.txt", 0, 1],
      ["moved-pure.txt", 0, 0],
      ["new näme.txt", 1, 0],
      ["picture.png", 0, 0],
      ['q"uote\ttab', 1, 0],
    ]),
  );
  expect(addedLines(diff).get("new näme.txt")).toEqual([31]);
});

const LINE = fc.constantFrom(
  "a",
  "b",
  "",
  "--- a/x",
  "+++ b/y",
  "@@ -1 +1 @@",
  "diff --git a/x b/x",
  "\\ No",
  " c",
  "\r",
  "ü",
);
const TEXT = fc.tuple(fc.array(LINE, { maxLength: 12 }), fc.boolean());

test("applying the parsed diff to the old text gives the new text", async () => {
  const base = await mkdtemp(path.join(os.tmpdir(), "session-diff-"));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const pairs = fc.sample(fc.tuple(TEXT, TEXT), { numRuns: 300, seed: 7 });
  const write = async (folder: string, side: 0 | 1) => {
    await mkdir(path.join(base, folder));
    await Promise.all(
      pairs.map((pair, n) => {
        const [lines, ended] = pair[side];
        return writeFile(path.join(base, folder, `${n}`), lines.join("\n") + (ended ? "\n" : ""));
      }),
    );
  };
  await Promise.all([write("old", 0), write("new", 1)]);
  const s = await scratch({ commits: 0 });
  for (const context of ["-U0", "-U3"]) {
    const { stdout } = await s.run("git", ["diff", "--no-index", context, "old", "new"], { cwd: base });
    const files = new Map(read(stdout).map((file) => [file.path.replace(/^(old|new)\//, ""), file]));
    expect(files.size).toBeGreaterThan(200);
    for (const [n, [old, fresh]] of pairs.entries()) {
      const file = files.get(`${n}`);
      const result = linesOf(old);
      for (const { line, text } of file?.removed.toReversed() ?? []) {
        expect(result[line - 1]).toBe(text);
        result.splice(line - 1, 1);
      }
      for (const { line, text } of file?.added ?? []) result.splice(line - 1, 0, text);
      expect(result).toEqual(linesOf(fresh));
    }
  }
});

function linesOf([lines, ended]: readonly [readonly string[], boolean]): string[] {
  const text = lines.join("\n") + (ended ? "\n" : "");
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

test("the diff parser never throws and returns whole line numbers for any text", () => {
  const part = fc.oneof(
    fc.constantFrom(
      "diff --git a/a b/a",
      "diff --git ",
      '+++ "b/\\',
      "+++ b/a",
      "--- /dev/null",
      "@@ -1 +1,5 @@",
      "+x",
      "-x",
      "rename to ",
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      for (const lines of addedLines(parts.join("\n")).values())
        expect(lines.every((line) => Number.isSafeInteger(line) && line >= 0)).toBe(true);
    }),
  );
});
