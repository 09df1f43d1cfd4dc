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
  const lines = (await s.ok("history")).split("\n").map((each) => each.split("\t"));
  expect(lines[0]?.slice(1, 6)).toEqual(["Work", "work", "1/1", "0m", "0m"]);
  expect(lines[1]?.slice(1, 6)).toEqual(["Newer", "work/bbbb00000000", "", "1h 35m", "3 days"]);
  expect(lines[2]?.slice(3, 6)).toEqual(["1/2", "", "10 days"]);
  expect(lines.slice(1, 3).map((each) => each.at(-1))).toEqual(["bbbb00000000", "aaaa00000000"]);
});

test("history --metrics shows the numbers of each session and their sum", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two"] });
  await s.write("a.test.js", 'test("one", () => {});\n');
  await s.ok("checkpoint", "-A", "-m", "feat: a", "--decision", "Decided", "--complete", "1");
  await s.ok("end");
  const [{ metrics }] = await s.json("history", "--metrics");
  expect(metrics).toMatchObject({ checkpoints: 1, decisions: 1, added: 1, removed: 0, tests: 1 });
  const fields = (await s.ok("history", "--metrics")).trim().split("\t");
  expect(fields.slice(3)).toEqual(["1/2", "0m", "0m", "1", "1", "+1 -0", "+1", "–", expect.any(String)]);
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
  expect((await s.session("history", "--limit", "1", "--search", "Part")).stderr).toBe(
    "… 2 more\nhint: session history --search Part -n 50\n",
  );
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
  expect((await s.session("history")).stderr).toContain("No ended sessions match");
});
