import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDate } from "../../src/text/time/dates.ts";

// A Wednesday.
const NOW = new Date(2024, 2, 13, 15, 30, 0).getTime();
const at = (...fields: [number, number, number, number?, number?, number?, number?]) =>
  new Date(...(fields as unknown as [number, number])).getTime();

test.each([
  ["2024-01-31", at(2024, 0, 31)],
  ["2024/1/5", at(2024, 0, 5)],
  ["2024-01", at(2024, 0, 1)],
  ["2024-01-31 14:30", at(2024, 0, 31, 14, 30)],
  ["2024-01-31T14:30:05", at(2024, 0, 31, 14, 30, 5)],
  ["2024-01-31T14:30:05Z", Date.UTC(2024, 0, 31, 14, 30, 5)],
  ["2024-01-31T14:30:05.123Z", Date.UTC(2024, 0, 31, 14, 30, 5)],
  ["2024-01-31 14:30 +0200", Date.UTC(2024, 0, 31, 12, 30)],
  ["2024-01-31 14:30 -05:30", Date.UTC(2024, 0, 31, 20, 0)],
  ["Jan 5 2024", at(2024, 0, 5)],
  ["5 January 2024", at(2024, 0, 5)],
  ["January 5, 2024", at(2024, 0, 5)],
  ["@1700000000", 1_700_000_000_000],
  ["now", NOW],
  ["today", at(2024, 2, 13)],
  ["yesterday", at(2024, 2, 12)],
  ["monday", at(2024, 2, 11)],
  ["last friday", at(2024, 2, 8)],
  ["wednesday", at(2024, 2, 6)],
  ["2 weeks ago", at(2024, 1, 28, 15, 30)],
  ["2.weeks.ago", at(2024, 1, 28, 15, 30)],
  ["30d", at(2024, 1, 12, 15, 30)],
  ["3 days", at(2024, 2, 10, 15, 30)],
  ["1 day 2 hours ago", at(2024, 2, 12, 13, 30)],
  ["90min", NOW - 90 * 60_000],
  ["last month", at(2024, 1, 13, 15, 30)],
  ["a year ago", at(2023, 2, 13, 15, 30)],
])("a date option is read: %s", (text, expected) => {
  expect(parseDate(text, NOW)).toBe(expected);
});

test("a date option that is a day, a month or yesterday ends with its last moment", () => {
  expect(parseDate("2024-01-31", NOW, "end")).toBe(at(2024, 0, 31, 23, 59, 59, 999));
  expect(parseDate("2024-02", NOW, "end")).toBe(at(2024, 1, 29, 23, 59, 59, 999));
  expect(parseDate("yesterday", NOW, "end")).toBe(at(2024, 2, 12, 23, 59, 59, 999));
  expect(parseDate("2024-01-31 14:30", NOW, "end")).toBe(at(2024, 0, 31, 14, 30));
  expect(parseDate("2d", NOW, "end")).toBe(at(2024, 2, 11, 15, 30));
});

test("one month before the 31st is the last day of a shorter month", () => {
  expect(parseDate("1 month ago", at(2024, 2, 31, 12))).toBe(at(2024, 1, 29, 12));
});

test.each([
  ...["", " ", "soon", "2024-13-01", "2024-02-30", "2024-1-1-1", "13:61", "2024-01-01 25:00", "ago", "-3d"],
  ...["3", "3 fortnights", "5 Jan 6 2024", "Foo 5 2024", "20240131", "1e9d", "2024", "d", "__proto__ days"],
])('the date option "%s" is refused', (text) => {
  expect(parseDate(text, NOW)).toBeUndefined();
});

test("parsing a date never throws, and returns a date or nothing", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("start" as const, "end" as const), (text, edge) => {
      const found = parseDate(text, NOW, edge);
      if (found !== undefined) expect(new Date(found).getTime()).toBe(found);
    }),
  );
});
