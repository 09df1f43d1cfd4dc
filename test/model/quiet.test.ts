import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quietMarkdown, quietTrailers, unquiet } from "../../src/text/quiet.ts";
import { readMessage } from "../../src/trailers/read.ts";
import { renderBlock } from "../../src/trailers/write.ts";

/** The joiner as something to see. */
const seen = (text: string) => text.replaceAll("\u2060", "|");

describe("text for a forge", () => {
  it.each([
    ["ask @team about it", "ask @|team about it"],
    ["(@ann, @bob/x)", "(@|ann, @|bob/x)"],
    ["mail ann@example.org", "mail ann@example.org"],
    ["a lone @ sign", "a lone @ sign"],
    ["fixes #12", "fixes #|12"],
    ["Closes: #12, #13 and owner/repo#14", "Closes: #|12, #|13 and owner/repo#|14"],
    ["resolved GH-12 and PROJ-7", "resolved GH-|12 and PROJ-|7"],
    ["fix https://forge.example/a/b/issues/12", "fix https://forge.example/a/b/issues/|12"],
    ["see #12", "see #12"],
    ["#12 was there before the fix", "#12 was there before the fix"],
    ["`fixes #12 for @team` and @ann", "`fixes #12 for @team` and @|ann"],
    ["a \\`quoted\\` @ann", "a \\`quoted\\` @|ann"],
  ])("%s", (text, expected) => {
    expect(seen(quietMarkdown(text))).toBe(expected);
  });

  it("leaves code alone, which nothing acts on", () => {
    const text = "```sh\nnpm i @scope/x # fixes #1\n```\n@ann";
    expect(seen(quietMarkdown(text))).toBe("```sh\nnpm i @scope/x # fixes #1\n```\n@|ann");
  });

  it("has no markup in trailers", () => {
    const text = " - dec-1: <img src=x> ![a](b) [c](d)\n     # heading\n     ```\n     further\n";
    expect(seen(quietTrailers(text))).toBe(
      " - dec-1: <|img src=x> !|[a]|(b) [c]|(d)\n     |# heading\n     |```\n     further\n",
    );
  });

  it("is read as it was written", () => {
    const words = fc.constantFrom(
      "@ann",
      "fixes",
      "#12",
      "<b>",
      "![x](y)",
      "[a]:",
      "# h",
      "\n",
      "```",
      "> q",
      "PROJ-1",
      "text",
    );
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 12 }), (all) => {
        const record = {
          ...{ objectives: [], blockers: [], verified: [], impact: [], id: "k3f9qzm2x7ab" },
          decisions: [{ id: "dec-1", text: `Use ${all.join(" ")}`, alternatives: [`not ${all.join(" ")}`] }],
        };
        const block = renderBlock(record);
        expect(unquiet(quietTrailers(block))).toBe(block);
        const message = (trailers: string) => readMessage(`feat: a\n\n${trailers}`).session;
        expect(message(quietTrailers(block))).toEqual(message(block));
      }),
    );
  });
});
