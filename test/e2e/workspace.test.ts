import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";
import { inTerminal } from "../support/terminal.ts";

const CLI = path.resolve("dist/cli.js");
const WORKSPACE = ".git/sessions/work/workspace";

async function started(): Promise<Scratch> {
  const s = await scratch({ session: ["work"] });
  return s;
}

const piped = (s: Scratch, input: string, ...args: string[]) =>
  s.run(process.execPath, [CLI, "workspace", ...args], { input });

test("workspace path creates a private folder and prints its path", async () => {
  const s = await started();
  expect(await s.ok("workspace", "path")).toBe(`${s.root}/${WORKSPACE}\n`);
  expect((await s.run("stat", ["-c", "%a", WORKSPACE])).stdout).toBe("700\n");
  expect(await s.json("workspace", "path")).toEqual({ path: `${s.root}/${WORKSPACE}` });
});

test("workspace add copies files by name, list shows them with sizes, and git ignores them", async () => {
  const s = await started();
  expect(await s.session("workspace")).toMatchObject({
    code: 0,
    stdout: "",
    stderr: "No files in the workspace of this session.\nhint: session workspace add <file>\n",
  });
  expect(await s.json("workspace", "list")).toEqual([]);
  expect(s.exists(WORKSPACE)).toBe(false);
  await s.write("../plan.md", "# Plan\n");
  await s.write("docs/big.txt", "x".repeat(1_500_000));
  const before = await s.fingerprint();
  await s.ok("workspace", "add", "../plan.md", "docs/big.txt");
  await s.write(`${WORKSPACE}/research/by hand.md`, "mine\n");
  expect(await s.fingerprint()).toBe(before);
  expect(await s.ok("ws")).toBe("big.txt\t1.5 MB\nplan.md\t7 B\nresearch/by hand.md\t5 B\n");
  expect((await s.json("workspace", "list")).map((each: { name: string }) => each.name)).toEqual([
    "big.txt",
    "plan.md",
    "research/by hand.md",
  ]);
  expect((await s.run("stat", ["-c", "%a", `${WORKSPACE}/plan.md`])).stdout).toBe("600\n");
  await s.write("docs/plan.md", "another\n");
  const below = s.at("docs");
  await below.ok("workspace", "add", "plan.md", "--name", "second.md");
  expect(await s.read(`${WORKSPACE}/second.md`)).toBe("another\n");
});

test("views name the documents, and those of an ended session are available by its name", async () => {
  const s = await started();
  const names = ["a.md", "b.md", "c.md", "d.md", "e.md", "f.md"];
  for (const each of names) await s.write(`../${each}`, "text\n");
  await s.ok("workspace", "add", ...names.map((each) => `../${each}`));
  expect(await s.ok("status")).toContain("workspace: a.md, b.md, c.md, d.md, e.md, and 1 more");
  expect(await s.ok("show")).toContain("Workspace\n  a.md  5 B\n");
  for (const view of ["brief", "handoff"])
    expect(await s.ok(view)).toContain("Its workspace (`session workspace`) has `a.md`, `b.md`");
  expect((await s.json("status")).session.workspace).toMatchObject({ more: 1 });
  await s.ok("end");
  expect(await s.json("workspace", "--session", "work")).toHaveLength(6);
  const folder = (await s.ok("workspace", "path", "--session", "work")).trim();
  expect(await s.read(`${folder}/a.md`)).toBe("text\n");
  expect((await s.session("workspace", "--session", "none")).code).toBe(3);
});

test("workspace add stores standard input under a name, byte for byte", async () => {
  const s = await started();
  expect((await piped(s, "a\r\n\0b", "add", "-", "--name", "raw.bin")).code).toBe(0);
  expect(await s.read(`${WORKSPACE}/raw.bin`)).toBe("a\r\n\0b");
  const nameless = await piped(s, "x", "add", "-");
  expect(nameless).toMatchObject({ code: 2 });
  expect(nameless.stderr).toContain("standard input needs a name: --name <name>");
});

test("workspace add replaces a document only with --force", async () => {
  const s = await started();
  await piped(s, "first", "add", "-", "--name", "a.md");
  const again = await piped(s, "second", "add", "-", "--name", "a.md");
  expect(again).toMatchObject({ code: 1 });
  expect(again.stderr).toMatch(
    /^error: a\.md is in the workspace already\nhint: session workspace add .* --force\n/,
  );
  expect(await s.read(`${WORKSPACE}/a.md`)).toBe("first");
  await piped(s, "second", "add", "-", "--name", "a.md", "--force");
  expect(await s.read(`${WORKSPACE}/a.md`)).toBe("second");
});

