import { expect, test } from "vitest";
import { workOfDiff, workOfImpacts } from "../../src/insight/counting/metrics.ts";

const impact = (value: string) => ({ impact: [{ key: "Changed", value }], minutes: 5 });

test("sums the lines of recorded impacts, and counts a checkpoint without files as no change", () => {
  const records = [impact("2 files, +3 -1"), { impact: [], minutes: 6 }, impact("1 file, +1 -0")];
  expect(workOfImpacts(records)).toEqual({ files: null, added: 4, removed: 1, tests: 0 });
});

test.each([
  ["no record", []],
  ["a commit that the program did not measure", [impact("1 file, +1 -0"), { impact: [] }]],
  ["a commit without a record", [impact("1 file, +1 -0"), undefined]],
  ["lines that a partial clone could not count", [impact("1 file, +1 -0"), impact("2 files")]],
])("knows no sums with %s", (_what, records) => {
  expect(workOfImpacts(records)).toEqual({ files: null, added: null, removed: null, tests: null });
});

test("knows no lines of a diff with a file that git could not count; a binary file has none", () => {
  const tests = { added: 1, removed: 0 };
  const text = { added: 3, removed: 1 };
  expect(workOfDiff([text, { binary: true }], tests)).toEqual({ files: 2, added: 3, removed: 1, tests: 1 });
  expect(workOfDiff([text, {}], tests)).toEqual({ files: 2, added: null, removed: null, tests: null });
});
