import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";

const SCRIPT = path.resolve("scripts/lists.mjs");

/** A copy of what the lists are made from. */
const copy = mkdtempSync(path.join(os.tmpdir(), "session-lists-"));
for (const each of ["src", "docs", "scripts", ".session"])
  cpSync(each, path.join(copy, each), { recursive: true });
symlinkSync(path.resolve("node_modules"), path.join(copy, "node_modules"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const read = (file: string) => readFileSync(path.join(copy, file), "utf8");
const write = (file: string, text: string) => writeFileSync(path.join(copy, file), text);
const lists = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(copy, "scripts/lists.mjs"), ...args], {
    cwd: copy,
    encoding: "utf8",
  });

test("the generated tables and the picture of the rooms are current", () => {
  execFileSync(process.execPath, [SCRIPT, "--check"]);
});

test("a new file of each kind appears in its list and in the docs without any other edit", () => {
  const like = (file: string, made: string, changes: readonly (readonly [string, string])[]) =>
    write(
      made,
      changes.reduce((text, [from, to]) => text.replaceAll(from, to), read(file)),
    );
  like("src/commands/rename.ts", "src/commands/retitle.ts", [
    ['name: "rename"', 'name: "retitle"'],
    ['aliases: ["name", "session-name"]', 'aliases: ["again"]'],
  ]);
  like("src/agents/known/kiro.ts", "src/agents/known/other.ts", [['name: "kiro"', 'name: "other"']]);
  like("src/transfer/importers/ainative.ts", "src/transfer/importers/other.ts", [["AINative", "Another"]]);
  like("src/mcp/tools/note.ts", "src/mcp/tools/delete.ts", [["session_note", "session_other"]]);
  like("src/doctor/checks/identity.ts", "src/doctor/checks/other.ts", []);
  expect(lists("--check").stderr).toContain("docs/commands.md is out of date: npm run docs");
  expect(lists("--docs").status).toBe(0);
  expect(lists("--check").status).toBe(0);
  expect(read("src/cli/commands.generated.ts")).toContain('import("../commands/retitle.ts")');
  for (const [list, file] of [
    ["src/agents/catalog/agents", "../known/other.ts"],
    ["src/transfer/importers", "./importers/other.ts"],
    ["src/mcp/tools", "./tools/delete.ts"],
    ["src/doctor/checks", "./checks/other.ts"],
  ])
    expect(read(`${list}.generated.ts`)).toContain(`from "${file}"`);
  expect(read("docs/commands.md")).toContain("| `retitle`, `again` |");
  expect(read("docs/commands.md")).toContain("| Another |");
  expect(read("docs/agents.md")).toContain("| `other` |");
  expect(read("docs/mcp.md")).toContain("| `session_other` |");
});

test.each([
  [
    "a summary that is too long",
    /summary: ".*"/,
    `summary: "${"x".repeat(61)}"`,
    "the summary has more than 60",
  ],
  ["a name that another command has", 'aliases: ["cp"]', 'aliases: ["ls"]', "two commands have the name ls"],
  ["a name that is not its file's", 'name: "checkpoint"', 'name: "other"', "describes other"],
])("lists.mjs refuses %s", (_what, from, to, says) => {
  const file = "src/commands/checkpoint.ts";
  const before = read(file);
  write(file, before.replace(from, to));
  const { status, stderr } = lists();
  write(file, before);
  expect(status).toBe(1);
  expect(stderr).toContain(says);
});
