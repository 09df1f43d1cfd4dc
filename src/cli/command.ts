/**
 * The type of a command's file. Help, completion, the list of commands and the docs are generated from it.
 */
import type { Command, CommandUnknownOpts, OptionValues } from "@commander-js/extra-typings";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import type { Output } from "../terminal/output.ts";

/** Groups of commands, in the order of the help screen. */
const GROUPS = [
  ...["Start here", "Keep track", "Pick up", "Keep order", "Look back"],
  ...["Share", "Move", "Agents", "Set up", "Plumbing"],
] as const;

/** A git query that can start while the program is still loading. */
export type Question = "repository" | "status" | "branches" | "refs" | "snapshots" | "settings";

/**
 * The description of a command. Only literals: the build reads them without running the program
 * (scripts/lists.mjs).
 */
export interface About {
  /** Name of the command and of its file. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: (typeof GROUPS)[number];
  /** Position of the command within its group: lower numbers come first. */
  readonly order: number;
  /** True if long output goes to a pager. */
  readonly pager?: true;
  /** True if `session help` lists the command without `--all`. */
  readonly everyday?: true;
  /** One line for help: an imperative of at most 60 characters. */
  readonly summary: string;
  readonly description: string;
  /** Examples of the command, with the most common use first. */
  readonly examples?: readonly (readonly [command: string, what: string])[];
  /** Git queries that the command needs first; `unless` names an option that makes the query unnecessary. */
  readonly asks?: readonly (Question | { readonly question: Question; readonly unless: string })[];
}

/** The first argument of every action: the current folder, the output, and a way to open the repository. */
export interface Call {
  readonly cwd: string;
  readonly out: Output;
  /** Every command of the program. */
  readonly commands: readonly Entry[];
  /**
   * Opens the repository and its configuration. Warns of problems in the configuration unless `silent`. With
   * `bare`, accepts a repository without a work tree.
   */
  readonly place: (options?: { readonly silent?: boolean; readonly bare?: boolean }) => Promise<Place>;
}

/** The typed options of a command: an option that the user did not type has no key. */
type Given<Options> = { readonly [Name in keyof Options]: Exclude<Options[Name], undefined> };

/** The type of the options that a function adds to a command. */
export type OptionsOf<Adds extends (command: Command) => { opts(): OptionValues }> = Given<
  ReturnType<ReturnType<Adds>["opts"]>
>;

/** Runs a command: gets the call first, then its arguments, its options and commander's command. */
export type Action<Args extends unknown[] = [], Options = OptionValues> = (
  call: Call,
  ...args: [...Args, Given<Options>, CommandUnknownOpts]
) => Promise<void> | Promise<number>;

declare module "@commander-js/extra-typings" {
  interface Command<Args, Opts, GlobalOpts> {
    /** Sets what the command does. Arguments and options have the types that their definitions imply. */
    does(action: Action<Args, Opts>): void;
  }
}

export type Row = readonly [term: string, text: string];

/** A section of a help page, with its heading. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The module of a command. */
export interface CommandFile {
  readonly about: About;
  /** Adds arguments, options, subcommands and the action. */
  readonly define: (command: Command) => void;
  /** Returns a section of the command's help page that is made from data. */
  readonly more?: () => Section;
}

/** A row in the list of commands: the description of a command, and its loader. */
export interface Entry extends Omit<About, "description" | "examples" | "order"> {
  /** Loads the module of the command. */
  readonly load: () => Promise<CommandFile>;
}

/** Finds a command by its name or an alias. */
export function entryOf(entries: readonly Entry[], name: string | undefined): Entry | undefined {
  return entries.find((entry) => entry.name === name || entry.aliases?.includes(name ?? ""));
}

const filesOf = new WeakMap<CommandUnknownOpts, CommandFile>();

/** Returns the file of a command; of a subcommand, the file that defines it. */
export function fileOf(command: CommandUnknownOpts): CommandFile | undefined {
  return filesOf.get(command) ?? (command.parent ? fileOf(command.parent) : undefined);
}

/** Adds a command to the program, as its file describes it. */
export function addCommand(program: Command, file: CommandFile): Command {
  const { name, aliases = [], summary, description } = file.about;
  const command = program
    .command(name)
    .aliases([...aliases])
    .summary(summary)
    .description(description);
  filesOf.set(command, file);
  file.define(command);
  refuseTwoTexts(command);
  return command;
}

/** Makes an option that takes one text refuse a second one: one of the two would be lost. */
function refuseTwoTexts(command: CommandUnknownOpts): void {
  for (const option of command.options.filter((each) => each.flags.endsWith("<text>") && !each.parseArg)) {
    let first: string | undefined;
    command.on(`option:${option.name()}`, (text: string) => {
      first ??= text;
      if (text !== first)
        throw new Failure("usage", `${option.long} takes one text, and was given "${first}" and "${text}"`);
    });
  }
  for (const each of command.commands) refuseTwoTexts(each);
}
