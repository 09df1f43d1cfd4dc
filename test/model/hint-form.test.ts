/** Every hint that the program prints has one form: a line of its own, `hint: <command>`, made in src/text/hint.ts. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.generated.ts";
import { hintInline, hintLine, withHint } from "../../src/text/hint.ts";

/** Texts of which a command is a part, by file: descriptions of settings, prompts, help, stored and generated texts. */
const EXCEPTIONS: Readonly<Record<string, RegExp>> = {
  "cli/help/help-lists.ts": /session help </,
  "cli/help/topics.ts": /./,
  "session/edits/buffer.ts": /./,
  "settings/config.ts": /session check --rules lists them/,
  "settings/rule.ts": /session check --rules lists them/,
  "store/settings/session-template.ts": /# Template of a session/,
  "terminal/screens/init.ts": /session (?:hooks|agents) uninstall/,
  "terminal/screens/rules.ts": /# Shipped sets/,
  "text/trailer-text.ts": /session show/,
  "trailers/write.ts": /session show/,
  "ui/pages/search.ts": /session list --all/,
  "views/brief/fit-brief.ts": /./,
};

/** Rooms whose texts are documents: help, Markdown for agents, pages. */
const DOCUMENTS = /^(?:commands|mcp|ui|insight\/pages|agents\/known|transfer\/importers)\//;

const LITERAL = /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;
const names = COMMANDS.map((each) => each.name).join("|");
const INLINE = new RegExp(`[(:;,] (?:or |then )?\`?session (?:${names})\\b`);

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((each) => each.split(path.sep).join("/"))
  .filter((each) => each.endsWith(".ts") && !each.endsWith(".generated.ts"));

/** Returns the string literals of a file, without those of comments and imports. */
function literals(file: string): string[] {
  const code = readFileSync(`src/${file}`, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*(?:\/\/|import ).*$/gm, "");
  return code.match(LITERAL) ?? [];
}

test("only src/text/hint.ts writes the label of a hint", () => {
  const found = files.filter(
    (each) => each !== "text/hint.ts" && literals(each).some((text) => /^.(?:[^"]*\\n *)?hint: /.test(text)),
  );
  expect(found).toEqual([]);
});

test("no message names a command in parentheses or behind a colon", () => {
  const found = files
    .filter((each) => !DOCUMENTS.test(each))
    .flatMap((file) =>
      literals(file)
        .filter((text) => INLINE.test(text) && !EXCEPTIONS[file]?.test(text))
        .map((text) => `${file}: ${text.slice(0, 120)}`),
    );
  expect(found).toEqual([]);
});

test("a hint is a line of its own, and in a document follows its sentence", () => {
  expect(hintLine("session end")).toBe("hint: session end");
  const two = withHint(withHint("A merge is in progress.", "git merge --continue"), "git merge --abort");
  expect(two).toBe("A merge is in progress.\nhint: git merge --continue\nhint: git merge --abort");
  expect(hintInline(two)).toBe("A merge is in progress: git merge --continue or git merge --abort");
});
