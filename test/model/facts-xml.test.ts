import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { expect, test } from "vitest";
import { tagsOf } from "../../src/facts/formats/xml.ts";

/** Names and attributes of all elements, in order, by our reader. */
function ours(text: string): [string, Record<string, string>][] {
  return [...tagsOf(text)].flatMap((tag) =>
    tag.kind === "close"
      ? []
      : [
          [
            tag.name,
            Object.fromEntries(
              ["a", "b"].flatMap((key) =>
                tag.attribute(key) === undefined ? [] : [[key, tag.attribute(key) ?? ""]],
              ),
            ),
          ],
        ],
  );
}

/** The same by an XML parser that makes a tree. */
function theirs(text: string): [string, Record<string, string>][] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseAttributeValue: false,
    trimValues: false,
  });
  const walk = (nodes: Record<string, unknown>[]): [string, Record<string, string>][] =>
    nodes.flatMap((node) => {
      const name = Object.keys(node).find((key) => key !== ":@" && key !== "#text" && key !== "#comment");
      if (name === undefined || name.startsWith("?")) return [];
      return [
        [name, (node[":@"] ?? {}) as Record<string, string>] as [string, Record<string, string>],
        ...walk(node[name] as Record<string, unknown>[]),
      ];
    });
  return walk(parser.parse(text));
}

const name = fc.constantFrom("testsuite", "testcase", "line", "x-1", "a.b");
const value = fc
  .array(fc.constantFrom("x", " ", ">", "/", "=", "'", "&lt;", "&amp;", "&quot;", "é", "]]"), {
    maxLength: 5,
  })
  .map((parts) => parts.join(""));
const attributes = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a", "b"), value), { selector: ([key]) => key })
  .map((pairs) => pairs.map(([key, text]) => ` ${key}="${text}"`).join(""));
const text = fc.constantFrom(
  "",
  "words",
  "<!-- <line/> -->",
  "<![CDATA[<line a='1'>]]>",
  "&lt;line/&gt;",
  "\n  ",
);
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(name, attributes).map(([each, pairs]) => `<${each}${pairs}/>`),
    fc
      .tuple(name, attributes, text, fc.array(tie("element"), { maxLength: 3 }))
      .map(([each, pairs, words, inner]) => `<${each}${pairs}>${words}${inner.join(words)}</${each}>`),
  ),
}));

test("the XML reader finds the elements and attributes that a full XML parser finds", () => {
  fc.assert(
    fc.property(element, (xml) => {
      const whole = `<?xml version="1.0"?>\n${xml}`;
      expect(ours(whole)).toEqual(theirs(whole));
    }),
    { numRuns: 300 },
  );
});
