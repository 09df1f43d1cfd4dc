/** The pieces for prompts and editors: each parses, and names commands that are there. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { entryOf } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.generated.ts";

const TEXT = readFileSync("docs/guides/prompts-and-editors.md", "utf8");
const block = (heading: string, language: string) =>
  new RegExp(`^## ${heading}\n[\\s\\S]*?^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "m").exec(TEXT)?.[1] ?? "";

const isCommand = (name: string | undefined) => entryOf(COMMANDS, name) !== undefined;

test("the lazygit example parses and its commands exist", () => {
  const { customCommands } = parse(block("lazygit", "yaml"));
  expect(customCommands.length).toBe(4);
  for (const { command, context, output, key } of customCommands) {
    expect([command, isCommand(/^session (\S+)/.exec(command)?.[1])]).toEqual([command, true]);
    // What a branch or a file is called must not reach the shell as it is.
    expect([...command.matchAll(/\{\{([^}]*)\}\}/g)].every(([, each]) => /\| quote$/.test(each))).toBe(true);
    expect([context, output, key].every((each) => typeof each === "string")).toBe(true);
  }
});

test("the tig example parses and its commands exist", () => {
  const lines = block("tig", "text").trim().split("\n");
  expect(lines.length).toBe(5);
  for (const line of lines) {
    const [, name] = /^bind (?:generic|main|blame|refs) +\S !session (\S+)/.exec(line) ?? [];
    expect([line, isCommand(name)]).toEqual([line, true]);
  }
});

test("the VS Code example parses and its commands exist", () => {
  const { tasks, inputs } = JSON.parse(block("VS Code", "json"));
  const known = inputs.map(({ id }: { id: string }) => id);
  for (const { command, type, args } of tasks) {
    // As a process, no shell reads what somebody typed.
    expect([command, type, isCommand(args[0])]).toEqual(["session", "process", true]);
    for (const [, id] of args.join(" ").matchAll(/\$\{input:(\w+)\}/g)) expect(known).toContain(id);
  }
});
