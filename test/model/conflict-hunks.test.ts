/** Hunks of a merged file with conflict markers, as lines of the files of both sides. */
import { expect, test } from "vitest";
import { hunksOf } from "../../src/forecast/conflict-hunks.ts";

const commits = { one: "1".repeat(40), other: "2".repeat(40) };
const text = (...lines: string[]) => lines.map((each) => `${each}\n`).join("");
const conflict = (one: string[], other: string[], name = "") => [
  ...[`<<<<<<< ${commits.one}${name}`, ...one, "=======", ...other, `>>>>>>> ${commits.other}${name}`],
];

test("cleanly merged lines shift a conflict hunk, and repeated lines do not mislead the search for it", () => {
  const one = text("added", "a", "x", "b", "ONE", "c", "x", "b", "d", "ONE");
  const other = text("a", "x", "b", "TWO", "c", "x", "b", "more", "d");
  const merged = text(
    ...["added", "a", "x", "b", ...conflict(["ONE"], ["TWO"]), "c", "x", "b", "more", "d"],
    ...conflict(["ONE"], []),
  );
  expect(hunksOf(merged, { one, other }, commits)).toEqual([
    { one: [5, 5], other: [4, 4] },
    { one: [10, 10], other: [10, 9] },
  ]);
});

test("a line of a file that looks like a conflict marker is read as content", () => {
  const one = text("Title", "=======", "one", "<<<<<<< HEAD", "end");
  const other = text("Other", "=======", "two", "<<<<<<< HEAD", "end");
  const merged = text(
    ...conflict(["Title", "=======", "one"], ["Other", "=======", "two"], ":a.md"),
    ...["<<<<<<< HEAD", "end"],
  );
  expect(hunksOf(merged, { one, other }, commits)).toEqual([{ one: [1, 3], other: [1, 3] }]);
  expect(hunksOf(text("no", "conflict"), { one, other }, commits)).toEqual([]);
  // Line ends of another system are no change.
  expect(hunksOf(merged.replaceAll("\n", "\r\n"), { one, other }, commits)).toHaveLength(1);
});
