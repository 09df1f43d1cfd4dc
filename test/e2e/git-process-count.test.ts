import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

/** A git on PATH that notes its arguments in a file, one command a line. */
async function noting(s: Scratch): Promise<NodeJS.ProcessEnv> {
  const git = (await s.run("sh", ["-c", "command -v git"])).stdout.trim();
  await s.write("../bin/git", `#!/bin/sh\necho "$*" >> '${s.home}/asked'\nexec '${git}' "$@"\n`);
  await s.run("chmod", ["+x", "../bin/git"]);
  return { PATH: `${path.resolve(s.root, "../bin")}:${s.env.PATH}` };
}

test("no command asks git the same question twice without a change in between", async () => {
  const s = await scratch({ session: ["work"] });
  const env = await noting(s);
  const cli = path.resolve("dist/cli.js");
  const asked = async (...args: string[]) => {
    await s.write("../home/asked", "");
    expect(await s.run(process.execPath, [cli, ...args], { env })).toMatchObject({ code: 0 });
    return (await s.read("../home/asked")).trim().split("\n");
  };
  const twice = (lines: string[]) => lines.filter((line, at) => lines.indexOf(line) !== at);
  expect(twice(await asked("status"))).toEqual([]);
  expect(twice(await asked("brief"))).toEqual([]);
  expect(twice(await asked("handoff"))).toEqual([]);
  const started = await asked("start", "other");
  const change = started.findIndex((line) => line.includes(" switch "));
  expect(twice(started.slice(0, change))).toEqual([]);
  // The program commits, and then reads the commit.
  await s.write("README.md", "changed\n");
  const lines = await asked("checkpoint", "-m", "feat: change");
  const commit = lines.findIndex((line) => / commit --quiet /.test(line));
  expect(lines.slice(commit + 1).filter((line) => line.endsWith("HEAD --"))).toHaveLength(1);
  const head = await s.git("rev-parse", "HEAD");
  expect(JSON.parse(await s.read(".git/sessions/other/context.json"))).toMatchObject({ tip: head });
});

test("one git process writes all files of a snapshot", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  const env = await noting(s);
  await s.ok("note", "One", "--quiet");
  await s.write("../home/asked", "");
  expect(await s.run(process.execPath, [path.resolve("dist/cli.js"), "end"], { env })).toMatchObject({
    code: 0,
  });
  const lines = (await s.read("../home/asked")).split("\n");
  expect(lines.filter((line) => line.includes("hash-object"))).toHaveLength(1);
  const files = (await s.git("for-each-ref", "--format=%(refname)", "refs/sessions/")).trim();
  expect((await s.git("ls-tree", "--name-only", files)).split("\n").length).toBeGreaterThan(3);
  expect(await s.git("show", `${files}:objectives.md`)).toContain("One");
});
