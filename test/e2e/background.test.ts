import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isAlive, runEvents, withAgents } from "../support/fake-agents.ts";
import { CLI } from "../support/scratch.ts";

const RUNS = ".git/sessions/.runs";

test("a background agent runs on its own, and background reports its end, output and session", async () => {
  const { s, session, json, until, file } = await withAgents("claude");
  const STAYS = file("end");
  const { run } = await json(
    { STAYS, CODE: "3", PRINTS: "one\ntwo" },
    "run",
    "claude",
    "--background",
    "-m",
    "Go",
  );
  expect(run).toMatchObject({ agent: "claude", state: "running", background: true, prompt: "Go" });
  const [first] = await until(async () => {
    const runs = await s.json("background");
    return runs[0].output === "two" && runs;
  });
  expect(first).toMatchObject({ id: run.id, state: "running", pid: run.pid, ended: null, code: null });
  expect(await s.ok("background")).toMatch(
    new RegExp(`^${run.id}  running  claude  x  for less than a minute, quiet for .*, pid ${run.pid}$`, "m"),
  );
  // Lists know, and so does who looks at all worktrees.
  expect(await s.json("list", "--background")).toMatchObject([{ branch: "x", state: "background" }]);
  expect(await s.json("list", "--status", "background")).toHaveLength(1);
  const [tree] = (await s.json("status", "--all")).worktrees;
  expect(tree).toMatchObject({ agent: { run: run.id, state: "running" }, holder: { who: "Claude Code" } });
  expect(await s.ok("background", "logs")).toBe("one\ntwo\n");
  expect(await s.ok("background", "logs", "x", "-n", "1")).toBe("two\n");
  // What was asked is in no file that stays, nor can others read what does.
  for (const name of await readdir(path.join(s.root, RUNS)))
    expect((await stat(path.join(s.root, RUNS, name))).mode & 0o077).toBe(0);
  expect(s.exists(`${RUNS}/${run.id}.launch`)).toBe(false);
  const followed = session({}, "background", "logs", "-f", run.id);
  await s.write(STAYS, "");
  expect((await followed).stdout).toBe("one\ntwo\n");
  expect(await s.json("background")).toMatchObject([{ id: run.id, state: "failed", code: 3 }]);
  expect(await s.ok("background")).toContain("failed (3)");
  expect(await s.json("list", "--background")).toEqual([]);
  const ending = await until(async () => (await runEvents(s, "x")).find((each) => each.type === "run:end"));
  expect(ending).toMatchObject({ run: run.id, code: 3 });
});

test("background stop ends an agent with all its processes, even if it ignores SIGTERM", async () => {
  const { s, json, until, file } = await withAgents("claude");
  const deaf = await json({ STAYS: file("end"), DEAF: "1" }, "run", "claude", "--background", "-m", "Go");
  await until(async () => (await s.json("background"))[0].output);
  const [stopped] = await s.json("background", "stop", "x", "--timeout", "1");
  expect(stopped).toMatchObject({ id: deaf.run.id, state: "stopped", signal: "SIGKILL" });
  expect(isAlive(deaf.run.pid)).toBe(false);
  const again = (await s.json("background", "stop", deaf.run.id)).error;
  expect(again).toMatchObject({ code: "not-running", exit: 1 });
  expect((await s.json("background", "stop", "main")).error).toMatchObject({ exit: 3 });
  const { run } = await json({ STAYS: file("end") }, "run", "claude", "--background", "-m", "Go");
  const both = await s.session("background", "stop", deaf.run.id, run.id, "--timeout", "1");
  expect(both.code).toBe(1);
  expect(both.stdout + both.stderr).toContain(`claude on x is stopped (run ${run.id}).`);
  expect(both.stderr).toContain(`claude is no longer running (run ${deaf.run.id})`);
  expect(isAlive(run.pid)).toBe(false);
});

test("a session runs one agent at a time; other sessions run theirs in parallel", async () => {
  const { s, session, json, file } = await withAgents("claude", "codex");
  const STAYS = file("end");
  const { run } = await json({ STAYS }, "run", "claude", "--background", "-m", "Go");
  const refused = (await json({}, "run", "codex", "-m", "Refused")).error;
  expect(refused).toMatchObject({ code: "at-work", exit: 1 });
  expect(refused.message).toContain(run.id);
  const notes = (await s.json("note", "list")).map((each: { text: string }) => each.text);
  expect(notes).toEqual(["Claude Code was asked: Go"]);
  const other = await json({ STAYS }, "run", "codex", "y", "--worktree", "--background", "-m", "Read this");
  expect(other.run.worktree).toBe(path.join(path.dirname(s.root), "work-y"));
  expect((await s.json("background")).map((each: { agent: string }) => each.agent)).toEqual([
    "codex",
    "claude",
  ]);
  expect(await s.json("background", "--search", "read codex")).toHaveLength(1);
  expect(await s.json("background", "--limit", "1")).toHaveLength(1);
  expect(await s.json("background", "--waiting")).toEqual([]);
  expect((await session({}, "background", "list", "--search", "c", "--limit", "1")).stderr).toContain(
    "… 1 more run\nhint: session background list --search c --limit 2\n",
  );
  expect((await json({}, "background", "logs")).run.id).toBe(run.id);
  // A session that ends while its agent works takes nothing away from it.
  expect((await s.session("end", "--force")).stderr).toMatch(
    /claude is at work on x .*continues without a session/,
  );
  expect((await json({}, "background", "logs", run.id)).lines).toEqual(["at work"]);
  await s.write(STAYS, "");
});

