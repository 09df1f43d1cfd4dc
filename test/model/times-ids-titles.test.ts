import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { workingMinutes } from "../../src/insight/counting/time.ts";
import { branchFolder } from "../../src/session/files/folder.ts";
import { isSessionId, sessionId, shortestPrefixes } from "../../src/session/ids.ts";
import { nearest } from "../../src/text/nearest.ts";
import { age, formatMinutes, parseDuration } from "../../src/text/time/duration.ts";
import { strftime } from "../../src/text/time/strftime.ts";
import { coverageText, impactOf, percent } from "../../src/trailers/impact.ts";

describe("durations", () => {
  test.each([
    ["30m", 30],
    ["1h", 60],
    ["1h 30m", 90],
    ["90s", 1.5],
    ["2d", 2880],
    ["1.5h", 90],
  ])("%s", (text, minutes) => expect(parseDuration(text)).toBe(minutes));

  test.each(["", "soon", "30", "-5m", "1h!", "m"])("%j is not a duration", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );

  test("are written readably, and read back", () => {
    expect([0, 45, 60, 135, 1565, -3, Number.NaN].map(formatMinutes)).toEqual([
      "0m",
      "45m",
      "1h",
      "2h 15m",
      "26h 5m",
      "0m",
      "0m",
    ]);
    fc.assert(fc.property(fc.nat(100_000), (minutes) => parseDuration(formatMinutes(minutes)) === minutes));
  });

  test("ages have one unit, and tolerate clock jumps and damaged dates", () => {
    const since = (from: string) => age(from, "2026-11-20T12:00:00Z");
    expect(since("2026-11-20T11:59:40Z")).toBe("less than a minute");
    expect(since("2026-11-20T11:00:00Z")).toBe("1 hour");
    expect(since("2026-11-17T11:00:00Z")).toBe("3 days");
    expect(since("2027-01-01T00:00:00Z")).toBe("less than a minute");
    expect(since("not a date")).toBe("an unknown time");
  });
});

describe("working time", () => {
  const minute = 60_000;

  test("omits pauses longer than the idle timeout", () => {
    expect(workingMinutes([0, 10 * minute, 100 * minute, 105 * minute], 30)).toBe(15);
    expect(workingMinutes(["2026-11-20T10:00:00Z", "damaged", "2026-11-20T10:20:00Z"], 30)).toBe(20);
  });

  test("is never negative, never more than the whole span, and independent of order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1e10 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 500 }),
        (moments, idle) => {
          const worked = workingMinutes(moments, idle);
          const span = moments.length === 0 ? 0 : (Math.max(...moments) - Math.min(...moments)) / minute;
          expect(worked).toBeGreaterThanOrEqual(0);
          expect(worked).toBeLessThanOrEqual(span + 1e-6);
          expect(workingMinutes([...moments].reverse(), idle)).toBeCloseTo(worked, 6);
        },
      ),
    );
  });
});

describe("a branch's folder", () => {
  test.each([
    ["feat/oauth", "feat/oauth"],
    ["über/ä", "über/ä"],
    ["a/workspace", "a/%77orkspace"],
    ["Context.JSON", "%43ontext.JSON"],
    ["con.txt", "%63on.txt"],
    ["100%", "100%25"],
    ["a<b>|c", "a%3Cb%3E%7Cc"],
  ])("%s", (branch, folder) => expect(branchFolder(branch)).toBe(folder));

  test("differs for all branches and is valid on every file system", () => {
    const part = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
      fc.constantFrom(
        "con",
        "CON",
        "workspace",
        "%77orkspace",
        "trailers",
        "x".repeat(300),
        `${"x".repeat(299)}y`,
        "é".repeat(120),
      ),
    );
    const branch = fc
      .array(
        part.map((each) => each.replace(/[/\s.\x00-\x1f~^:?*[\\\x7f]/g, "_")),
        { minLength: 1, maxLength: 3 },
      )
      .map((parts) => parts.join("/"));
    fc.assert(
      fc.property(branch, branch, (one, other) => {
        expect(branchFolder(one) === branchFolder(other)).toBe(one === other);
        for (const name of branchFolder(one).split("/")) {
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
          expect(name).not.toMatch(/^(\.{1,2}|)$|[<>:"|?*\\]|[. ]$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("ids can be read aloud, and their shortest prefixes are unique", () => {
  const id = sessionId(Uint8Array.from({ length: 12 }, (_, n) => n * 21));
  expect(isSessionId(id)).toBe(true);
  expect(isSessionId("k3f9qzm2x7al")).toBe(false);
  expect([...shortestPrefixes(["abcdef000000", "zzzz00000000", "abcdeg000000"])]).toEqual([
    ["abcdef000000", 6],
    ["abcdeg000000", 6],
    ["zzzz00000000", 4],
  ]);
});

test("name suggestions cover swaps, missing letters and beginnings, and nothing far away", () => {
  const commands = ["checkpoint", "status", "start", "resume"];
  expect(nearest("chekpoint", commands)).toEqual(["checkpoint"]);
  expect(nearest("stauts", commands)[0]).toBe("status");
  expect(nearest("resum", commands)).toEqual(["resume"]);
  expect(nearest("zebra", commands)).toEqual([]);
});

test("dates are formatted as strftime does", () => {
  const date = new Date(2026, 10, 5, 15, 4, 9);
  expect(strftime("%Y-%m-%d %H:%M:%S %Q%% %e %I%p %b %A", date)).toBe(
    "2026-11-05 15:04:09 %Q%  5 03PM Nov Thursday",
  );
});

test("the Impact text names few files, counts many, and never rounds coverage up", () => {
  const file = (path: string) => ({ path, change: "added" as const, added: 1, removed: 0 });
  expect(impactOf({ files: [], tests: { added: 0, removed: 0 } })).toEqual([]);
  expect(
    impactOf({ files: ["a", "b", "c", "d", "e", "f"].map(file), tests: { added: 1, removed: 3 } }),
  ).toEqual([
    { key: "Added", value: "6 files: a, b, c, …" },
    { key: "Changed", value: "6 files, +6 -0" },
    { key: "Tests", value: "-2" },
  ]);
  expect(percent(99.96)).toBe("99.9%");
  expect(coverageText(79, 84.25)).toBe("79% → 84.2%");
  expect(coverageText(84.21, 84.25)).toBe("84.2%");
});
