import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";

const report = (percent: number) =>
  JSON.stringify({ total: { lines: { total: 1000, covered: percent * 10 } } });

test("stats counts time, checkpoints, objectives, decisions, files, lines and tests of a session", async () => {
  const s = await scratch();
  await s.write(".git/info/exclude", "coverage/\n");
  await s.write("coverage/coverage-summary.json", report(70));
  await s.ok("start", "work", "-o", "One", "-o", "Two", "-o", "Three");
  await s.ok("blockers", "add", "Keys");
  await s.write("sum.test.js", 'test("adds", () => {});\ntest("carries", () => {});\n');
  await s.write("sum.js", "1\n2\n3\n");
  await s.write("coverage/coverage-summary.json", report(80.5));
  await s.ok("checkpoint", "-A", "-m", "feat: sum", "--decision", "Decided", "--complete", "1");
  await s.ok("objectives", "drop", "3");
  await s.write("sum.js", "1\n2\n");
  await s.ok("checkpoint", "-m", "fix: sum");
  const stats = await s.json("stats");
  expect(stats).toMatchObject({
    ...{ branch: "work", state: "active", checkpoints: 2, decisions: 1, ended: null, firstCheckpoint: 0 },
    objectives: { total: 2, done: 1, dropped: 1 },
    blockers: { total: 1, resolved: 0 },
    ...{ files: 2, added: 4, removed: 0, tests: 2, coverage: { before: 70, after: 80.5 } },
  });
  const text = await s.ok("stats", "work");
  expect(text).toMatch(/^Work {2}work · \w{12}\n\n/);
  for (const line of [
    ...["Checkpoints\t2", "First checkpoint\tat once", "Objectives done\t1 of 2, 1 dropped"],
    ...["Blockers resolved\t0 of 1", "Files\t2", "Lines\t+4 -0"],
    ...["Tests\t+2", "Coverage\t70% → 80.5%"],
  ])
    expect(text.split("\n")).toContain(line);
});

test("an ended session keeps its numbers, whatever its branch does later", async () => {
  const s = await scratch({ session: ["work"] });
  await s.write("one.txt", "1\n2\n");
  await s.ok("checkpoint", "-A", "-m", "feat: one");
  await s.ok("end");
  const { id } = (await s.json("list"))[0];
  const numbers = async () => {
    const { files, added, removed, checkpoints } = await s.json("stats", id);
    return { files, added, removed, checkpoints };
  };
  const expected = { files: 1, added: 2, removed: 0, checkpoints: 1 };
  expect(await numbers()).toEqual(expected);
  await s.write("two.txt", "2\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: later");
  expect(await numbers()).toEqual(expected);
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "--quiet", "-D", "work");
  expect(await numbers()).toEqual(expected);
  // Even git has forgotten the commits: the end recorded the numbers.
  await s.git("reflog", "expire", "--expire=now", "--all");
  await s.git("gc", "--quiet", "--prune=now");
  expect(await numbers()).toEqual(expected);
});

test("an active session keeps its numbers on every screen after its branch was deleted", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  for (const each of ["one", "two"]) {
    await s.write(`${each}.txt`, "1\n");
    await s.ok("checkpoint", "-A", "-m", `feat: ${each}`);
  }
  const [{ id }] = await s.json("list");
  const oids = (await s.git("log", "--format=%H", "main..")).split("\n");
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "--quiet", "-D", "work");
  const lost = { commit: null, kind: "checkpoint" };
  const entries = oids.map((was, at) => ({ ...lost, was, subject: `feat: ${["two", "one"][at]}` }));
  const numbers = { files: 2, added: 2, removed: 0 };
  expect((await s.json("list"))[0].checkpoints).toBe(2);
  expect(await s.json("stats", id)).toMatchObject({ ...numbers, checkpoints: 2 });
  expect((await s.json("handoff", id)).numbers).toMatchObject({ ...numbers, commits: 2 });
  expect(await s.ok("pr", id)).toContain("\n - Changed: 2 files, +2 -0\n");
  expect((await s.json("log", id)).entries).toMatchObject(entries);

  // Only the record still knows that the commits existed.
  await s.git("reflog", "expire", "--expire=now", "--all");
  await s.git("gc", "--quiet", "--prune=now");
  const unknown = { files: null, added: null, removed: null };
  expect(await s.json("stats", id)).toMatchObject({ ...unknown, checkpoints: 2 });
  const { commits, ...others } = (await s.json("handoff", id)).numbers;
  expect([commits, others]).toEqual([undefined, expect.objectContaining(unknown)]);
  expect((await s.json("log", id)).entries).toMatchObject(entries);
  const other = await scratch();
  await other.write("in.json", await s.ok("export", id));
  await other.ok("import", "-i", "in.json");
  expect(await other.json("stats", id)).toMatchObject({ ...unknown, checkpoints: 2 });
});

test("stats --all counts every session of the clone", async () => {
  const s = await scratch({ session: ["one", "-o", "A", "--tag", "api"] });
  await s.ok("objectives", "complete", "1");
  await s.ok("end");
  await s.ok("start", "two", "-o", "B", "--tag", "api", "--tag", "ui");
  await s.ok("decisions", "add", "Decided");
  expect(await s.json("stats", "--all")).toMatchObject({
    ...{ sessions: 2, states: { ended: 1, active: 1 }, decisions: 1 },
    objectives: { total: 2, done: 1 },
    tags: [
      { tag: "api", sessions: 2 },
      { tag: "ui", sessions: 1 },
    ],
  });
  expect(await s.ok("stats", "--all")).toContain("Tags\tapi (2), ui (1)");
});

test("stats --all counts the commits that git has, as stats and report do", async () => {
  const s = await scratch({ session: ["work"] });
  await s.ok("hooks", "install");
  await s.write("a", "1");
  await s.ok("checkpoint", "-A", "-m", "feat: one");
  const later = { ...s.env, GIT_AUTHOR_DATE: new Date(Date.now() + 1_500_000).toISOString() };
  await s.run("git", ["commit", "--quiet", "--allow-empty", "-m", "feat: two"], { env: later });
  const counted = async () => {
    const all = [await s.json("stats"), await s.json("stats", "--all"), (await s.json("report")).totals];
    return all.map(({ checkpoints, minutes }) => [checkpoints, minutes]);
  };
  expect(await counted()).toEqual([
    [2, 25],
    [2, 25],
    [2, 25],
  ]);
  await s.git("reset", "--quiet", "--hard", "HEAD~2");
  expect((await counted()).map(([checkpoints]) => checkpoints)).toEqual([0, 0, 0]);
});

test("stats says if there is no session", async () => {
  const s = await scratch();
  const ran = await s.session("stats");
  expect([ran.code, ran.stderr]).toEqual([
    3,
    "error: there is no session on main\nhint: session start <new-branch>\n",
  ]);
  expect(await s.json("stats", "--all")).toMatchObject({ sessions: 0, first: null });
  expect((await s.session("stats", "nobody")).code).toBe(3);
});
