import { mkdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

/** Counts the git processes that a command starts itself, with a git on PATH that notes its arguments. */
async function counting(s: Scratch) {
  const git = (await s.run("sh", ["-c", "command -v git"])).stdout.trim();
  const bin = path.join(s.home, "bin");
  const notes = path.join(s.home, "asked");
  mkdirSync(bin);
  await s.write(
    path.relative(s.root, path.join(bin, "git")),
    `#!/bin/sh\necho "$*" >> '${notes}'\nexec '${git}' "$@"\n`,
  );
  await s.run("chmod", ["+x", path.join(bin, "git")]);
  const env = { PATH: `${bin}:${s.env.PATH}` };
  return async (cwd: string, line: string): Promise<number> => {
    await s.write(path.relative(s.root, notes), "");
    const ran = await s.run(process.execPath, [CLI, ...line.split(" ")], { env, cwd });
    expect(ran, `${line}\n${ran.stderr}`).toMatchObject({ code: 0 });
    return (await s.read(path.relative(s.root, notes))).trim().split("\n").length;
  };
}

/** Each git process costs a few milliseconds, and the tests of this project many thousands of them. */
test("each command starts at most its listed number of git processes", async () => {
  const s = await scratch();
  const remote = path.join(s.home, "remote.git");
  await s.git("init", "--quiet", "--bare", remote);
  await s.git("remote", "add", "origin", remote);
  await s.git("push", "--quiet", "--set-upstream", "origin", "main");
  const asked = await counting(s);
  const most = async (line: string, number: number, cwd = s.root) =>
    expect(await asked(cwd, line), line).toBeLessThanOrEqual(number);

  await most("start work -o One -o Two", 12);
  await most("status", 5);
  await most("objectives add Three", 3);
  await s.write("README.md", "changed\n");
  await most("checkpoint -m feat:change", 9);
  await most("objectives done 1", 1);
  await most("status", 6);
  await most("log", 4);
  await most("brief", 10);
  await most("handoff", 10);
  await most("list", 3);
  await most("start other -o One", 20);
  await most("switch work", 10);
  await most("pause", 3);
  await most("resume", 14);
  await most("push --all", 27);
  await s.git("push", "--quiet", "--all");
  await most("end --merge-to main", 65);
  await most("status", 13);
  const clone = path.join(s.home, "clone");
  await s.git("clone", "--quiet", remote, clone);
  await most("pull", 7, clone);
  await most("resume other", 26, clone);
});

test("worktrees without an active session cost a brief no git process", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.git("worktree", "add", "--quiet", "-b", "other-0", "../tree-0");
  const asked = await counting(s);
  const one = await asked(s.root, "brief");
  for (let n = 1; n < 8; n++) await s.git("worktree", "add", "--quiet", "-b", `other-${n}`, `../tree-${n}`);
  expect(await asked(s.root, "brief")).toBe(one);
});
