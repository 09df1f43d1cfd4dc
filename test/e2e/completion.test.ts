import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");

const words = async (s: Scratch, ...typed: string[]) =>
  (await s.ok("completion", "words", "--", ...typed))
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t")[0]);

/** Returns bash's completions after these words. */
async function inBash(s: Scratch, ...typed: string[]): Promise<string[]> {
  await s.write("../bin/session", `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  await s.run("chmod", ["+x", "../bin/session"]);
  const script =
    'eval "$(session completion bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _session; printf "%s\\n" "${COMPREPLY[@]}"';
  const env = { PATH: `${path.join(s.root, "../bin")}:${process.env.PATH}` };
  const ran = await s.run("bash", ["--norc", "-c", script, "bash", "session", ...typed], { env });
  return ran.stdout.split("\n").filter(Boolean);
}

test("completion offers commands, options, values, sessions and branches", async () => {
  const s = await scratch({ session: ["feature/login"] });
  await s.ok("start", "fix/crash");
  await s.git("branch", "plain");
  expect(await words(s, "sta")).toEqual(["start", "status", "stats"]);
  expect(await words(s, "help", "chec")).toEqual(["checkpoint", "check"]);
  expect(await words(s, "objectives", "d")).toEqual(["drop"]);
  expect(await words(s, "list", "--al")).toEqual(["--all", "--all-projects"]);
  expect(await words(s, "list", "--sort", "ti")).toEqual(["title", "time"]);
  expect(await words(s, "show", "f")).toEqual(["fix/crash", "feature/login"]);
  expect(await words(s, "-C", ".", "start", "pl")).toEqual(["plain"]);
  expect(await words(s, "tag", "@", "any")).toEqual([]);
  expect(await words(s, "no-such-command", "")).toEqual([]);
  expect(await s.session("completion", "tcsh")).toMatchObject({ code: 2 });
});

test("completion offers ids, tags, refs, settings with values, agents and templates, and paths only for path arguments", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two", "--tag", "api"] });
  await s.ok("blockers", "add", "Keys");
  await s.ok("decisions", "add", "Use PKCE");
  await s.ok("templates", "save", "@", "bugfix");
  await s.git("tag", "v1");
  await s.git("remote", "add", "origin", "../remote");
  expect(await words(s, "objectives", "complete", "obj-1", "")).toEqual(["obj-1", "obj-2"]);
  expect(await words(s, "checkpoint", "--complete", "")).toEqual(["obj-1", "obj-2"]);
  expect(await words(s, "blockers", "resolve", "")).toEqual(["blk-1"]);
  expect(await words(s, "decisions", "show", "")).toEqual(["dec-1"]);
  expect(await words(s, "list", "--tag", "")).toEqual(["api"]);
  expect(await words(s, "start", "--from", "v")).toEqual(["v1"]);
  expect(await words(s, "start", "x", "--template", "")).toEqual(["bugfix"]);
  expect(await words(s, "push", "@", "o")).toEqual(["origin"]);
  expect(await words(s, "config", "set", "start.b")).toEqual(["start.base"]);
  expect(await words(s, "config", "set", "start.base", "")).toEqual(["default", "current"]);
  expect(await words(s, "config", "set", "display.emoji", "f")).toEqual(["false"]);
  expect(await words(s, "agents", "install", "cl")).toEqual(["claude"]);
  expect(await words(s, "help", "st")).toEqual(["start", "status", "stats", "storage"]);
  for (const typed of [
    ["list", "--format=j"],
    ["list", "--format", "=", "j"],
  ])
    expect((await words(s, ...typed))[0]).toMatch(/^(--format=)?json$/);
  expect(await words(s, "workspace", "add", "")).toEqual([":files"]);
  expect(await words(s, "-C", "")).toEqual([":folders"]);
  for (const typed of [
    ["status", ""],
    ["note", "add", ""],
    ["start", "--title", ""],
    ["show", "work", ""],
  ])
    expect(await words(s, ...typed)).toEqual([]);
});

test("fish and git's bash completion offer the same candidates", async () => {
  const s = await scratch({ session: ["feature/login"] });
  expect(await inBash(s, "show", "f")).toEqual(["feature/login"]);
  const script =
    'eval "$(session completion bash)"; COMP_WORDS=(git session show f); COMP_CWORD=3; _git_session; printf "%s\\n" "${COMPREPLY[@]}"';
  const env = { PATH: `${path.join(s.root, "../bin")}:${process.env.PATH}` };
  expect((await s.run("bash", ["--norc", "-c", script], { env })).stdout).toBe("feature/login \n");
  if ((await s.run("sh", ["-c", "command -v fish"])).code !== 0) return;
  const fish =
    "session completion fish | source; complete -C 'session show f'; complete -C 'git session show f'";
  const line = "feature/login\tLogin (active)\n";
  expect((await s.run("fish", ["-c", fish], { env })).stdout).toBe(line + line);
});

test("bash quotes candidate names and executes nothing in them", async () => {
  const s = await scratch();
  await s.ok("start", "x$(touch${IFS}pwned)`id`");
  await s.ok("start", "other");
  const found = await inBash(s, "switch", "x");
  expect(found).toHaveLength(1);
  expect((await s.run("bash", ["-c", `printf %s ${found[0]}`])).stdout).toBe("x$(touch${IFS}pwned)`id`");
  expect(await s.git("status", "--porcelain")).toBe("");
  expect(await inBash(s, "checkp")).toEqual(["checkpoint"]);
});

test.each(["bash", "zsh", "fish", "powershell"])("%s parses its completion script", async (shell) => {
  const s = await scratch();
  const script = await s.ok("completion", shell);
  expect(script).toMatch(/session completion words '?--'?/);
  const there = await s.run("sh", ["-c", `command -v ${shell}`]);
  if (there.code === 0)
    expect(await s.run(shell, ["-n", "-c", script])).toMatchObject({ code: 0, stderr: "" });
});
