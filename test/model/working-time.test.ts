import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sessionMinutes, workingMinutes } from "../../src/insight/counting/time.ts";
import { eventAt, type SessionEvent } from "../../src/session/events/events.ts";
import { newSession } from "../../src/session/state.ts";

const minute = 60_000;

test("gaps up to the idle timeout count, longer ones do not", () => {
  expect(workingMinutes([0, 10 * minute, 40 * minute, 71 * minute], 30)).toBe(40);
});

test("events and commits, in any form and order, join into one series", () => {
  const moments = [Date.parse("2026-01-10T10:20:00Z"), "2026-01-10T10:00:00Z", "2026-01-10T11:10:00+01:00"];
  expect(workingMinutes(moments, 30)).toBe(20);
});

test.each([
  ["nothing", []],
  ["one moment", ["2026-01-10T10:00:00Z"]],
  ["the same moment twice", ["2026-01-10T10:00:00Z", "2026-01-10T10:00:00Z"]],
  ["bad dates", ["yesterday", "", Number.NaN, Number.POSITIVE_INFINITY, "2026-01-10T10:00:00Z"]],
])("%s is not a time", (_what, moments) => {
  expect(workingMinutes(moments, 30)).toBe(0);
});

test("a clock that went back makes no negative working time", () => {
  expect(workingMinutes(["2026-01-10T10:10:00Z", "2026-01-10T10:00:00Z"], 30)).toBe(10);
});

test("without an idle timeout the working time is zero", () => {
  expect(workingMinutes([0, 1, minute], 0)).toBe(0);
});

test("one moment far in the past or future adds no working time", () => {
  const day = [10 * minute, 20 * minute];
  expect(workingMinutes(["1970-01-01T00:00:00Z", ...day, "2999-01-01T00:00:00Z"], 30)).toBe(20);
  expect(workingMinutes([-1e12, ...day, 8e15], 30)).toBe(10);
});

const moment = fc.integer({ min: 0, max: 100_000 * minute });
const moments = fc.array(moment, { maxLength: 50 });
const idle = fc.integer({ min: 0, max: 600 });

test("working time is between zero and the whole span", () => {
  fc.assert(
    fc.property(moments, idle, (times, timeout) => {
      const minutes = workingMinutes(times, timeout);
      const span = times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / minute;
      expect(minutes).toBeGreaterThanOrEqual(0);
      expect(minutes).toBeLessThanOrEqual(span);
    }),
  );
});

test("order and duplicates do not change the working time", () => {
  const shuffled = moments.chain((times) =>
    fc.tuple(fc.constant(times), fc.shuffledSubarray([...times, ...times], { minLength: 2 * times.length })),
  );
  fc.assert(
    fc.property(shuffled, idle, ([times, again], timeout) => {
      expect(workingMinutes(again, timeout)).toBe(workingMinutes(times, timeout));
    }),
  );
});

test("one more moment never lowers the working time", () => {
  fc.assert(
    fc.property(moments, moment, idle, (times, more, timeout) => {
      expect(workingMinutes([...times, more], timeout)).toBeGreaterThanOrEqual(
        workingMinutes(times, timeout),
      );
    }),
  );
});

test("a longer idle timeout never lowers the working time", () => {
  fc.assert(
    fc.property(moments, idle, idle, (times, one, other) => {
      const [short, long] = [Math.min(one, other), Math.max(one, other)];
      expect(workingMinutes(times, long)).toBeGreaterThanOrEqual(workingMinutes(times, short));
    }),
  );
});

