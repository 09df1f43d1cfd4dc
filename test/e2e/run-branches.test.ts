import path from "node:path";
import { expect, test } from "vitest";
import { withAgents } from "../support/fake-agents.ts";
import { CLI } from "../support/scratch.ts";

test("run for another branch uses its worktree, a new one with --worktree, or checks it out", async () => {
  const { s, session, said } = await withAgents("codex");
  const made = await session({}, "run", "codex", "fix/a", "--worktree", "-m", "Go");
  expect(made.stderr).toContain("started in");
  const folder = path.join(path.dirname(s.root), "work-fix-a");
  expect((await said()).cwd).toBe(folder);
  expect((await s.at(folder).json("status")).session.branch).toBe("fix/a");
  expect(await s.git("branch", "--show-current")).toBe("x");
  // Again: the same session, in the same folder, by any of its names.
  await session(
    { GIT_DIR: `${s.root}/.git`, GIT_PREFIX: "a/" },
    "run",
    "codex",
    "fix/a",
    "--worktree",
    "-m",
    "Go",
  );
  expect(await said()).toMatchObject({ cwd: folder });
  expect((await said()).env).not.toHaveProperty("GIT_DIR");
  const elsewhere = await session({}, "run", "codex", "fix/a", "--worktree", "../third", "-m", "Go");
  expect(elsewhere).toMatchObject({ code: 1 });
  expect(elsewhere.stderr).toContain(`fix/a is checked out in ${folder}`);
  await session({}, "run", "codex", "later", "-m", "Go");
  expect(await s.git("branch", "--show-current")).toBe("later");
  expect((await s.json("list")).map((each: { branch: string }) => each.branch).sort()).toEqual([
    ...["fix/a", "later", "x"],
  ]);
});

test("an agent started by an agent gets a child session", async () => {
  const { s, session, json, said } = await withAgents("claude", "codex");
  const CALLS = JSON.stringify([CLI, "run", "codex", "-m", "Look", "--json"]);
  const { stdout } = await session({ CALLS }, "run", "claude", "-m", "Go");
  const { run } = JSON.parse(stdout.slice(stdout.indexOf("{")));
  const rows = await s.json("list", "--tree");
  const [parent, child] = rows;
  expect(rows).toMatchObject([
    { branch: "x", depth: 0 },
    { branch: "x-codex", depth: 1 },
  ]);
  expect(run).toMatchObject({ state: "done", name: `${parent.id}-${child.id}_codex`, parent: parent.id });
  // The same said by hand; the next one gets the next name.
  const other = await json({}, "run", "codex", "--parent", "x", "-m", "Look");
  expect(other.run.session.branch).toBe("x-codex-2");
  expect((await said()).env).toMatchObject({
    SESSION_NAME: `${parent.id}-${other.run.session.id}_codex`,
    SESSION_PARENT: parent.id,
  });
  expect((await session({}, "run", "codex", "x", "--parent", "x-codex", "-m", "Go")).code).toBe(2);
  // Agents that start agents come to an end.
  let SESSION_ID = other.run.session.id;
  for (const branch of ["c", "d"]) {
    const next = await json({ SESSION_ID }, "run", "codex", branch, "--worktree", "-m", "Go");
    SESSION_ID = next.run.session.id;
  }
  const deep = await json({ SESSION_ID }, "run", "codex", "e", "--worktree", "-m", "Go");
  expect(deep.error).toMatchObject({ code: "too-deep", exit: 1 });
});

test("continue starts the last agent again, in its conversation if known", async () => {
  const { s, session, said } = await withAgents("claude", "codex", "kiro-cli");
  expect((await session({}, "continue", "Go")).code).toBe(3);
  await session({}, "run", "claude", "-m", "Go");
  const [, , conversation] = (await said()).args;
  expect((await session({}, "continue", "On with it")).code).toBe(0);
  expect((await said()).args).toEqual(["-p", "--resume", conversation]);
  expect((await said()).input).toBe("On with it");
  // What it told of itself counts.
  const calls = JSON.stringify([CLI, "hook", "codex", "SessionStart"]);
  await session({ CALLS: calls }, "run", "codex", "-m", "Go");
  await session({}, "continue", "More");
  expect((await said()).args).toEqual(["exec", "-"]);
  const stdin = JSON.stringify({ session_id: "abc-1", hook_event_name: "SessionStart", cwd: s.root });
  await s.run(process.execPath, [CLI, "hook", "codex", "SessionStart"], { input: stdin });
  await session({}, "continue", "More");
  expect((await said()).args).toEqual(["exec", "resume", "abc-1", "-"]);
  expect((await said()).input).toBe("More");
  // One that cannot go on has the brief again.
  await session({}, "run", "kiro", "-m", "Go");
  await session({}, "continue", "-p", "More");
  expect((await said()).args.at(-1)).toMatch(/One[\s\S]*More$/);
});
