import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { strftime } from "../../src/text/time/strftime.ts";

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const date = new Date("2026-03-05T04:07:09Z");

test.each([
  ["%Y-%m-%d %H:%M", "2026-03-05 04:07"],
  ["%y %b %B %a %A", "26 Mar March Thu Thursday"],
  ["%j|%e|%d", "064| 5|05"],
  ["%I:%M:%S %p", "04:07:09 AM"],
  ["%F %T %R", "2026-03-05 04:07:09 04:07"],
  ["%z %Z", "+0000 UTC"],
  ["100%% %Q %é %", "100% %Q %é %"],
  ["%%Y", "%Y"],
  ["", ""],
  ["$& $1 plain", "$& $1 plain"],
])("strftime formats %j", (format, text) => {
  expect(strftime(format, date, true)).toBe(text);
});

test.each([
  ["2026-01-01T00:30:00Z", "12 AM 001"],
  ["2026-01-01T12:30:00Z", "12 PM 001"],
  ["2026-12-31T23:59:59Z", "11 PM 365"],
  ["2028-12-31T13:00:00Z", "01 PM 366"],
  ["2028-03-31T13:00:00Z", "01 PM 091"],
])("strftime formats 12-hour clocks and days of the year: %s", (iso, text) => {
  expect(strftime("%I %p %j", new Date(iso), true)).toBe(text);
});

test.each([
  ["Asia/Kolkata", "2026-03-05 09:37 +0530"],
  ["America/New_York", "2026-03-04 23:07 -0500"],
  ["America/St_Johns", "2026-03-05 00:37 -0330"],
  ["UTC", "2026-03-05 04:07 +0000"],
])("strftime formats in the time zone %s", (name, text) => {
  process.env.TZ = name;
  expect(strftime("%F %R %z", date)).toBe(text);
});

test("summer and winter time have their own offset and name", () => {
  process.env.TZ = "America/New_York";
  expect(strftime("%H:%M %z %Z", new Date("2026-07-05T04:07:09Z"))).toBe("00:07 -0400 EDT");
  expect(strftime("%H:%M %z %Z", date)).toBe("23:07 -0500 EST");
});

test("dates in UTC have the fields of ISO 8601", () => {
  const dates = fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (any) => {
      expect(`${strftime("%Y-%m-%dT%H:%M:%S", any, true)}`).toBe(any.toISOString().slice(0, 19));
    }),
  );
});

test("an invalid date is formatted as unknown with any format", () => {
  expect(strftime("%Y", new Date("yesterday"))).toBe("unknown");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (format) => {
      expect(typeof strftime(format, date)).toBe("string");
    }),
  );
});
