import fc from "fast-check";
import { expect, test } from "vitest";
import { block, codeSpan, inline } from "../../src/render/escape-markdown.ts";
import { oneLine, visibleText } from "../../src/text/foreign-text.ts";
import { ACTS, activeMarkup, hostile } from "./hostile-strings.ts";

test("escaped text does not act as markup in a line", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const line = inline(text);
      const left = activeMarkup(line);
      expect(line).not.toContain("\n");
      expect(left).not.toMatch(ACTS);
      expect(left).not.toMatch(/^(?:#(?!#*\d)|>|[-+*](?:\s|$)|\d{1,9}[.)](?:\s|$)|~{3}|\[[ x]\]\s)/i);
      expect(left).not.toMatch(/^[-=_*\s]+$/);
      // Emphasis needs a mark with text at its side.
      expect(left).not.toMatch(/\*\S|\S\*|(?:^|[^\p{L}\p{N}_])_|_(?:$|[^\p{L}\p{N}_])/u);
    }),
    { numRuns: 2000 },
  );
});

test("escaped text does not close its code span or fence", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      if (oneLine(text) !== "") expect(activeMarkup(codeSpan(text))).toBe("·");
      const lines = block(text).split("\n");
      const fence = /^`{3,}/.exec(lines[0] ?? "")?.[0] ?? "";
      expect(lines.at(-1)).toBe(fence);
      for (const line of lines.slice(1, -1)) expect(line).not.toMatch(new RegExp(`^ {0,3}${fence}`));
    }),
    { numRuns: 1000 },
  );
});

test("removing hidden characters reveals none, and removing twice equals once", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(visibleText(visibleText(text))).toBe(visibleText(text));
    }),
    { numRuns: 1000 },
  );
  // Two halves that become a tag character when what is between them goes.
  expect(visibleText("\udb40\u200b\udc41")).toBe("\ufffd\ufffd");
  expect(visibleText("a\ufe0f\u200b\ufe0fb \u2764\ufe0f")).toBe("ab \u2764\ufe0f");
  expect(visibleText("a\u3164\u115f\u034fb")).toBe("ab");
});

test("escaping changes characters that act only at some positions only at those positions", () => {
  expect(inline(">quote")).toBe("\\>quote");
  expect(inline("* item")).toBe("\\* item");
  expect(inline("[x] forged")).toBe("\\[x] forged");
  expect(inline("\\http://x.example/a")).toBe("\\\\`http://x.example/a`");
  expect(inline("#tag")).toBe("\\#tag");
  expect(inline("#42 first")).toBe("#42 first");
  expect(inline("[r]")).toBe("[r\\]");
  expect(inline("mail a@x.example now")).toBe("mail `a@x.example` now");
  expect(inline("&#8238;x &lt;b&gt;")).toBe("\\&#8238;x \\&lt;b\\&gt;");
  // Words of code keep their letters: a code span needs no backslash.
  expect(inline("rename _private and __init__ to foo_")).toBe("rename `_private` and `__init__` to `foo_`");
  expect(inline("session_start begins one")).toBe("session_start begins one");
  expect(inline("all of src/**/*.ts, *.md")).toBe("all of `src/**/*.ts`, `*.md`");
  expect(inline("in src/**/*.ts only")).toBe("in `src/**/*.ts` only");
  expect(inline("a Map<string, number> holds")).toBe("a `Map<string, number>` holds");
  for (const prose of [
    "fish & chips; #42, foo_bar and @scope/package",
    "a <= b, c < d, about ~5 of them",
    "use --flag [optional] {curly} 100% it's",
    "Grüße, 日本語, 🎉",
  ])
    expect(inline(prose)).toBe(prose);
});

test("escaping a megabyte without an address takes time linear in its length", () => {
  // Quadratic time would be minutes: the test's own time limit is what catches it.
  for (const sign of ["a", "a@", "*", "_", "~", "[", "\\", "&", " a"]) {
    const text = sign.repeat(1_000_000 / sign.length);
    expect(inline(text).length).toBeGreaterThanOrEqual(oneLine(text).length);
  }
});
