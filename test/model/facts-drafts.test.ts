import { describe, expect, test } from "vitest";
import { detectProject, manifestsToRead } from "../../src/facts/formats/languages.ts";

/** Facts of a project of files, read as `init` reads them. */
function detect(files: readonly string[], texts: Readonly<Record<string, string>> = {}) {
  const all = [...files, ...Object.keys(texts)];
  const wanted = manifestsToRead(all);
  return detectProject(all, new Map(Object.entries(texts).filter(([file]) => wanted.includes(file))));
}

const readme = (text: string) => detect([], { "README.md": text }).description;

describe("the description of a project", () => {
  test.each([
    ["This README is only a *quick start*."],
    ["This document describes how to build it."],
    ["This is the repository for the Shop app."],
    ["View at: [http://localhost:4567](http://localhost:4567)"],
    ["The goals of the shop are\n\n- one of many goals"],
    ["Begin by declaring a type for your goods."],
    ["Learn how this app was designed and built."],
    ["```ts\nopen();\n\nsell all of these things now\n\nend();\n```"],
    ["Here is a list of things that it sells:"],
  ])("is the next paragraph after %j", (first) => {
    expect(readme(`# shop\n\n${first}\n\nShop sells many things to people.\n`)).toBe(
      "Shop sells many things to people.",
    );
  });

  test("ends with a full stop if a colon introduces code", () => {
    expect(readme("# shop\n\nShop is a [DSL](x) for\nselling things:\n```rb\nsell 1\n```\n")).toBe(
      "Shop is a DSL for selling things.",
    );
  });

  test("has no Markdown signs", () => {
    expect(readme("Shop is a *things* server, _fast_, for \\*BSD and 2 * 3 of my_own_things.\n")).toBe(
      "Shop is a things server, fast, for *BSD and 2 * 3 of my_own_things.",
    );
  });
});
