import type { Command, CommandUnknownOpts } from "@commander-js/extra-typings";
import { type About, addCommand, type Entry } from "../cli/command.ts";
import { ThrowingCommand } from "../cli/commander.ts";
import { optionsOf, pathOf, signature } from "../cli/help/signature.ts";

export const about: About = {
  name: "agent-help",
  group: "Agents",
  order: 5,
  pager: true,
  summary: "Print every call that an agent needs, on one page",
  description:
    "Prints the calls with which an agent reads and writes the record of a session. `session help --agents` does the same.",
  examples: [["session agent-help", "at most 1200 tokens"]],
};

/** Commands on the page, in order, with the subcommands to show; without subcommands, all of them. */
const CALLS: readonly (readonly [command: string, ...subcommands: string[]])[] = [
  ["brief"],
  ["status"],
  ["objectives", "list", "add", "start", "complete", "reopen", "drop", "edit"],
  ["decisions", "list", "add", "show"],
  ["blockers", "list", "add", "resolve"],
  ["note", "add", "list"],
  ["verify"],
  ["checkpoint"],
  ["start"],
  ["handoff"],
  ["log"],
  ["search"],
  ["list"],
  ["undo"],
];

const HEAD = `A session is a branch with its record: objectives, decisions, blockers, notes, checks. Put a text of several words in
quotes. Ids: obj-2 or 2. Every call takes --json and -C <path>; an error names the call that helps, as \`hint\` in JSON.`;

const FOOT = `A checkpoint is a commit; new files go in only with -A or by name. Without a session you can read but not
record: start one if the user wants it. Only the user ends and merges (session end).`;

export function define(command: Command): void {
  command.does(async ({ out, commands }) => {
    const found = await Promise.all(CALLS.map((names) => calls(commands, names)));
    const value = found.flat();
    const lines = value.map(({ call, what }) => `${call}  # ${what}`);
    out.data([HEAD, "", ...lines, "", FOOT].join("\n"), { calls: value, text: [HEAD, FOOT] });
  });
}

async function calls(entries: readonly Entry[], [name, ...below]: (typeof CALLS)[number]) {
  const entry = entries.find((each) => each.name === name);
  if (entry === undefined) throw new Error(`there is no command ${name}`);
  const command = addCommand(new ThrowingCommand("session"), await entry.load());
  const children = command.commands.filter((each) => below.includes(each.name()));
  const shown: readonly CommandUnknownOpts[] = children.length > 0 ? children : [command];
  return shown.map((each) => ({
    call: [signature(each), optionsOf(each, NEVER)].filter((part) => part !== "").join(" "),
    what: pathOf(each).length > 1 ? each.description() : each.summary(),
  }));
}

/** Options that agents do not need. */
const NEVER = ["--allow"];
