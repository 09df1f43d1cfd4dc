import fc from "fast-check";
import { expect, test } from "vitest";
import { objectivesOver, unitedDecisions } from "../../src/insight/report/assemble.ts";
import { aged, blockersOf } from "../../src/insight/report/blockers.ts";
import { commitAddress, fileAddress } from "../../src/insight/report/links.ts";
import {
  dayAt,
  dayEnds,
  nextPeriod,
  periodFor,
  periodsBetween,
  reportPeriod,
} from "../../src/insight/report/period.ts";
import type { ReportDecision } from "../../src/insight/report/report.ts";
import { newSession } from "../../src/session/state.ts";
import { forgeOf } from "../../src/text/forge.ts";

const at = (day: string, hour = 12) => new Date(`${day}T${String(hour).padStart(2, "0")}:00:00`).getTime();
const NOW = at("2024-02-29");

test.each([
  [{}, "2024-02-26", "2024-03-03", "day", "Week of 26 February 2024"],
  [{ every: "weekly" }, "2024-02-26", "2024-03-03", "day", "Week of 26 February 2024"],
  [{ every: "daily" }, "2024-02-29", "2024-02-29", "day", "29 February 2024"],
  [{ every: "monthly" }, "2024-02-01", "2024-02-29", "day", "February 2024"],
  [{ since: at("2023-12-31") }, "2023-12-31", "2024-02-29", undefined, "Since 31 December 2023"],
  [{ until: at("2024-01-31") }, undefined, "2024-01-31", undefined, "Until 31 January 2024"],
  [{ project: true }, undefined, "2024-02-29", undefined, "All of the history"],
  [{ project: true, every: "monthly" }, undefined, "2024-02-29", "month", "All of the history"],
  [
    { since: at("2024-01-01"), until: at("2024-03-31"), every: "weekly" },
    ...["2024-01-01", "2024-03-31", "week", "1 January 2024 to 31 March 2024"],
  ],
] as const)("%j is from %s to %s by %s", (request, from, to, by, name) => {
  const found = reportPeriod(request as Parameters<typeof reportPeriod>[0], NOW);
  expect(found).toMatchObject({ to, name });
  expect([found.from, found.by]).toEqual([from, by]);
  expect(dayAt(found.until)).toBe(to);
  expect(dayAt(found.until + 1)).not.toBe(to);
  if (found.since === undefined) return;
  expect(dayAt(found.since)).toBe(from);
  expect(dayAt(found.since - 1)).not.toBe(from);
});

test("periods are contiguous and contain the first and last day", () => {
  const day = fc
    .integer({ min: 0, max: 20_000 })
    .map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));
  fc.assert(
    fc.property(
      day,
      fc.integer({ min: 0, max: 900 }),
      fc.constantFrom("day", "week", "month"),
      (from, days, by) => {
        const to = new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);
        const found = periodsBetween(from, to, by);
        expect((found[0] ?? "") <= from).toBe(true);
        expect(nextPeriod(found.at(-1) ?? "", by) > to).toBe(true);
        found.forEach((each, n) => {
          if (n > 0) expect(each).toBe(nextPeriod(found[n - 1] ?? "", by));
        });
      },
    ),
  );
  expect(["2024-02-14", "2024-12-31", "2030-01-01"].map((to) => periodFor("2024-01-01", to))).toEqual([
    ...["day", "week", "month"],
  ]);
});

test("objectives are open from their day until done or dropped", () => {
  const item = (mark: "open" | "done" | "dropped", added?: string, finished?: string) => ({
    ...{ id: "obj-1", text: "x", mark },
    ...(added === undefined ? {} : { added: `${added}T12:00:00` }),
    ...(finished === undefined ? {} : { finished: `${finished}T12:00:00` }),
  });
  const objectives = [
    item("open", "2024-01-01"),
    item("done", "2024-01-01", "2024-01-02"),
    item("dropped", "2024-01-02", "2024-01-03"),
    item("open"),
    item("done", "2024-01-01"),
  ];
  expect(
    objectivesOver(
      [{ objectives }],
      ["2024-01-01", "2024-01-02", "2024-01-03", "2099-01-01"],
      "day",
      "2024-01-03",
    ),
  ).toEqual([
    { from: "2024-01-01", open: 2, done: 0 },
    { from: "2024-01-02", open: 2, done: 1 },
    { from: "2024-01-03", open: 1, done: 1 },
    { from: "2099-01-01", open: 1, done: 1 },
  ]);
});

