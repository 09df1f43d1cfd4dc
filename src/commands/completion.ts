import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Command, CommandUnknownOpts } from "@commander-js/extra-typings";
import { ActingCommand } from "../cli/acting.ts";
import { type About, addCommand, type Entry, entryOf } from "../cli/command.ts";
import { namesToComplete } from "../cli/completion.ts";
import { templatesDir } from "../place/templates.ts";
import { Failure } from "../session/failure.ts";

const SHELLS = ["bash", "zsh", "fish"];

/** What may stand there, and what it is. */
type Candidate = readonly [word: string, about: string];

const GLOBALS: readonly Candidate[] = [
  ["-C", "run as if started in a folder"],
  ["--json", "print data as one JSON document"],
  ["--no-color", "no colours"],
  ["--quiet", "print only data and errors"],
  ["--verbose", "say more"],
  ["--help", "show help"],
];

export const about: About = {
  name: "completion",
  group: "Set up",
  order: 50,
  summary: "Print the completion script for bash, zsh or fish",
  description: "Prints a script for your shell, which completes commands, options, sessions and branches.",
  examples: [
    ['eval "$(session completion bash)"', "in ~/.bashrc; of `git session`, too"],
    ['eval "$(session completion zsh)"', "in ~/.zshrc, after compinit"],
    ["session completion fish | source", "in ~/.config/fish/config.fish"],
  ],
};

export function define(command: Command): void {
  command
    .argument("<shell>", SHELLS.join(", "))
    .argument("[words...]", "after `words`: what is typed so far, the last one unfinished; prints what fits")
    .does(async ({ out, place, commands }, shell, words) => {
      if (shell === "words") {
        const names = async () => namesToComplete(await place({ bare: true, silent: true }));
        const found = await complete(commands, words, names);
        return out.data(found.map(([word, about]) => `${word}\t${about}`).join("\n"), found);
      }
      if (!SHELLS.includes(shell))
        throw new Failure("usage", `there is no completion for "${shell}"`, {
          advice: `it knows ${SHELLS.join(", ")}`,
        });
      const script = await readFile(path.join(templatesDir(), "completion", `session.${shell}`), "utf8");
      out.data(script.trimEnd(), { shell, script });
    });
}

/** What fits behind these words; nothing where only a person can know it. */
async function complete(
  commands: readonly Entry[],
  words: readonly string[],
  names: () => Promise<{ sessions: readonly Candidate[]; branches: readonly Candidate[] }>,
): Promise<Candidate[]> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1).filter((word, at) => word !== "-C" && words[at - 1] !== "-C");
  const name = before.find((word) => !word.startsWith("-"));
  const fitting = (all: readonly Candidate[]) => all.filter(([word]) => word.startsWith(typed));
  if (words.at(-2) === "-C") return [];
  if (name === undefined || name === "help")
    return fitting(typed.startsWith("-") ? GLOBALS : namesOf(commands, typed !== ""));
  const entry = entryOf(commands, name);
  if (!entry) return [];
  const { command, rest } = await commandOf(entry, before.slice(before.indexOf(name) + 1));
  const option = command.options.find(
    (each) => each.required && [each.long, each.short].includes(words.at(-2)),
  );
  if (option) return fitting((option.argChoices ?? []).map((each) => [each, option.description]));
  if (typed.startsWith("-")) {
    const own = command.options
      .filter((each) => !each.hidden)
      .map((each): Candidate => [each.long ?? each.short ?? "", each.description]);
    return fitting([...own, ...GLOBALS.slice(1)]);
  }
  if (command.commands.length > 0 && rest.length === 0)
    return fitting(
      command
        .createHelp()
        .visibleCommands(command)
        .filter((each) => each.name() !== "help")
        .map((each) => [each.name(), each.summary() || each.description()]),
    );
  const given = rest.filter((word) => !word.startsWith("-")).length;
  const { registeredArguments: slots } = command;
  const slot = slots[given] ?? (slots.at(-1)?.variadic ? slots.at(-1) : undefined);
  if (slot?.argChoices) return fitting(slot.argChoices.map((each) => [each, slot.description]));
  if (!/session|branch/.test(slot?.name() ?? "")) return [];
  const { sessions, branches } = await names().catch(() => ({ sessions: [], branches: [] }));
  return fitting(slot?.name() === "branch" ? branches : sessions);
}

/** Commands; with `aliases` their other names too, which nobody has to see before a letter is typed. */
function namesOf(commands: readonly Entry[], aliases: boolean): Candidate[] {
  const names = commands.map((each): Candidate => [each.name, each.summary]);
  if (!aliases) return names;
  return [
    ...names,
    ...commands.flatMap((each) =>
      (each.aliases ?? []).map((name): Candidate => [name, `alias of ${each.name}`]),
    ),
  ];
}

/** The command, or its subcommand, that words name; and the words behind it. */
async function commandOf(entry: Entry, words: readonly string[]) {
  let command: CommandUnknownOpts = addCommand(new ActingCommand(), await entry.load());
  let rest = words;
  for (const word of words) {
    const child = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (!child) break;
    command = child;
    rest = rest.slice(1);
  }
  return { command, rest };
}
