import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CLOSING_VERBS, DIRECTIVES } from "../../src/text/forge-commands.ts";
import {
  neutralizeBlock,
  neutralizeMarkdown,
  neutralizeTrailers,
  undoNeutralize,
} from "../../src/text/neutralize.ts";
import { normalizeText, oneLine } from "../../src/text/trailer-text.ts";
import { readMessage } from "../../src/trailers/read.ts";
import { plainBlock, renderBlock } from "../../src/trailers/write.ts";

/** The joiner as something to see. */
const seen = (text: string) => text.replaceAll("\u2060", "|");

describe("text for GitHub and GitLab", () => {
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
    ["`fixes #12 for @team` and @ann", "`fixes #|12 for @team` and @|ann"],
    ["a \\`quoted\\` @ann", "a \\`quoted\\` @|ann"],
  ])("%s", (text, expected) => {
    expect(seen(neutralizeMarkdown(text))).toBe(expected);
  });

  it("mentions nobody in code, but is also safe as the plain text of a squash", () => {
    const text = "```sh\nnpm i @scope/x # fixes #1\n```\n@ann";
    expect(seen(neutralizeMarkdown(text))).toBe("```sh\nnpm i @scope/x # fixes #|1\n```\n@|ann");
  });

  it("has no markup in trailers", () => {
    const text = " - dec-1: <img src=x> ![a](b) [c](d)\n     # heading\n     ```\n     further\n";
    expect(seen(neutralizeTrailers(text))).toBe(
      " - dec-1: <|img src=x> !|[a]|(b) [c]|(d)\n     |# heading\n     |```\n     further\n",
    );
  });

  it.each([
    ["Release commits say [skip ci]", "Release commits say [|skip ci]"],
    ["[CI-Skip] or ***NO_CI***", "[|CI-Skip] or *|**NO_CI***"],
    ["[skip netlify], [pre-commit.ci skip]", "[|skip netlify], [|pre-commit.ci skip]"],
    ["skip-checks: true", "skip-|checks: true"],
    ["BREAKING CHANGE: no more v1", "BREAKING |CHANGE: no more v1"],
    ["Fixes AB#42 and group/project!7", "Fixes AB#|42 and group/project!|7"],
    ["PROJ-7 #close #time 2h", "PROJ-7 #|close #|time 2h"],
    ["#PROJ-7 Fixed", "#|PROJ-7 Fixed"],
    ["Fixes T12 and sc-34", "Fixes |T12 and sc-|34"],
    ["bump #major", "bump #|major"],
    ["[x] done, [>] skip it, an [array of skips]", "[x] done, [>] skip it, an [array of skips]"],
  ])("in a block: %s", (text, expected) => {
    expect(seen(neutralizeBlock(text))).toBe(expected);
    expect(undoNeutralize(neutralizeBlock(text))).toBe(text);
  });

  /** The patterns that forges and build servers use. */
  const LIVE = [
    /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|implement(?:s|ed|ing)?)\b:?\s*(?:[\w/.-]*[#!]\d|GH-\d|[A-Z]+-\d)/i,
    /\[(?:skip[ -_](?:ci|actions|netlify|azp)|(?:ci|netlify|azp)[ -_]skip|no ci)\]/i,
    /\*\*\*NO_CI\*\*\*|^skip-checks:\s*true/im,
    /^[\s|*]*BREAKING[ -]CHANGE[:\s]/im,
    /[A-Z]+-\d+[^\n]* #(?:close|time|comment)/,
  ];

  it("is harmless in any record, and is read back as written", () => {
    const verbs = CLOSING_VERBS.flatMap(([, all]) => all.split(" "));
    const phrases = DIRECTIVES.flatMap(([, ...all]) =>
      all.map((each) => each.replace("|", "").replace("…", "it")),
    );
    const words = fc.constantFrom(
      ...[...verbs, ...phrases, ...verbs.map((each) => `${each.toUpperCase()}:`)],
      ...[
        "#42",
        "GH-1",
        "a/b#3",
        "PROJ-7",
        "#close",
        "#time",
        "\u2060",
        "#\u20604",
        "[\u2060skip ci]",
        "\n",
        "text",
      ],
    );
    const text = fc.array(words, { minLength: 1, maxLength: 40 }).map((all) => `Use ${all.join(" ")}`);
    fc.assert(
      fc.property(text, text, (one, other) => {
        const record = {
          objectives: [{ id: "obj-1", mark: "open" as const, text: normalizeText(one) }],
          blockers: [{ id: "blk-1", resolved: false, text: normalizeText(other), note: normalizeText(one) }],
          decisions: [
            { id: "dec-1", text: normalizeText(other), rationale: normalizeText(one), alternatives: [] },
          ],
          ...{ verified: [], impact: [], id: "k3f9qzm2x7ab", title: oneLine(one) },
        };
        for (const block of [renderBlock(record), neutralizeTrailers(plainBlock(record))]) {
          for (const pattern of LIVE) expect(block).not.toMatch(pattern);
          expect(readMessage(`feat: a\n\n${block}`).session).toEqual(record);
        }
      }),
    );
  });

  it("is read back as written", () => {
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
        expect(undoNeutralize(neutralizeTrailers(plainBlock(record)))).toBe(plainBlock(record));
        const message = (trailers: string) => readMessage(`feat: a\n\n${trailers}`).session;
        expect(message(neutralizeTrailers(plainBlock(record)))).toEqual(message(block));
      }),
    );
  });
});
