import fc from "fast-check";
import { expect, test } from "vitest";
import { workingMinutes } from "../../src/model/time.ts";

const minute = 60_000;

test("gaps up to the idle timeout count, longer ones do not", () => {
  expect(workingMinutes([0, 10 * minute, 40 * minute, 71 * minute], 30)).toBe(40);
});

test("events and commits, in whatever form and order, make one line of moments", () => {
  const moments = [Date.parse("2026-01-10T10:20:00Z"), "2026-01-10T10:00:00Z", "2026-01-10T11:10:00+01:00"];
  expect(workingMinutes(moments, 30)).toBe(20);
});

test.each([
  ["nothing", []],
  ["one moment", ["2026-01-10T10:00:00Z"]],
  ["the same moment twice", ["2026-01-10T10:00:00Z", "2026-01-10T10:00:00Z"]],
  ["bad dates", ["yesterday", "", Number.NaN, Number.POSITIVE_INFINITY, "2026-01-10T10:00:00Z"]],
])("%s is no time", (_what, moments) => {
  expect(workingMinutes(moments, 30)).toBe(0);
});

test("a clock that went back does not make it negative", () => {
  expect(workingMinutes(["2026-01-10T10:10:00Z", "2026-01-10T10:00:00Z"], 30)).toBe(10);
});

const moment = fc.integer({ min: 0, max: 100_000 * minute });
const moments = fc.array(moment, { maxLength: 50 });
const idle = fc.integer({ min: 0, max: 600 });

test("between nothing and the whole span", () => {
  fc.assert(
    fc.property(moments, idle, (times, timeout) => {
      const minutes = workingMinutes(times, timeout);
      const span = times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / minute;
      expect(minutes).toBeGreaterThanOrEqual(0);
      expect(minutes).toBeLessThanOrEqual(span);
    }),
  );
});

test("the order and what stands there twice do not matter", () => {
  const shuffled = moments.chain((times) =>
    fc.tuple(fc.constant(times), fc.shuffledSubarray([...times, ...times], { minLength: 2 * times.length })),
  );
  fc.assert(
    fc.property(shuffled, idle, ([times, again], timeout) => {
      expect(workingMinutes(again, timeout)).toBe(workingMinutes(times, timeout));
    }),
  );
});

test("one more moment never lowers it, wherever it is", () => {
  fc.assert(
    fc.property(moments, moment, idle, (times, more, timeout) => {
      expect(workingMinutes([...times, more], timeout)).toBeGreaterThanOrEqual(
        workingMinutes(times, timeout),
      );
    }),
  );
});

test("a longer idle timeout never lowers it", () => {
  fc.assert(
    fc.property(moments, idle, idle, (times, one, other) => {
      const [short, long] = [Math.min(one, other), Math.max(one, other)];
      expect(workingMinutes(times, long)).toBeGreaterThanOrEqual(workingMinutes(times, short));
    }),
  );
});
