/** Completes a command line: finds the words that may follow the words typed so far. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Place } from "../place/place.ts";
import { baseProgram, loadInto } from "./base-program.ts";
import { type Entry, entryOf } from "./command.ts";
import { type Candidate, SOURCES } from "./completion-words.ts";
import { visibleCommands } from "./help/help.ts";
import { isAlias } from "./help/signature.ts";
import { topics } from "./help/topics.ts";

/** Completion words to offer. With `paths`, the shell completes file or folder names by itself. */
export interface Fitting {
  readonly words: readonly Candidate[];
  readonly paths?: "files" | "folders";
}

/** Placeholders of arguments that are file or folder paths. */
const PATHS: Readonly<Record<string, Fitting["paths"]>> = {
  ...{ file: "files", output: "files", input: "files", path: "files", "path...": "files" },
  folder: "folders",
};

/** Arguments that accept several kinds of words, by command and argument. */
const SEVERAL: Readonly<Record<string, readonly string[]>> = {
  "meta session": ["meta-key", "session"],
  "meta key": ["meta-key"],
  "tag session": ["tag", "session"],
  "push words": ["session", "remote"],
  "pull words": ["remote", "session"],
  "meta value": [],
  "clone branch": [],
  "fork branch": [],
};

type Opt = CommandUnknownOpts["options"][number];

/**
 * Returns completions for the last typed word, which is unfinished; an empty list where the value is free
 * text.
 */
export async function complete(
  entries: readonly Entry[],
  typed: readonly string[],
  open: () => Promise<Place>,
): Promise<Fitting> {
  const { words, prefix } = split(typed);
  const last = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const matching = (all: readonly Candidate[]): Fitting => {
    const fitting = all.filter(([word]) => word.startsWith(last));
    return { words: [...new Map(fitting)].map(([word, about]) => [prefix + word, about]) };
  };
  if (before.at(-1) === "-C") return { words: [], paths: "folders" };
  const at = before.findIndex((each, n) => !each.startsWith("-") && before[n - 1] !== "-C");
  const name = before[at];
  const program = baseProgram(async () => {});
  const { options } = program;
  if (name === undefined)
    return matching(last.startsWith("-") ? flagsOf(options) : namesOf(entries, last !== ""));
  const entry = entryOf(entries, name);
  if (!entry) return { words: [] };
  const { command, rest } = below(await loadInto(program, entry), before.slice(at + 1));
  if (name === "help") return matching(await helpWords(entries, rest));
  const { option, given } = parsed(command, rest);
  if (option) return kinds(valueName(option), option.argChoices, option.description, rest);
  const isOver = rest.includes("--");
  if (last.startsWith("-") && !isOver) return matching(flagsOf(command.options));
  const children = visibleCommands(command);
  if (children.length > 0 && given.length === 0)
    return matching(children.map((each) => [each.name(), each.description()]));
  const slots = command.registeredArguments;
  const slot = slots[given.length] ?? (slots.at(-1)?.variadic ? slots.at(-1) : undefined);
  if (!slot) return { words: [] };
  return kinds(slot.name(), slot.argChoices, slot.description, given);

  async function kinds(
    of: string,
    choices: readonly string[] | undefined,
    about: string,
    args: readonly string[],
  ) {
    if (choices) return matching(choices.map((each) => [each, about]));
    const paths = PATHS[of];
    if (paths) return { words: [], paths };
    const names = SEVERAL[`${command.name()} ${of}`] ?? [of];
    const found = names.map(async (each) => {
      const source = SOURCES[each];
      // Outside of a repository, or without a session, the source returns no words.
      return source ? Promise.resolve(source(await open(), args)).catch(() => []) : [];
    });
    return matching((await Promise.all(found).catch(() => [])).flat());
  }
}

/** Splits `--option=value`, also in the form of bash, which passes `--option`, `=`, `value`. */
function split(typed: readonly string[]): { readonly words: readonly string[]; readonly prefix: string } {
  const [option = "", sign, value] = typed.slice(-3);
  if (option.startsWith("--") && sign === "=" && value !== undefined)
    return { words: [...typed.slice(0, -2), value], prefix: "" };
  const [before = "", last = ""] = typed.slice(-2);
  if (before.startsWith("--") && last === "=") return { words: [...typed.slice(0, -1), ""], prefix: "" };
  const [, name, rest = ""] = /^(--[a-z-]+)=(.*)$/s.exec(last) ?? [];
  if (name === undefined) return { words: typed, prefix: "" };
  return { words: [...typed.slice(0, -1), name, rest], prefix: `${name}=` };
}

/** Returns the option that waits for its value, if any, and the arguments typed so far. */
function parsed(command: CommandUnknownOpts, words: readonly string[]) {
  const given: string[] = [];
  let option: Opt | undefined;
  for (const word of words) {
    if (option) {
      option = undefined;
      continue;
    }
    const named = command.options.find((each) => [each.long, each.short].includes(word));
    if (named) option = named.required ? named : undefined;
    else if (!word.startsWith("-")) given.push(word);
  }
  return { option, given };
}

/** Returns the command or subcommand that words name, and the words after its name. */
function below(command: CommandUnknownOpts, words: readonly string[]) {
  const [word, ...rest] = words;
  const child = command.commands.find((each) => each.name() === word || each.aliases().includes(word ?? ""));
  return child ? { command: child, rest } : { command, rest: words };
}

/** Returns the placeholder of an option's value: `session` for `--session <session>`. */
const valueName = ({ flags }: Opt) => /<([^>]+?)(\.{3})?>/.exec(flags)?.[1] ?? "";

function flagsOf(options: readonly Opt[]): Candidate[] {
  const shown = options.filter((each) => !each.hidden && !isAlias(each));
  return [
    ...shown.map((each): Candidate => [each.long ?? each.short ?? "", each.description]),
    ["--help", "show help"],
  ];
}

/**
 * Returns the names of commands. `aliases`: true to add their aliases, which only help after the first typed
 * letter.
 */
function namesOf(entries: readonly Entry[], aliases: boolean): Candidate[] {
  const shown = entries.filter((each) => each.group !== "Plumbing");
  const names = shown.map(({ name, summary }): Candidate => [name, summary]);
  if (!aliases) return names;
  const others = shown.flatMap(({ name, aliases: all = [] }) =>
    all.map((each): Candidate => [each, `alias of ${name}`]),
  );
  return [...names, ...others];
}

async function helpWords(entries: readonly Entry[], [name]: readonly string[]): Promise<Candidate[]> {
  if (name === undefined)
    return [...namesOf(entries, false), ...topics().map(({ name, title }): Candidate => [name, title])];
  const entry = entryOf(entries, name);
  if (!entry) return [];
  const command = await loadInto(
    baseProgram(async () => {}),
    entry,
  );
  return visibleCommands(command).map((each) => [each.name(), each.description()]);
}
