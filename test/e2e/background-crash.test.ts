import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { isAlive, kill, runEvents, withAgents } from "../support/fake-agents.ts";
import { CLI } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

const RUNS = ".git/sessions/.runs";

test("a killed agent counts as lost or failed, and a running agent survives a kill of its keeper or of the program", async () => {
  const { s, json, until, file } = await withAgents("claude");
  const start = async () =>
    (await json({ STAYS: file("end") }, "run", "claude", "--background", "-m", "Go")).run;
  const stateOf = async (id: string) =>
    (await s.json("background")).find((each: { id: string }) => each.id === id).state;
  const record = async (id: string) => JSON.parse(await s.read(`${RUNS}/${id}.json`));
  const killed = await start();
  kill(killed.pid);
  await until(async () => (await stateOf(killed.id)) === "failed");
  expect((await record(killed.id)).signal).toBe("SIGKILL");
  // Without its keeper it works on, and can be stopped.
  const kept = await start();
  process.kill((await record(kept.id)).keeper.pid, "SIGKILL");
  await until(async () => !isAlive((await record(kept.id)).keeper.pid));
  expect(await stateOf(kept.id)).toBe("running");
  expect(isAlive(kept.pid)).toBe(true);
  expect(await s.json("background", "stop", kept.id)).toMatchObject([{ state: "stopped" }]);
  expect(isAlive(kept.pid)).toBe(false);
  // Both gone, as after a power cut: nobody says how it ended.
  const lost = await start();
  process.kill((await record(lost.id)).keeper.pid, "SIGKILL");
  kill(lost.pid);
  await until(async () => (await stateOf(lost.id)) === "lost");
  expect(await s.json("list", "--background")).toEqual([]);
  // Another process that has its number by now is not it, and is left alone.
  const reused = { ...(await record(lost.id)), process: { pid: process.pid, started: "1" } };
  await s.write(`${RUNS}/${lost.id}.json`, JSON.stringify(reused));
  expect(await stateOf(lost.id)).toBe("lost");
  expect((await s.json("background", "stop", lost.id)).error.code).toBe("not-running");
  // And the session is free again.
  const next = await start();
  expect(next.state).toBe("running");
});

test("a background agent survives the terminal that started it", async () => {
  const { s, until, file } = await withAgents("claude");
  const env = { STAYS: file("end") };
  const args = ["run", "claude", "--background", "-m", "Go"];
  const ran = await runAtTerminal(s, { keys: "enter", until: "is at work", env }, ...args);
  expect(ran.stdout).toContain("is at work on x");
  expect(await s.json("background")).toMatchObject([{ state: "running" }]);
  await s.write(env.STAYS, "");
  await until(async () => (await s.json("background"))[0].state === "done");
});

test("a foreground agent receives the signals, and keeps the session if the program is killed", async () => {
  const { s, session, json, said, until, file } = await withAgents("claude");
  const env = { ...s.env, STAYS: file("end") };
  const starts = async () => (await runEvents(s, "x")).filter((each) => each.type === "run:start").length;
  const start = async () => {
    const before = await starts();
    await rm(file("said"), { force: true });
    const ours = spawn(process.execPath, [CLI, "run", "claude", "-m", "Go"], {
      cwd: s.root,
      env,
      stdio: "ignore",
    });
    const ended = once(ours, "exit");
    // Noted after its process was; the stand-in says what it is on its own.
    await until(async () => (await starts()) > before && s.exists(file("said")));
    return { ours, ended, pid: (await said()).pid };
  };
  const first = await start();
  first.ours.kill("SIGTERM");
  expect(await first.ended).toEqual([143, null]);
  expect(isAlive(first.pid)).toBe(false);
  expect((await runEvents(s, "x")).at(-1)).toMatchObject({ type: "run:end", code: 143, signal: "SIGTERM" });
  const second = await start();
  second.ours.kill("SIGKILL");
  await second.ended;
  expect(isAlive(second.pid)).toBe(true);
  expect((await json({}, "run", "claude", "-m", "Go")).error.code).toBe("at-work");
  process.kill(second.pid, "SIGKILL");
  await until(async () => (await session({}, "run", "claude", "-m", "Go")).code === 0);
});