describe("a session's working time", () => {
  const { context } = newSession({ id: "k3f9qzm2x7ab", branch: "x", base: {}, now: "", author: "Ada" });
  const start = Date.parse("2026-01-10T10:00:00Z") / 1000;
  /** An event that many minutes after ten. */
  const event = (at: number, by?: string): SessionEvent =>
    eventAt(new Date((start + at * 60) * 1000).toISOString(), "session.resumed", { by });
  const commit = (
    at: number,
    of: { minutes?: number; author?: string; id?: string; committed?: number; plain?: boolean } = {},
  ) => ({
    commit: {
      oid: "c",
      message: "",
      author: of.author ?? "Ada",
      authored: start + at * 60,
      committed: start + (of.committed ?? at) * 60,
    },
    subject: "",
    recovered: false,
    ...(of.plain
      ? {}
      : {
          record: {
            ...{ objectives: [], blockers: [], decisions: [], verified: [], impact: [] },
            id: of.id ?? context.id,
            ...(of.minutes === undefined ? {} : { minutes: of.minutes }),
          },
        }),
  });
  const minutesOf = (
    events: readonly SessionEvent[],
    commits: readonly ReturnType<typeof commit>[],
    idle = 30,
    now?: number,
  ) => sessionMinutes({ context, events }, commits, idle, now);

  test("joins events and the author's commits, also plain ones", () => {
    expect(minutesOf([event(0), event(40)], [commit(20, { plain: true })])).toBe(40);
    expect(minutesOf([event(0), event(40)], [commit(20)])).toBe(40);
  });

  test("is not bridged by a commit of another person or session", () => {
    expect(minutesOf([event(0), event(40)], [commit(20, { plain: true, author: "Bob" })])).toBe(0);
    expect(minutesOf([event(0), event(40)], [commit(20, { id: "zzzzzzzzzzzz" })])).toBe(0);
  });

  test("counts parallel work of two people once, and successive work twice", () => {
    const bob = [commit(10, { author: "Bob" }), commit(30, { author: "Bob" })];
    expect(minutesOf([event(0), event(20)], bob)).toBe(30);
    expect(
      minutesOf([event(0), event(20)], [commit(100, { author: "Bob" }), commit(110, { author: "Bob" })]),
    ).toBe(30);
  });

  test("ignores events between the end and the next resume", () => {
    const at = (minutes: number) => new Date((start + minutes * 60) * 1000).toISOString();
    const events = [
      event(0),
      eventAt(at(10), "session.ended", {}),
      eventAt(at(20), "handoff.taken", { by: "Ada" }),
    ];
    expect(minutesOf(events, [])).toBe(10);
    expect(minutesOf([...events, event(35), event(40)], [])).toBe(40);
  });

  test("assigns events to the person who last resumed the session", () => {
    const events = [event(0), event(20, "Bob"), event(40)];
    expect(minutesOf(events, [])).toBe(20);
    expect(minutesOf(events, [commit(50, { plain: true, author: "Bob" })])).toBe(30);
  });

  test("does not change with a rebase, which commits everything at one moment", () => {
    const before = [commit(0), commit(20), commit(35)];
    const after = [
      commit(0, { committed: 500 }),
      commit(20, { committed: 500 }),
      commit(35, { committed: 500 }),
    ];
    expect(minutesOf([], after)).toBe(minutesOf([], before));
  });

  test("is never less than at the last checkpoint, plus the work since", () => {
    expect(minutesOf([], [commit(0, { minutes: 135 })])).toBe(135);
    expect(minutesOf([event(300), event(310)], [commit(0, { minutes: 135 })])).toBe(145);
    expect(minutesOf([event(0), event(10)], [commit(10, { minutes: 10 })])).toBe(10);
    expect(minutesOf([event(0), event(500)], [commit(10, { minutes: 600, id: "zzzzzzzzzzzz" })])).toBe(0);
  });

  test("counts an amended checkpoint once, until the amend", () => {
    expect(minutesOf([event(0), event(20)], [commit(0, { committed: 20, minutes: 20 })])).toBe(20);
  });

  test("of many short steps is no more than the elapsed time", () => {
    const commits = [commit(0, { minutes: 0 })];
    for (let n = 1; n <= 100; n++) {
      commits.unshift(commit(n * 0.6, { minutes: minutesOf([], commits, 30, (start + n * 36) * 1000) }));
    }
    expect(commits[0]?.record?.minutes).toBe(60);
  });

  test("ignores damaged dates", () => {
    const damaged = { ...commit(0).commit, authored: 0, committed: 0 };
    expect(
      minutesOf([eventAt("yesterday", "note", { text: "?" })], [{ ...commit(0), commit: damaged }]),
    ).toBe(0);
  });

  const drawn = fc.record({
    at: fc.integer({ min: -1e6, max: 1e6 }),
    author: fc.constantFrom("Ada", "Bob"),
    minutes: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
    plain: fc.boolean(),
  });
  const asCommit = ({
    at,
    minutes,
    ...rest
  }: {
    at: number;
    minutes: number | undefined;
    author: string;
    plain: boolean;
  }) => commit(at, minutes === undefined ? rest : { ...rest, minutes });
  const history = fc.array(drawn, { maxLength: 20 }).map((all) => all.map(asCommit));
  const log = fc
    .array(fc.integer({ min: -1e6, max: 1e6 }), { maxLength: 20 })
    .map((all) => all.map((at) => event(at)));

  test("never drops with one more moment or commit, whatever order and repetition", () => {
    fc.assert(
      fc.property(history, log, drawn, fc.integer({ min: 0, max: 600 }), (commits, events, more, timeout) => {
        const minutes = minutesOf(events, commits, timeout);
        expect(minutes).toBeGreaterThanOrEqual(0);
        expect(minutes).toBeGreaterThanOrEqual(
          Math.max(0, ...commits.map((each) => each.record?.minutes ?? 0)),
        );
        expect(minutesOf([...events, event(more.at)], commits, timeout)).toBeGreaterThanOrEqual(minutes);
        expect(minutesOf(events, [asCommit(more), ...commits], timeout)).toBeGreaterThanOrEqual(minutes);
        expect(minutesOf([...events, ...events].reverse(), [...commits, ...commits].reverse(), timeout)).toBe(
          minutes,
        );
      }),
    );
  });
});
