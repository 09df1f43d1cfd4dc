import fc from "fast-check";
import { expect, test } from "vitest";
import { healthOf, recommendationsOf, type SessionFacts } from "../../src/insight/counting/health.ts";
import { projectHealth } from "../../src/insight/counting/project.ts";
import { projectVelocity, velocityOf } from "../../src/insight/counting/velocity.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T0 = Date.parse("2024-03-04T08:00:00Z");
const NOTHING = { completed: [], checkpoints: [], open: 1, minutes: 0, spans: [] };

test("with few data, velocity gives no trend and no estimate", () => {
  const found = velocityOf({ ...NOTHING, started: T0, until: T0 });
  expect(found).toMatchObject({ days: 1, activeDays: 0, minutesPerActiveDay: null, trend: null });
  expect(found.rest).toEqual({ open: 1, unknown: "not enough data: 0 done, 3 are needed" });
  const atOnce = [T0 + DAY, T0 + DAY, T0 + DAY];
  const spans = [[T0 + DAY, T0 + DAY + HOUR]] as const;
  expect(
    velocityOf({ ...NOTHING, started: T0, until: T0 + 2 * DAY, completed: atOnce, minutes: 60, spans }).rest,
  ).toMatchObject({ unknown: expect.stringContaining("all at once") });
  expect(
    velocityOf({ ...NOTHING, started: T0, until: T0 + DAY, completed: atOnce, minutes: 600, spans }).rest,
  ).toMatchObject({ unknown: expect.stringContaining("when the work was done") });
});

test("a velocity trend compares the later half with the earlier one", () => {
  const at = (days: readonly number[]) => days.map((each) => T0 + each * DAY);
  const trend = (checkpoints: readonly number[], days = 10) =>
    velocityOf({ ...NOTHING, started: T0, until: T0 + days * DAY, checkpoints: at(checkpoints) }).trend;
  expect(trend([1, 6, 7, 8])).toEqual({ way: "faster", before: 1, recent: 3, days: 5 });
  expect(trend([1, 2, 3, 8])?.way).toBe("slower");
  expect(trend([1, 2, 7, 8])?.way).toBe("steady");
  expect(trend([1, 2, 8])).toBeNull();
  expect(trend([0.1, 0.2, 0.3, 0.4], 3)).toBeNull();
});

const moment = fc.integer({ min: T0, max: T0 + 30 * DAY });

test("velocity numbers are finite, ranges are ordered, and more work never takes less time", () => {
  fc.assert(
    fc.property(
      fc.array(moment, { maxLength: 12 }),
      fc.array(moment, { maxLength: 12 }),
      fc.nat(5),
      moment,
      (completed, checkpoints, open, until) => {
        const spans = [...completed].sort((a, b) => a - b).map((each) => [each - HOUR, each] as const);
        const input = { started: T0, until, completed, checkpoints, minutes: 60 * spans.length, spans };
        const [some, more] = [open, open + 1].map((each) => velocityOf({ ...input, open: each }));
        const { objectives, activeDays, rest } = some ?? velocityOf({ ...input, open });
        for (const each of [objectives.perDay, objectives.perActiveDay, activeDays])
          expect(Number.isFinite(each) && each >= 0).toBe(true);
        if ("low" in rest) expect(rest.low).toBeLessThanOrEqual(rest.high);
        if ("low" in rest && more && "low" in more.rest)
          expect(more.rest.high).toBeGreaterThanOrEqual(rest.high);
      },
    ),
  );
});

const sums = {
  ...{ commits: 5, merges: 0, added: 10, removed: 1, fileChanges: 5, types: {} },
  ...{ testAdded: 0, testRemoved: 0, codeAdded: 0, codeRemoved: 0, checkpoints: 1, decisions: 0, last: "" },
};
const week = (n: number) => new Date(Date.parse("2024-03-04") - n * 7 * DAY).toISOString().slice(0, 10);