test("end and delete refuse a session with a running agent, unless forced", async () => {
  const { s, session, json, until, file } = await withAgents("claude");
  const STAYS = file("end");
  const { run } = await json({ STAYS }, "run", "claude", "--background", "-m", "Go");
  await until(async () => (await s.json("background"))[0].output);
  await s.git("switch", "--quiet", "--detach");
  for (const words of [["delete", "x", "--yes"], ["end"]]) {
    if (words[0] === "end") await s.git("switch", "--quiet", "x");
    const refused = await session({}, ...words);
    expect(refused).toMatchObject({ code: 4, stdout: "" });
    expect(refused.stderr).toMatch(
      new RegExp(
        `^error: claude is at work on x in ${s.root}, started less than a minute ago \\(run ${run.id}\\)\nhint: session background stop ${run.id}\nhint: session ${words.join(" ")} --force\n$`,
      ),
    );
  }
  expect((await s.json("delete", "--all", "--yes")).staying).toMatchObject([
    {
      branch: "x",
      why: `claude is at work on x in ${s.root}, started less than a minute ago (run ${run.id})`,
    },
  ]);
  await s.ok("delete", "x", "--force");
  await s.ok("restore", "x");
  await s.write(STAYS, "");
  await until(async () => (await s.json("background"))[0].state === "done");
  await s.ok("end");
});

test("an agent may end its own session; for an agent at a terminal no stop command is shown", async () => {
  const { s, session, json, until, file, said } = await withAgents("claude");
  const STAYS = file("end");
  const waiting = session({ STAYS }, "run", "claude", "-m", "Go");
  await until(() => said().catch(() => undefined));
  const refused = await session({}, "end");
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(
    /claude is at work on x in \S+, started .* ago \(run \w+\); let it end first\nhint: session end --force\n/,
  );
  await s.write(STAYS, "");
  expect((await waiting).code).toBe(0);
  const script = `require("node:child_process").spawnSync(process.execPath, [${JSON.stringify(CLI)}, "end"])`;
  for (const CALLS of [
    [CLI, "end"],
    ["-e", `delete process.env.SESSION_ID; ${script}`],
  ]) {
    const ran = await json({ CALLS: JSON.stringify(CALLS) }, "run", "claude", "-m", "End it");
    expect(ran.run.code).toBe(0);
    expect(await s.json("list")).toMatchObject([{ branch: "x", state: "ended" }]);
    await s.ok("resume", "x");
  }
});

test("with tmux the agent gets a terminal that attach shows; without tmux, attach says so", async () => {
  const { s, session, json, until, file } = await withAgents("claude");
  if ((await s.run("sh", ["-c", "command -v tmux"])).code !== 0) return console.warn("skipped: no tmux here");
  const STAYS = file("end");
  const ran = await session({ STAYS, TMPDIR: s.home }, "run", "claude", "--tmux", "--json");
  const { run } = JSON.parse(ran.stdout);
  onTestFinished(async () => {
    await s.run("tmux", ["-L", run.tmux, "kill-server"]);
  });
  await until(async () => (await s.json("background"))[0].output === "at work");
  const refused = await session({}, "background", "attach", "x");
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toMatch(/^error: not a terminal\nhint: session background logs \w+ --follow\n$/);
  // The agent has said that its turn is over.
  const stdin = JSON.stringify({ session_id: "a", hook_event_name: "Stop", cwd: s.root });
  await s.run(process.execPath, [CLI, "hook", "claude", "Stop"], { input: stdin });
  expect(await s.json("background", "--waiting")).toMatchObject([{ id: run.id, state: "waiting" }]);
  await s.ok("background", "stop", "x");
  expect(await s.json("background")).toMatchObject([{ state: "stopped" }]);
  expect(isAlive(run.pid)).toBe(false);
  const plain = await json({}, "run", "claude", "--background", "-m", "Go");
  const followed = await session({}, "background", "attach", plain.run.id);
  expect(followed.stderr).toMatch(/no terminal to type into[\s\S]*The agent has ended: done\./);
  expect(followed.stdout).toBe("at work\n");
});
