/** The next steps of `status`, `brief` and `handoff` are the same. */
import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

async function next(repo: Scratch) {
  const [status, brief, handoff] = [
    await repo.json("status"),
    await repo.json("brief"),
    await repo.json("handoff"),
  ];
  expect(brief.next).toEqual(status.next);
  expect(handoff.next).toEqual(status.next);
  return status.next as { what: string; command?: string }[];
}

test("on the default branch, next steps name active sessions and never start one on it", async () => {
  const repo = await scratch();
  expect(await next(repo)).toEqual([
    { what: "start a session on a new branch", command: "session start <new-branch>" },
  ]);
  await repo.ok("start", "feature/login", "--title", "Log in");
  await repo.ok("start", "fix/crash", "--title", "No crash", "--from", "main");
  await repo.ok("pause");
  await repo.git("switch", "--quiet", "main");
  expect(await next(repo)).toEqual([
    { what: "continue Log in", command: "session switch feature/login" },
    { what: "start a session on a new branch", command: "session start <new-branch>" },
  ]);
  expect((await repo.json("handoff")).command).toBe("session start <new-branch>");
});

test("next steps lead into the worktree of an active session, and remove a worktree without its folder", async () => {
  const repo = await scratch();
  await repo.ok("start", "fix/crash", "--worktree", "../a tree");
  const folder = repo.at("../a tree").root;
  expect((await next(repo))[0]).toEqual({ what: "continue Crash", command: `cd '${folder}'` });
  await rm(folder, { recursive: true });
  expect((await repo.json("status")).next[0].command).toBe("git worktree prune");
});

test("before the first commit, no next step and no hint starts a session on the default branch", async () => {
  const repo = await scratch({ commits: 0 });
  const command = "session start <new-branch>";
  expect(await next(repo)).toEqual([{ what: "start a session on a new branch", command }]);
  expect((await repo.session("note", "x")).stderr).toContain(`hint: ${command}\n`);
  expect((await repo.session("start")).code).toBe(2);
  await repo.ok("start", "feature/first");
  expect(await repo.git("symbolic-ref", "--short", "HEAD")).toBe("feature/first");
});

test("next steps name a failing check, a blocker and a note, and suggest neither a commit nor to close the blocker", async () => {
  const repo = await scratch();
  await repo.ok("start", "feature/login", "-o", "Log in");
  await repo.ok("objectives", "start", "1");
  await repo.ok("blockers", "add", "Waiting for keys");
  await repo.ok("note", "Next: refresh tokens");
  await repo.write("README.md", "changed\n");
  expect(await next(repo)).toEqual([
    { what: "refresh tokens" },
    { what: "continue obj-1: Log in" },
    { what: "blocked by blk-1: Waiting for keys" },
    { what: "commit 1 changed file", command: 'session checkpoint -m "..."' },
  ]);
  await repo.ok("verify", "npm test", "--result", "failed");
  expect((await next(repo)).slice(2)).toEqual([
    { what: "a check fails: npm test", command: "session verify 'npm test' --run" },
    { what: "blocked by blk-1: Waiting for keys" },
  ]);
});
