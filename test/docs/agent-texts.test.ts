/** The texts that agents read in every conversation are small and name existing commands. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { addCommand, entryOf } from "../../src/cli/command.ts";
import { ThrowingCommand } from "../../src/cli/commander.ts";
import { COMMANDS } from "../../src/cli/commands.generated.ts";
import { fits, tokens } from "../../src/text/limits.ts";
import { connectClient } from "../support/mcp-client.ts";
import { scratch } from "../support/scratch.ts";

const block = () => readFile("templates/agents/block.md", "utf8");
const skill = () => readFile("templates/agents/skill.md", "utf8");

test("each text for agents keeps within its token budget", async () => {
  const s = await scratch();
  const { client } = await connectClient(s);
  const texts: [string, string, number][] = [
    ["the block in AGENTS.md", await block(), 300],
    ["the skill", await skill(), 900],
    ["agent-help", await s.ok("agent-help"), 1200],
    ["the list of MCP tools", JSON.stringify(await client.listTools()), 2500],
  ];
  for (const [what, text, most] of texts) expect(fits(text, tokens(most)), what).toBe(true);
});

test("AGENTS.md block and skill say when to record, with commands that exist", async () => {
  const page = await (await scratch()).ok("agent-help");
  for (const text of [await block(), await skill()]) {
    const calls = [...text.matchAll(/`session ([a-z][^`]*)`/g)].map(([, call = ""]) => call.split(" "));
    const moments = [
      "decisions add",
      "objectives start",
      "objectives complete",
      "blockers add",
      "verify",
      "end",
    ];
    for (const each of moments) expect(calls.map((call) => call.join(" ")).join("\n")).toContain(each);
    for (const [name, ...rest] of calls) {
      const entry = entryOf(COMMANDS, name);
      if (!entry) throw new Error(`there is no command ${name}`);
      const command = addCommand(new ThrowingCommand("session"), await entry.load());
      const child = command.commands.find((each) => each.name() === rest[0]) ?? command;
      const isMissing = command.commands.length > 0 && child === command && /^[a-z]/.test(rest[0] ?? "-");
      expect(isMissing, `${name} ${rest.join(" ")}`).toBe(false);
      const known = [...child.options, ...command.options].flatMap(({ long, short }) => [long, short]);
      for (const flag of rest.filter((each) => each.startsWith("-"))) expect(known).toContain(flag);
      if (name !== "end" && name !== "agent-help") expect(page).toContain(`session ${name}`);
    }
  }
});
