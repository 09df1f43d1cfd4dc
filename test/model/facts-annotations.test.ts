import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { annotationsInDiff } from "../../src/facts/formats/annotations.ts";

const TAGS = ["TODO:", "FIXME:", "DECISION:", "BLOCKER:"];

function diffOf(file: string, lines: readonly string[], from = 1): string {
  const added = lines.map((each) => `+${each}`);
  return [
    `diff --git a/${file} b/${file}`,
    `--- a/${file}`,
    `+++ b/${file}`,
    `@@ -0,0 +${from},${lines.length} @@`,
    ...added,
    "",
  ].join("\n");
}

/** "TODO text" of each annotation. */
const found = (...lines: string[]) =>
  annotationsInDiff(diffOf("src/a.ts", lines), TAGS).map(({ tag, text }) => `${tag} ${text}`);

test("reading TODOs finds the tag, the path, the line of the new file and the text", () => {
  const diff = `diff --git a/src/a.ts b/src/a.ts
--- a/src/a.ts
+++ b/src/a.ts
@@ -4,2 +4 @@ function x() {
-// TODO: was here before
-gone
+  // TODO: handle refresh tokens
@@ -20,0 +20,2 @@
+const x = 1; // FIXME: off by one
+fine
${diffOf("docs/notes.md", ["DECISION: PKCE for all clients"], 7)}`;
  expect(annotationsInDiff(diff, TAGS)).toEqual([
    { tag: "TODO", path: "src/a.ts", line: 4, text: "handle refresh tokens" },
    { tag: "FIXME", path: "src/a.ts", line: 20, text: "off by one" },
    { tag: "DECISION", path: "docs/notes.md", line: 7, text: "PKCE for all clients" },
  ]);
});

test.each([
  "// TODO: x",
  "//TODO: x",
  "/// TODO: x",
  "//! TODO: x",
  "# TODO: x",
  "## TODO: x",
  "-- TODO: x",
  ";; TODO: x",
  "% TODO: x",
  "/* TODO: x */",
  "/** TODO: x */",
  "/* TODO: x */ call();",
  "  {/* TODO: x */}",
  " * TODO: x",
  " * TODO: x */",
  "(* TODO: x *)",
  "<!-- TODO: x -->",
  "<p>y</p><!-- TODO: x --><p>z</p>",
  "{# TODO: x #}",
  "{{!-- TODO: x --}}",
  '"""TODO: x"""',
  "TODO: x",
  "  TODO: x\r",
  "- TODO: x",
  "- [ ] TODO: x",
  "1. TODO: x",
  "> TODO: x",
  "**TODO:** x",
  'print("a"); // TODO: x',
  "don't stop; // TODO: x",
  "let s = &'a str; // TODO: x",
  'url = "https://example.org"  # TODO: x',
  "TODO:x",
  "call(); // TODO: x",
])("reading TODOs finds the tag in %j", (line) => expect(found(line)).toEqual(["TODO x"]));

test.each([
  'tags: ["TODO:", "FIXME:"]',
  'const mark = "TODO:";',
  "const mark = 'TODO: x';",
  "const line = `// TODO: x`;",
  'const line = "// TODO: x";',
  "const line = '# TODO: x';",
  'grep "# TODO: x" file',
  "// MYTODO: x",
  "// look for a TODO: in the text",
  "the `TODO:` mark",
  "NOTTODO: x",
  "// todo: x",
  "// TODO x",
  "TODO::parse(x);",
  "a * TODO: b",
  "x.TODO: y",
])("reading TODOs finds no tag in %j", (line) => expect(found(line)).toEqual([]));

describe("a TODO's text", () => {
  test("comes from the first tag of a line, whatever the order of the tags", () => {
    expect(found("// FIXME: a TODO: b")).toEqual(["FIXME a TODO: b"]);
    expect(found("/* TODO: a */ // FIXME: b")).toEqual(["TODO a"]);
    expect(found("/* FIXME: a */ // TODO: b")).toEqual(["FIXME a"]);
    expect(found('const s = "TODO: no"; // FIXME: yes')).toEqual(["FIXME yes"]);
  });

  test("may be empty", () => expect(found("// TODO:")).toEqual(["TODO "]));

  test("is cut at 200 characters, not within a character", () => {
    const [cut] = annotationsInDiff(diffOf("a.ts", [`// TODO: ${"x".repeat(198)}😀😀`]), TAGS);
    expect(cut?.text).toBe(`${"x".repeat(198)}…`);
    const [whole] = annotationsInDiff(diffOf("a.ts", [`// TODO: ${"x".repeat(200)}`]), TAGS);
    expect(whole?.text).toBe("x".repeat(200));
  });

  test("follows a tag without a colon only if the tag is a word of its own", () => {
    const tags = (line: string) => annotationsInDiff(diffOf("a.ts", [line]), ["HACK"]);
    expect(tags("// HACK: x")).toMatchObject([{ tag: "HACK", text: "x" }]);
    expect(tags("// HACK x")).toMatchObject([{ tag: "HACK", text: "x" }]);
    expect(tags("// HACKS x")).toEqual([]);
    expect(tags("// HACKÉ x")).toEqual([]);
  });

  test("is not found with empty tags, and pattern characters in tags are literal", () => {
    expect(annotationsInDiff(diffOf("a.ts", ["// x", ""]), ["", " ", ":"])).toEqual([]);
    expect(annotationsInDiff(diffOf("a.ts", ["// (.*): x", "// abc: y"]), ["(.*):"])).toMatchObject([
      { tag: "(.*)", text: "x" },
    ]);
  });
});

test("TODOs are not taken from removed and context lines", () => {
  const diff = "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n // TODO: old\n-// TODO: gone\n+x\n";
  expect(annotationsInDiff(diff, TAGS)).toEqual([]);
});

test("reading TODOs never throws, and each is one line of at most 200 characters", () => {
  const part = fc.oneof(
    fc.constantFrom("TODO:", "// ", '"', "'", "`", "/*", "*/", "<!--", "-->", "\\", " "),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      for (const { text, tag } of annotationsInDiff(
        diffOf("a.ts", [parts.join("").replaceAll("\n", " ")]),
        TAGS,
      )) {
        expect(text.length).toBeLessThanOrEqual(200);
        expect(TAGS).toContain(`${tag}:`);
      }
    }),
  );
});