test("open blockers of active sessions come first, the oldest before the others", () => {
  const state = (id: string, blockers: ReturnType<typeof newSession>["blockers"]) => ({
    ...newSession({ id, branch: "b", base: {}, now: "2024-01-01T00:00:00Z" }),
    blockers,
  });
  const blocker = (id: string, added: string, finished?: string) => ({
    ...{ id, text: id, resolved: finished !== undefined, added },
    ...(finished === undefined ? {} : { finished }),
  });
  const found = blockersOf(
    [
      {
        live: true,
        state: state("a", [
          blocker("blk-1", "2024-02-27T12:00:00Z"),
          blocker("blk-2", "2024-02-01T12:00:00Z"),
        ]),
      },
      { live: false, state: state("b", [blocker("blk-1", "2024-01-01T00:00:00Z")]) },
      {
        live: false,
        state: state("c", [
          blocker("blk-1", "2024-02-01T00:00:00Z", "2024-02-11T00:00:00Z"),
          blocker("blk-2", "2023-01-01T00:00:00Z", "2023-02-01T00:00:00Z"),
        ]),
      },
    ],
    { since: Date.parse("2024-02-01T00:00:00Z"), until: Date.parse("2024-03-01T00:00:00Z") },
    "2024-02-29T12:00:00Z",
  );
  expect(found.map((each) => [each.session, each.id, each.days])).toEqual([
    ["a", "blk-2", 28],
    ["a", "blk-1", 2],
    ["c", "blk-1", 10],
  ]);
});

test("a decision is listed once, in its record's words, with the commit that carries it", () => {
  const one: ReportDecision = {
    ...{ id: "dec-1", session: "a", text: "Cut", rationale: null, alternatives: [], supersedes: null },
    ...{ withdraws: null, supersededBy: null, withdrawnBy: null, reverted: null },
    ...{ at: "2024-01-01T00:00:00Z", commit: "c1" },
  };
  const full = { ...one, text: "Cut no more", commit: null };
  expect(unitedDecisions([one, { ...one, session: "b" }], [full])).toEqual([
    { ...full, commit: "c1" },
    { ...one, session: "b" },
  ]);
});

test.each([
  [
    "git@github.com:o/r.git",
    "https://github.com/o/r/commit/c1",
    "https://github.com/o/r/commits/t1/a%20b/%23.ts",
  ],
  [
    "https://me:pass@gitlab.com/g/s/r.git",
    "https://gitlab.com/g/s/r/-/commit/c1",
    "https://gitlab.com/g/s/r/-/commits/t1/a%20b/%23.ts",
  ],
  [
    "https://codeberg.org/o/r",
    "https://codeberg.org/o/r/commit/c1",
    "https://codeberg.org/o/r/commits/commit/t1/a%20b/%23.ts",
  ],
  [
    "git@bitbucket.org:o/r.git",
    "https://bitbucket.org/o/r/commits/c1",
    "https://bitbucket.org/o/r/history-node/t1/a%20b/%23.ts",
  ],
  [
    "https://dev.azure.com/o/p/_git/r",
    "https://dev.azure.com/o/p/_git/r/commit/c1",
    "https://dev.azure.com/o/p/_git/r?path=%2Fa%20b%2F%23.ts&version=GCt1&_a=history",
  ],
  ["https://git.example.com/o/r", undefined, undefined],
  ["/srv/git/r.git", undefined, undefined],
])("the report counts commits and files of %s", (remote, commit, file) => {
  const forge = forgeOf(remote);
  expect(commitAddress(forge, "c1")).toBe(commit);
  expect(fileAddress(forge, "t1", "a b/#.ts")).toBe(file);
});

test("a blocker ages until it is resolved, and the oldest open one stays first", () => {
  const blocker = (id: string, added: string, finished: string | null = null) => ({
    ...{ id, session: "s", text: id, link: null, resolved: finished !== null, note: null },
    ...{ added, finished, days: null },
  });
  const all = [
    blocker("new", "2024-02-28T00:00:00Z"),
    blocker("done", "2024-01-01T00:00:00Z", "2024-01-03T00:00:00Z"),
    blocker("old", "2024-02-01T00:00:00Z"),
  ];
  const ages = (now: string) => aged(all, now).map(({ id, days }) => [id, days]);
  expect(ages("2024-02-29T00:00:00Z")).toEqual([
    ["old", 28],
    ["new", 1],
    ["done", 2],
  ]);
  expect(ages("2024-03-01T12:00:00Z")).toEqual([
    ["old", 29.5],
    ["new", 2.5],
    ["done", 2],
  ]);
});

test("a day of a report ends when the next begins, in local time or UTC", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (now) => {
      const end = dayEnds(now);
      const days = (moment: number) => [dayAt(moment), new Date(moment).toISOString().slice(0, 10)];
      expect(end).toBeGreaterThan(now);
      expect(days(end - 1)).toEqual(days(now));
      expect(days(end)).not.toEqual(days(now));
    }),
  );
});
