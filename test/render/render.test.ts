import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { block, codeSpan, inline } from "../../src/render/escape-markdown.ts";
import { openTemplate } from "../../src/render/template.ts";
import { plain } from "../../src/terminal/style.ts";
import { visibleText } from "../../src/text/foreign-text.ts";
import { fits, tokens } from "../../src/text/limits.ts";
import { fitBrief } from "../../src/views/brief/fit-brief.ts";
import type { BriefView } from "../../src/views/shapes/session-views.ts";

test("escaping leaves ordinary prose unchanged", () => {
  for (const text of [
    "a & b, it's 3 * 4 < 5",
    "snake_case_names and #42 in the middle",
    "Use PKCE (not implicit): safer!",
    "C:\\dir",
    "3. is a number",
  ]) {
    if (text.startsWith("3.")) expect(inline(text)).toBe("3\\. is a number");
    else expect(inline(text)).toBe(text);
  }
});

test("Markdown structure is escaped", () => {
  expect(inline("# heading")).toBe("\\# heading");
  expect(inline("- item\n- item")).toBe("\\- item - item");
  expect(inline("```sh")).toBe("\\`\\`\\`sh");
  expect(inline("<script>x</script> <!-- -->")).toBe("\\<script>x\\</script> \\<!-- -->");
  expect(inline("![i](http://x.example/a.png)")).toBe("\\![i\\](`http://x.example/a.png)`");
  expect(inline("\\http://x.example<b>")).toBe("\\\\`http://x.example<b>`");
  expect(inline("see https://evil.example/?q=1 now")).toBe("see `https://evil.example/?q=1` now");
  expect(inline("a\u202eb\u200bc\u{e0041}d\x1b[31m")).toBe("abcd[31m");
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc
    .array(
      fc.constantFrom(
        "`",
        "``",
        "```",
        "~~~",
        "\n",
        "# h",
        "- x",
        "> q",
        "<b>",
        "<!--",
        "-->",
        "](x)",
        "![",
        "http://x.example",
        "{{y}}",
        "\x1b[2J",
        "\u202e",
        "*",
        "_",
        "\\",
        " ",
        "a",
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join("")),
);

/** Returns the active rest of a text: each escaped character and code span, by CommonMark's rules, becomes an x. */
function acting(text: string): string {
  let rest = "";
  for (let at = 0; at < text.length; ) {
    const escaped = /^\\[!-/:-@[-`{-~]/.exec(text.slice(at));
    const run = /^`+/.exec(text.slice(at))?.[0];
    const close = run && new RegExp(`(?<!\`)${run}(?!\`)`).exec(text.slice(at + run.length));
    if (escaped || (run && close)) rest += "x";
    if (escaped) at += 2;
    else if (run && close) at += run.length + close.index + run.length;
    else rest += text[at++];
  }
  return rest;
}

test("escaped text does not leave its line, its span or its fence", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(inline(text)).not.toMatch(/[\n\x00-\x08\x1b\u202e]/);
      const outside = acting(inline(text));
      expect(outside).not.toMatch(/^(#{1,6}|[-+>])( |$)|(^|[^\\])<[a-z/!?]/i);
      const span = codeSpan(text);
      const fence = /^`+/.exec(span)?.[0] ?? "";
      if (span !== "")
        expect(span.slice(fence.length, -fence.length)).not.toMatch(new RegExp(`(^|[^\`])${fence}($|[^\`])`));
      const lines = block(text).split("\n");
      const open = /^`+/.exec(lines[0] ?? "")?.[0] ?? "";
      for (const line of lines.slice(1, -1)) expect(line.trim()).not.toBe(open);
      expect(visibleText(visibleText(text))).toBe(visibleText(text));
      expect(plain(plain(text))).toBe(plain(text));
      expect(plain(text)).not.toMatch(/[\x00\x03-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    }),
    { numRuns: 500 },
  );
});

const many = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n + 1));

const VIEW: BriefView = {
  session: {
    id: "k3f9qzm2x7ab",
    title: "Login",
    branch: "feature/login",
    state: "active",
    record: { kind: "local" },
    tags: [],
  },
  guessed: false,
  objectives: many(20, (n) => ({
    id: `obj-${n}`,
    mark: n % 2 ? "open" : "done",
    text: `Objective number ${n} with some words\nand a second line`,
  })),
  progress: "10 of 20 done",
  next: [{ what: "go on" }],
  blockers: many(8, (n) => ({ id: `blk-${n}`, text: `Blocker number ${n} that takes its time` })),
  warnings: [],
  annotations: many(30, (n) => ({ tag: "TODO", path: `src/file-${n}.ts`, line: n, text: "do it" })),
  patterns: ["ports"],
  conventions: [],
  rules: [],
  commands: [{ name: "test", command: "npm test" }],
  architectureText: many(80, (n) => `Line ${n} on how it is built.`).join("\n"),
  recent: false,
  upstream: [],
  resolved: [],
  stashed: [],
  children: [],
  upstreamMore: 0,
  related: [],
  checklist: [],
  work: many(50, (n) => ({
    kind: "checkpoint" as const,
    commit: "abcdef12",
    subject: `feat: step ${n}`,
    when: "2026-11-20",
    completed: [],
    files: 1,
    added: 2,
    removed: 3,
  })),
  decisions: many(200, (n) => ({
    id: `dec-${n}`,
    text: `Decision number ${n}`,
    rationale: "because of this and that",
    alternatives: ["the other way"],
  })),
  results: {},
  issues: [],
  verified: [],
  files: many(60, (n) => ({ path: `src/file-${n}.ts`, change: "changed", added: n, removed: n })),
  dirty: [],
  notes: [],
};

const SHIPPED = path.resolve("templates");
const template = await openTemplate("brief.md", { shipped: SHIPPED });
const render = (view: object) =>
  template.render({
    ...view,
    watch: true,
    build: true,
    done: true,
    checked: true,
    decided: true,
    changed: true,
  });

test("a brief fits its limit, shows more with more tokens, and always shows open objectives and blockers", async () => {
  let before = "";
  for (const count of [800, 1500, 2500, 5000, 20_000]) {
    const text = await fitBrief(VIEW, render, tokens(count));
    if (count >= 800) expect(fits(text, tokens(count))).toBe(true);
    for (const each of VIEW.objectives.filter((objective) => objective.mark === "open"))
      expect(text).toContain(`${each.id}:`);
    for (const each of VIEW.blockers) expect(text).toContain(`${each.id}:`);
    expect(text.length).toBeGreaterThanOrEqual(before.length);
    before = text;
  }
  expect(await fitBrief(VIEW, render, tokens(2500))).toMatch(/\.\.\. \d+ more: `session decisions list`/);
});

test("the same view gives the same bytes, and values are never templates", async () => {
  const view = { ...VIEW, session: { ...VIEW.session, title: "{{y}} {{> file}} {{{raw}}}" } };
  expect(await render(view)).toBe(await render(view));
  expect(await render(view)).toContain("# {{y}} {{> file}} {{{raw}}}");
});

test("a project template in a missing folder is ignored", async () => {
  const own = await mkdtemp(path.join(os.tmpdir(), "session-own-"));
  await rm(own, { recursive: true });
  const opened = await openTemplate("brief.md", { shipped: SHIPPED, own });
  expect(await opened.render(VIEW)).toContain("# Login");
  expect(opened.problems).toEqual([]);
});
