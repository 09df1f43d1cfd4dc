/** A repository of several users: `core.sharedRepository`. */
import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

async function shared(how: string, umask: number): Promise<Scratch> {
  const s = await scratch({ repository: false });
  const before = process.umask(umask);
  try {
    await s.git("init", "--quiet", `--shared=${how}`);
    await s.write("README.md", "one\n");
    await s.git("add", ".");
    await s.git("commit", "--quiet", "-m", "chore: one");
    await s.ok("start", "feat/deep", "-o", "One");
    await s.ok("hooks", "install");
    await s.ok("decisions", "add", "Use A");
    await s.write("README.md", "two\n");
    await s.ok("checkpoint", "-m", "docs: two");
    await s.ok("end");
    await s.ok("start", "other", "-o", "Two");
  } finally {
    process.umask(before);
  }
  return s;
}

/** Modes of everything of ours but scripts, which are renamed into place and never written to. */
function modes(s: Scratch): { folders: Set<number>; files: Set<number> } {
  const top = path.join(s.root, ".git/sessions");
  const [folders, files] = [new Set([lstatSync(top).mode & 0o7777]), new Set<number>()];
  for (const each of readdirSync(top, { recursive: true, withFileTypes: true })) {
    const mode = lstatSync(path.join(each.parentPath, each.name)).mode & 0o7777;
    if (each.isDirectory()) folders.add(mode);
    else if ((mode & 0o100) === 0) files.add(mode);
  }
  return { folders, files };
}

test.each([
  ["group", 0o2770, 0o660],
  ["world", 0o2775, 0o664],
  ["0640", 0o2750, 0o640],
  ["umask", 0o700, 0o600],
])("with git init --shared=%s session folders and files get git's modes", async (how, folder, file) => {
  const { folders, files } = modes(await shared(how, 0o022));
  expect([...folders]).toEqual([folder]);
  expect([...files].filter((each) => each !== 0o644)).toEqual([file]);
});

test("a private store of another user is reported, and no command says that there are no sessions", async () => {
  if (process.getuid?.() !== 0) return;
  const s = await scratch({ session: ["feat", "-o", "One"] });
  for (const folder of [path.dirname(s.root), s.root]) chmodSync(folder, 0o755);
  const { code, stderr } = await as(s, [process.execPath, CLI, "list"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: cannot read .*\.git\/sessions: permission denied/);
});

test("the second user of a group reads, commits and starts sessions", async () => {
  if (process.getuid?.() !== 0) return;
  const s = await shared("group", 0o002);
  execFileSync("chgrp", ["-R", "54321", s.root]);
  execFileSync("find", [s.root, "-type", "d", "-exec", "chmod", "2775", "{}", "+"]);
  chmodSync(path.dirname(s.root), 0o755);
  const session = (...args: string[]) => as(s, [process.execPath, CLI, ...args]);
  expect(await session("status")).toMatchObject({ code: 0 });
  expect(await session("note", "From B")).toMatchObject({ code: 0 });
  expect(await as(s, ["git", "commit", "--quiet", "--allow-empty", "-m", "feat: b"])).toMatchObject({
    code: 0,
  });
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Id)")).not.toBe("");
  expect(await session("start", "theirs", "-o", "Mine")).toMatchObject({ code: 0 });
  expect(await s.ok("list")).toContain("theirs");
  await s.ok("note", "From A, after B");
});

/** Runs a program as another user of the group 54321. */
function as(s: Scratch, command: readonly string[]) {
  const home = path.join(s.root, "..", "other");
  execFileSync("mkdir", ["-p", "-m", "777", home]);
  return s.run(
    "setpriv",
    [
      "--reuid=12345",
      "--regid=54321",
      "--clear-groups",
      "sh",
      "-c",
      'umask 002; exec "$@"',
      "sh",
      ...command,
    ],
    {
      env: {
        HOME: home,
        XDG_CONFIG_HOME: home,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_COUNT: "3",
        GIT_CONFIG_KEY_0: "safe.directory",
        GIT_CONFIG_VALUE_0: "*",
        GIT_CONFIG_KEY_1: "user.name",
        GIT_CONFIG_VALUE_1: "Other",
        GIT_CONFIG_KEY_2: "user.email",
        GIT_CONFIG_VALUE_2: "other@example.com",
      },
    },
  );
}
