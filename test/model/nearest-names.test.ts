import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "../../src/text/nearest.ts";

const COMMANDS = ["start", "status", "stats", "switch", "search", "share", "restore", "resume"];

test.each([
  ["stauts", "status"],
  ["statsu", "status"],
  ["SATRT", "start"],
  ["swich", "switch"],
  ["resmue", "resume"],
])("the mistyped word %s is corrected to %s", (word, meant) => {
  expect(nearest(word, COMMANDS, 1)).toEqual([meant]);
});

test("suggested names are sorted: exact matches, then the same beginning, then similar names", () => {
  expect(nearest("feature/a", ["feature/b", "feature/abc", "Feature/A", "main"])).toEqual([
    "Feature/A",
    "feature/abc",
    "feature/b",
  ]);
});

test("no name is suggested for a word unlike all candidates", () => {
  expect(nearest("zebra", COMMANDS)).toEqual([]);
  expect(nearest("", COMMANDS)).toEqual([]);
  expect(nearest("x", [])).toEqual([]);
});

test("at most the requested number of names is suggested, each once, whatever the order of the candidates", () => {
  const names = ["abcd1", "abcd2", "abcd3", "abcd4"];
  expect(nearest("abcdx", [...names, ...names])).toEqual(["abcd1", "abcd2", "abcd3"]);
  expect(nearest("abcdx", names.toReversed(), 2)).toEqual(["abcd1", "abcd2"]);
});

test("of candidates that the word begins with, the longest is suggested first", () => {
  expect(nearest("checkpoints", ["che", "checkpoint", "check"])).toEqual(["checkpoint", "check", "che"]);
});

test("two swapped letters count as one mistake", () => {
  expect(nearest("ab", ["ba", "xy"])).toEqual(["ba"]);
});

test("a word is found after any single edit", () => {
  const word = fc.stringMatching(/^[a-z]{4,30}$/);
  fc.assert(
    fc.property(word, fc.nat(), fc.constantFrom("", "_", "__"), (name, position, put) => {
      const at = position % name.length;
      const typed = name.slice(0, at) + put + name.slice(at + 1);
      fc.pre(put.length < 2 || name.length >= 6);
      expect(nearest(typed, ["0123456789", name], 1)).toEqual([name]);
    }),
  );
});

test("suggestions for an endless word among ten thousand long names are found", () => {
  const names = Array.from({ length: 10_000 }, (_, n) => `feature/${"a-long-name-".repeat(5)}${n}`);
  expect(nearest(`feature/${"a-long-name-".repeat(5)}4321x`, names)[0]).toMatch(/4321$/);
  expect(nearest("a".repeat(1_000_000), names)).toEqual([]);
});
