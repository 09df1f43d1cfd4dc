import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";
import { daysAgo, fastSnapshots } from "../support/snapshots.ts";

test("history shows ended sessions, the newest first, with objectives and time", async () => {
  const s = await scratch();
  await fastSnapshots(s, [
    { id: "aaaa00000000", title: "Older", created: daysAgo(100), ended: daysAgo(90), progress: "1/2" },
    { id: "bbbb00000000", title: "Newer", created: daysAgo(6), ended: daysAgo(3), minutes: 95 },
  ]);
  await s.ok("start", "work", "-o", "One");
  const history = await s.json("history");
  expect(history).toMatchObject([
    { id: "bbbb00000000", state: "ended", minutes: 95 },
    { id: "aaaa00000000", state: "archived", objectives: { done: 1, total: 2 } },
  ]);
  await s.ok("objectives", "complete", "1");
  await s.ok("end");
  const lines = (await s.ok("history")).split("\n");
  expect(lines[0]).toMatch(/^Ended +ID +Title +Branch +Done +Worked +Took$/);
  expect(lines[1]).toMatch(/ Work +work +1\/1 +0m +0m$/);
  expect(lines[2]).toMatch(/ bbbb00000000 +Newer +work\/bbbb00000000 +1h 35m +3 days$/);
  expect(lines[3]).toMatch(/ aaaa00000000 +Older .* 1\/2 +10 days$/);
});

test("--metrics shows the numbers of each session and their sum", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two"] });
  await s.write("a.test.js", 'test("one", () => {});\n');
  await s.ok("checkpoint", "-A", "-m", "feat: a", "--decision", "Decided", "--complete", "1");
  await s.ok("end");
  const [{ metrics }] = await s.json("history", "--metrics");
  expect(metrics).toMatchObject({ checkpoints: 1, decisions: 1, added: 1, removed: 0, tests: 1 });
  const text = await s.ok("history", "--metrics");
  expect(text).toMatch(/Checkpoints +Decisions +Lines +Tests/);
  expect(text).toContain(
    "Together  1 session · 1 of 2 objectives done · 0m of work · 1 checkpoint · 1 decision · +1 -0 lines",
  );
});

test("history accepts a count, a date and search words", async () => {
  const s = await scratch();
  await fastSnapshots(
    s,
    [1, 2, 3].map((n) => ({
      ...{ id: `${n}`.repeat(4).padEnd(12, "0"), title: `Part ${n}`, tags: [`tag${n}`] },
      ...{ created: daysAgo(n * 10 + 1), ended: daysAgo(n * 10) },
    })),
  );
  const titles = async (...args: string[]) =>
    (await s.json("history", ...args)).map((each: { title: string }) => each.title);
  expect(await titles("-n", "2")).toEqual(["Part 1", "Part 2"]);
  expect(await titles("--since", "3 weeks ago")).toEqual(["Part 1", "Part 2"]);
  expect(await titles("--search", "tag3")).toEqual(["Part 3"]);
  expect(await s.ok("history", "--count", "1")).toContain("… 2 more: session history -n 50");
  for (const wrong of [
    ["-n", "0"],
    ["-n", "-1"],
    ["--since", "whenever"],
  ])
    expect((await s.session("history", ...wrong)).code, wrong.join(" ")).toBe(2);
});

test("history omits active sessions", async () => {
  const s = await scratch({ session: ["work"] });
  expect(await s.json("history")).toEqual([]);
  expect(await s.ok("history")).toContain("No ended sessions match");
});
