import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { branchFolder } from "../../src/session/files/folder.ts";

/** Components that are near each other, near our own names, and near what file systems do not take. */
const PART = fc.oneof(
  fc.constantFrom(
    ...[
      "con",
      "CON",
      "%63on",
      "%43ON",
      "nul.txt",
      "com1",
      "com¹",
      "conin$",
      "lpt9.x",
      "a.",
      "a%2E",
      "%",
      "%25",
      "%2525",
    ],
    ...[
      "workspace",
      "transcripts",
      "Workspace",
      "%77orkspace",
      "context.json",
      "%63ontext.json",
      "events.jsonl",
      "trailers",
    ],
    ...[
      "x".repeat(180),
      "x".repeat(181),
      `${"x".repeat(300)}y`,
      "é".repeat(91),
      "🎉".repeat(60),
      "%".repeat(70),
    ],
  ),
  fc.string({
    unit: fc.constantFrom("%", "2", "5", "E", "e", ".", "<", "c", "o", "n", "C", "é", "🎉", "~"),
    minLength: 1,
    maxLength: 6,
  }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
);

/** Names that git accepts for a branch. */
const BRANCH = fc
  .array(PART, { minLength: 1, maxLength: 3 })
  .map((parts) =>
    parts.map((each) => each.replace(/[\x00-\x20~^:?*[\\/\x7f]/g, "_").replace(/^\./, "_")).join("/"),
  )
  .filter((name) => !name.endsWith(".") && !name.includes(".."));

const WINDOWS = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i;
const OURS =
  /^(objectives\.md|blockers\.md|context\.json|events\.jsonl|trailers|handoff\.md|workspace|transcripts)$/i;

test("no two branches share a folder, also on a case-insensitive file system", () => {
  fc.assert(
    fc.property(BRANCH, BRANCH, (one, other) => {
      const [first, second] = [branchFolder(one), branchFolder(other)];
      expect(first === second).toBe(one === other);
      if (first.toLowerCase() === second.toLowerCase()) expect(one.toLowerCase()).toBe(other.toLowerCase());
    }),
    { numRuns: 5000 },
  );
});

test("every path component is valid on every file system and none is a name of ours", () => {
  fc.assert(
    fc.property(BRANCH, (branch) => {
      const names = branchFolder(branch).split("/");
      expect(names).toHaveLength(branch.split("/").length);
      for (const name of names) {
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(name).not.toMatch(/[<>:"|?*\\\x00-\x1f\x7f]|[. ]$|^\.|^$/);
        expect(name).not.toMatch(WINDOWS);
        expect(name).not.toMatch(OURS);
        expect(Buffer.from(name).toString()).toBe(name);
      }
    }),
    { numRuns: 2000 },
  );
});

test("no text, valid as a branch name or not, gives a path outside of the sessions folder", () => {
  const hostile = fc.oneof(
    BRANCH,
    fc.string({ unit: fc.constantFrom(".", "/", "\\", "%", "2", "e", "\0", "~", "C", ":"), maxLength: 12 }),
    fc.constantFrom(
      "../x",
      "..",
      ".",
      "/etc/passwd",
      "a/../../x",
      "C:\\x",
      "\\\\host\\x",
      "a//b",
      "%2e%2e/x",
      "",
    ),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      for (const flavour of [path.posix, path.win32]) {
        const relative = flavour.relative("/root", flavour.join("/root", branchFolder(text)));
        expect(relative.split(flavour.sep)).not.toContain("..");
        expect(flavour.isAbsolute(relative)).toBe(false);
      }
    }),
    { numRuns: 3000 },
  );
});

test("the local file system accepts all folders and lists them unchanged", () => {
  const root = mkdtempSync(path.join(os.tmpdir(), "session-folder-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const branch of fc.sample(
    BRANCH.filter((name) => !name.includes("/")),
    { numRuns: 200, seed: 1 },
  )) {
    mkdirSync(path.join(root, branchFolder(branch)), { recursive: true });
    expect(readdirSync(root)).toContain(branchFolder(branch));
  }
});