test("the velocity of a repository covers the last eight complete weeks, and the current week", () => {
  const days = [8, 6, 3, 1, 0].map((n) => ({ day: week(n), ...sums, objectives: n === 0 ? 9 : n }));
  const found = projectVelocity(days, "2024-03-07", 6);
  expect(found.weeks.map((each) => each.commits)).toEqual([5, 0, 5, 0, 0, 5, 0, 5, 5]);
  expect(found.weeks.at(-1)?.from).toBe("2024-03-04");
  expect(found.trend).toMatchObject({ before: 10, recent: 10, way: "steady" });
  // At best 8 a week; at worst 1, in every other week.
  expect(found.rest).toEqual({ open: 6, low: 0.75, high: 12, basis: 4 });
  expect(projectVelocity(days.slice(3), "2024-03-07", 6).rest).toMatchObject({
    unknown: expect.stringContaining("in 1 of the last 8 weeks"),
  });
});

const facts: fc.Arbitrary<SessionFacts> = fc.record({
  now: fc.constant("2024-03-20T00:00:00Z"),
  ended: fc.boolean(),
  isFree: fc.boolean(),
  started: fc.constantFrom("2024-03-01T00:00:00Z", "", "2030-01-01T00:00:00Z"),
  objectives: fc.array(
    fc.record({
      id: fc.constant("obj-1"),
      text: fc.constant("x"),
      mark: fc.constantFrom("open" as const, "active" as const, "done" as const, "dropped" as const),
      added: fc.constantFrom("2024-03-02T00:00:00Z", "no date"),
    }),
    { maxLength: 3 },
  ),
  blockers: fc.array(
    fc.record({ id: fc.constant("blk-1"), text: fc.constant("y"), resolved: fc.boolean() }),
    { maxLength: 3 },
  ),
  dirty: fc.nat(80),
  commits: fc.nat(9),
  checkpoints: fc.nat(9),
  minutes: fc.nat(5000),
  minutesSince: fc.nat(5000),
  codeLines: fc.nat(500),
  testLines: fc.nat(500),
  checks: fc.array(
    fc.record({
      command: fc.constant("npm test"),
      result: fc.constantFrom("passed", "failed"),
      own: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  drift: fc.record({ ahead: fc.nat(9), behind: fc.nat(90), base: fc.constant("main") }),
});

test("a health score is the mean of its parts, each from 0 to 100, and a perfect part gets no advice", () => {
  fc.assert(
    fc.property(facts, (given) => {
      const health = healthOf(given);
      const told = health.parts.filter((each) => each.score !== null);
      for (const { score, advice } of told) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        if (score === 100) expect(advice).toBeUndefined();
        if (!given.isFree) expect(advice?.command).toBeUndefined();
      }
      const least = Math.min(...told.map((each) => each.score ?? 0));
      const most = Math.max(...told.map((each) => each.score ?? 0));
      if (health.score !== null) {
        expect(health.score).toBeGreaterThanOrEqual(least);
        expect(health.score).toBeLessThanOrEqual(most);
      }
      expect(recommendationsOf(health).length).toBeLessThanOrEqual(told.length);
    }),
  );
});

test("a repository's health names the idle session and the file that needs tests", () => {
  const health = projectHealth({
    now: "2024-03-20T00:00:00Z",
    sessions: [
      {
        branch: "old",
        touched: "2024-02-01T00:00:00Z",
        blockers: [{ id: "blk-1", resolved: false, text: "Keys" }],
      },
      { branch: "new", touched: "2024-03-19T00:00:00Z", blockers: [] },
    ],
    ...{ days: 90, codeLines: 100, testLines: 50 },
    fixes: { features: 10, fixed: 6, days: 14, files: [{ path: "src/a.ts", fixes: 4 }] },
  });
  expect(health.parts.map(({ name, score }) => [name, score])).toEqual([
    ["Blockers", 90],
    ["Idle sessions", 50],
    ["Tests against code", 100],
    ["Stable features", 50],
  ]);
  expect(health.parts[0]?.found).toContain("blk-1 of old (Keys)");
  expect(recommendationsOf(health).map((each) => each.what)).toEqual([
    "end, pause or resume them",
    "test features before merging them, most of all for src/a.ts",
    "review the open blockers, and ask for help",
  ]);
});
