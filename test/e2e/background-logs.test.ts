import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { withAgents } from "../support/fake-agents.ts";

const RUNS = ".git/sessions/.runs";

test("agent output cannot control the terminal, and a damaged run record is tolerated", async () => {
  const { s, json, session, until } = await withAgents("claude");
  const PRINTS = "\u001b[31mred\u001b[0m \u001b]0;title\u0007\u202eend\r10%\r100%\u0001rx";
  const { run } = await json({ PRINTS }, "run", "claude", "--background", "-m", "\u001b[2Jclear");
  await until(async () => (await s.json("background"))[0].ended);
  expect((await session({}, "background", "logs", run.id)).stdout).toBe("100%rx\n");
  const listed = await session({ FORCE_COLOR: "1", NO_COLOR: "" }, "background");
  expect(listed.stdout).toContain("> 100%rx");
  expect((await json({}, "background"))[0].prompt).not.toContain("\u001b");
  for (const text of ["", "{", "null", '{"id":"aaaaaaaaaaaa"}'])
    await s.write(`${RUNS}/aaaaaaaaaaaa.json`, text).then(() => s.ok("background"));
  // No process of any number is signalled because a file says so.
  const bad = JSON.parse(await s.read(`${RUNS}/${run.id}.json`));
  const { ended: _ended, ...open } = { ...bad, id: "aaaaaaaaaaaa", process: { pid: -1, started: null } };
  await s.write(`${RUNS}/aaaaaaaaaaaa.json`, JSON.stringify(open));
  expect(await s.json("background")).toHaveLength(1);
});

test("the log of a background agent stays bounded", async () => {
  const { s, json, session, until, file } = await withAgents("claude");
  const STAYS = file("end");
  const PRINTS = "x".repeat(100);
  const { run } = await json({ STAYS, PRINTS }, "run", "claude", "--background", "-m", "Go");
  const log = `${s.root}/${RUNS}/${run.id}.log`;
  await s.run("sh", ["-c", `head -c 9000000 /dev/zero | tr '\\0' y >> '${log}'`]);
  await until(async () => (await stat(log)).size < 1000);
  expect((await stat(`${log}.1`)).size).toBe(8 * 1024 * 1024);
  await s.run("sh", ["-c", `head -c 9000000 /dev/zero | tr '\\0' z >> '${log}'; echo last >> '${log}'`]);
  await s.write(STAYS, "");
  await until(async () => (await s.json("background"))[0].ended);
  await until(async () => (await stat(log)).size < 1000);
  expect(await s.ok("background", "logs", "-n", "1")).toMatch(/^z*last\n$/);
  expect((await session({}, "background", "logs", "-n", "0")).stdout).toBe("");
});