test("a document name is no path: nothing is written outside of the folder", async () => {
  const s = await started();
  for (const name of [
    "../context.json",
    "a/b",
    ".hidden",
    "..",
    "",
    "-x",
    "nul",
    "a\nb",
    "x".repeat(300),
    "a:b",
  ]) {
    const ran = await piped(s, "x", "add", "-", `--name=${name}`);
    expect(ran.code, JSON.stringify(name)).toBe(2);
    expect(ran.stderr).toContain("cannot be the name of a document");
  }
  expect((await s.session("workspace", "open", "../../../config")).code).toBe(2);
  await s.write("a/x.md", "1");
  await s.write("b/x.md", "2");
  const twice = await s.session("workspace", "add", "a/x.md", "b/x.md");
  expect(twice).toMatchObject({ code: 2 });
  expect(twice.stderr).toContain("two of these files have the name x.md");
  expect(s.exists(WORKSPACE)).toBe(false);
});

test("workspace add follows no link, neither out of the tree nor into another folder", async () => {
  const s = await started();
  await s.write("../secret/key", "secret\n");
  await s.run("sh", ["-c", "ln -s ../secret/key notes.md; ln -s ../secret docs; mkfifo pipe"]);
  for (const file of ["notes.md", "docs/key", "pipe", "."]) {
    const ran = await s.session("workspace", "add", file, "--name", "copy");
    expect(ran.code, file).toBe(1);
    expect(ran.stderr, file).toMatch(/not a regular file|a folder outside of the work tree/);
  }
  await s.ok("workspace", "path");
  await s.run("sh", ["-c", `ln -s ../../../../../secret/key ${WORKSPACE}/link.md`]);
  expect(await s.json("workspace")).toEqual([]);
  expect((await s.session("workspace", "open", "link.md")).stderr).toContain("is not a regular file");
  await piped(s, "mine", "add", "-", "--name", "link.md", "--force");
  expect(await s.read("../secret/key")).toBe("secret\n");
  await s.run("sh", ["-c", `rm -r ${WORKSPACE}; ln -s ../../../../secret ${WORKSPACE}`]);
  for (const command of [["path"], ["list"], ["open", "a.md"]])
    expect((await s.session("workspace", ...command)).code, command[0]).toBe(1);
  expect((await piped(s, "x", "add", "-", "--name", "a.md")).code).toBe(1);
  expect((await s.run("ls", ["../secret"])).stdout).toBe("key\n");
});

test("workspace add accepts a file or standard input of at most 50 MB", async () => {
  const s = await started();
  await s.run("truncate", ["-s", "50M", "fits.bin"]);
  await s.run("truncate", ["-s", `${50 * 1024 * 1024 + 1}`, "large.bin"]);
  const large = await s.session("workspace", "add", "fits.bin", "large.bin");
  expect(large).toMatchObject({ code: 1, stdout: "" });
  expect(large.stderr).toMatch(/^error: .*large\.bin is larger than 50 MB, the limit of a workspace; .*\n$/);
  expect(s.exists(`${WORKSPACE}/fits.bin`)).toBe(false);
  await s.ok("workspace", "add", "fits.bin");
  expect((await s.json("workspace"))[0].size).toBe(50 * 1024 * 1024);
  const endless = await s.run("sh", ["-c", `yes | ${process.execPath} ${CLI} workspace add - --name y`]);
  expect(endless).toMatchObject({ code: 1 });
  expect(endless.stderr).toContain("standard input is larger than 50 MB");
});

test.skipIf(process.platform !== "linux")(
  "workspace open starts the editor on the folder or a document, and reports a failure",
  async () => {
    const s = await started();
    const editor = path.join(s.home, "editor");
    await writeFile(editor, '#!/bin/sh\n[ -d "$1" ] && ls -d "$1" > "$HOME/opened" || echo typed >> "$1"\n');
    await chmod(editor, 0o755);
    const open = (name: string[], env: NodeJS.ProcessEnv) => inTerminal(s, env, "workspace", "open", ...name);
    expect((await open([], { TERM: "xterm", VISUAL: editor, EDITOR: "false" })).code).toBe(0);
    expect(await s.read("../home/opened")).toBe(`${s.root}/${WORKSPACE}\n`);
    expect((await open(["new plan.md"], { EDITOR: editor })).code).toBe(0);
    expect(await s.read(`${WORKSPACE}/new plan.md`)).toBe("typed\n");
    const failed = await open([], { EDITOR: "false" });
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stdout).toContain("the editor (false) ended with 1");
  },
);

test("documents stay with their session: kept at its end, restored by resume, separate per branch", async () => {
  const s = await started();
  await piped(s, "plan", "add", "-", "--name", "plan.md");
  await s.ok("start", "work-two");
  expect(await s.json("workspace")).toEqual([]);
  await s.ok("switch", "work");
  await s.ok("end");
  const none = await s.session("workspace", "path");
  expect(none).toMatchObject({ code: 3 });
  expect(s.exists(".git/sessions/work/workspace")).toBe(false);
  await s.ok("resume", "work");
  expect(await s.read(`${WORKSPACE}/plan.md`)).toBe("plan");
  expect((await piped(s, "x", "add", "missing.md")).stderr).toContain("there is no file");
});
