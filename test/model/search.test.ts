import fc from "fast-check";
import { expect, test } from "vitest";
import { excerpt, matches, matchingLines, queryOf, wordRanges } from "../../src/views/shapes/search.ts";

test("the words given to git grep are part of every match", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.string(), (words, rest) => {
      const query = queryOf(words);
      const text = `${rest}${words.join(" ")}${rest}`;
      if (query.words.length > 0 && matches(query, text))
        for (const each of query.sure) expect(text.toLowerCase()).toContain(each);
    }),
  );
});

test("search tries the longest run of letters and digits first", () => {
  expect(queryOf(["a-long word", "x"]).sure).toEqual(["long", "word", "a", "x"]);
  expect(queryOf(["ü", "…"]).sure).toEqual([]);
  expect(queryOf(["Two   Words", "two words", " "]).words).toEqual(["two words"]);
});

test("search marks the words in a line, and joins overlapping marks", () => {
  expect(wordRanges(queryOf(["abc", "bcd"]), "xABCDx abc")).toEqual([
    [1, 5],
    [7, 10],
  ]);
  expect(wordRanges(queryOf(["i"]), "İ i")).toEqual([]);
});

test("an excerpt is the line with most of the searched words, cut around them", () => {
  expect(excerpt(queryOf(["b", "c"]), "a b\nb c\nc")).toBe("b c");
  const long = `${"x ".repeat(200)}needle${" y".repeat(200)}`;
  expect(excerpt(queryOf(["needle"]), long, 40)).toMatch(/^….*needle.*…$/);
});

test("a document's lines are shown with their neighbors, twenty at most", () => {
  const text = "one\n\nneedle\r\nthree\n";
  expect(matchingLines(queryOf(["needle"]), "handoffs", "handoff.md", text)).toEqual({
    found: [{ part: "handoffs", path: "handoff.md", line: 3, text: "needle", after: "three" }],
    more: 0,
  });
  expect(matchingLines(queryOf(["x"]), "workspace", "a", "x\n".repeat(25))).toMatchObject({ more: 5 });
});
