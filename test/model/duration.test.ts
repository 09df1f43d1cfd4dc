import fc from "fast-check";
import { expect, test } from "vitest";
import { age, formatMinutes, parseDuration } from "../../src/text/time/duration.ts";

test.each([
  ["30m", 30],
  ["1h", 60],
  ["1h 30m", 90],
  ["1h30m", 90],
  ["26h 5m", 1565],
  ["90s", 1.5],
  ["2d", 2880],
  ["1w", 10_080],
  ["1.5h", 90],
  [" 2 H  15 M ", 135],
  ["0m", 0],
])("the duration %j has %d minutes", (text, minutes) => {
  expect(parseDuration(text)).toBe(minutes);
});

test.each([
  "",
  " ",
  "30",
  "m",
  "-5m",
  "1h x",
  "x 1h",
  "1 0m",
  "1h 3 0m 5",
  "1,5h",
  "1..5h",
  "1.h",
  "30 minutes",
  "0x10m",
  "1e3m",
  "Infinitym",
  "٣m",
])("%j is not a duration", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test("an endless text is refused as a duration at once", () => {
  for (const text of [
    "1".repeat(5_000_000),
    "1m".repeat(1_000_000),
    " ".repeat(1_000_000),
    `${"1.".repeat(1e6)}m`,
  ]) {
    expect(parseDuration(text)).toBeUndefined();
  }
});

test("parsing any text as a duration gives nothing, or a finite duration that is not negative", () => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^[0-9smhdw. ]{0,30}$/));
  fc.assert(
    fc.property(texts, (text) => {
      const minutes = parseDuration(text) ?? 0;
      expect(Number.isFinite(minutes) && minutes >= 0).toBe(true);
    }),
  );
});

test.each([
  [0, "0m"],
  [0.4, "0m"],
  [45, "45m"],
  [59.6, "1h"],
  [60, "1h"],
  [135, "2h 15m"],
  [1565, "26h 5m"],
  [-3, "0m"],
  [Number.NaN, "0m"],
  [Number.POSITIVE_INFINITY, "0m"],
])("%d minutes are formatted as %j", (minutes, text) => {
  expect(formatMinutes(minutes)).toBe(text);
});

test("formatted minutes are read back unchanged", () => {
  fc.assert(
    fc.property(fc.nat(50_000_000), (minutes) => {
      expect(parseDuration(formatMinutes(minutes))).toBe(minutes);
    }),
  );
});

test.each([
  ["2026-01-10T12:00:00Z", "less than a minute"],
  ["2026-01-10T11:59:31Z", "less than a minute"],
  ["2026-01-10T11:59:00Z", "1 minute"],
  ["2026-01-10T11:55:00Z", "5 minutes"],
  ["2026-01-10T11:00:00Z", "1 hour"],
  ["2026-01-09T13:00:00Z", "23 hours"],
  ["2026-01-09T12:00:00Z", "1 day"],
  ["2026-01-07T12:00:00Z", "3 days"],
  ["2025-12-01T12:00:00Z", "1 month"],
  ["2024-12-01T12:00:00Z", "1 year"],
  ["2026-01-11T12:00:00Z", "less than a minute"],
  ["yesterday", "an unknown time"],
  ["", "an unknown time"],
])("the age from %s is %s", (from, words) => {
  expect(age(from, "2026-01-10T12:00:00Z")).toBe(words);
});

test("any two texts as dates have an age in words", () => {
  const dates = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  fc.assert(
    fc.property(fc.oneof(dates, fc.string()), dates, (from, now) => {
      expect(age(from, now)).toMatch(
        /^(less than a minute|an unknown time|1 (minute|hour|day|month|year)|[1-9]\d* (minutes|hours|days|months|years))$/,
      );
    }),
  );
});
