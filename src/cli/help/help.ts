/** Builds the help page of a command as data. The terminal, manual pages and docs render the same data. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { bold } from "../../terminal/style.ts";
import { termLines, wrapped } from "../../terminal/wrap.ts";
import { fileOf, type Row, type Section } from "../command.ts";
import { AliasOption } from "../options.ts";
import { pathOf, signature } from "./signature.ts";

export interface HelpPage {
  /** Name of the command without the program's name: `objectives add`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly usage: string;
  readonly args: readonly Row[];
  readonly options: readonly Row[];
  /** Option names of other tools that this option also accepts. */
  readonly also: readonly string[];
  readonly commands: readonly Row[];
  readonly examples: readonly Row[];
  /** Sections that the command itself adds. */
  readonly more: readonly Section[];
  /** Options that every command has. */
  readonly globals: readonly Row[];
}

/** Maximum examples on the page of a command with subcommands; each subcommand shows its own examples. */
const MOST_EXAMPLES = 4;

/** Returns the page of a command or a subcommand. */
export function pageOf(command: CommandUnknownOpts): HelpPage {
  const path = pathOf(command);
  const { about, more } = fileOf(command) ?? {};
  const globals = globalOptions(command);
  const all = command.options.filter(
    (each) => !each.hidden && !globals.some(([flags]) => flags === each.flags),
  );
  const given = all.filter((each) => !(each instanceof AliasOption));
  const children = visibleCommands(command);
  const name = path.join(" ");
  const own = about?.name === name ? about : undefined;
  const summary = own?.summary ?? command.description();
  const description = own?.description ?? `${command.description()}.`;
  const examples = (about?.examples ?? []).filter(([line]) => isOf(line, path, name));
  return {
    name,
    aliases: command.aliases(),
    summary,
    description,
    usage: usageOf(command, given.length > 0),
    args: command.registeredArguments.flatMap((each) =>
      each.description === "" ? [] : [[each.name(), each.description] as const],
    ),
    options: given.map((each) => [each.flags, optionText(each)]),
    also: all.flatMap((each) => (each instanceof AliasOption ? [`${each.long} (${each.target.long})`] : [])),
    commands: children.map((each) => [[each.name(), ...each.aliases()].join(", "), each.description()]),
    examples: children.length > 0 ? examples.slice(0, MOST_EXAMPLES) : examples,
    more: own && more ? [more()] : [],
    globals: [...globals, ["-h, --help", "show help"]],
  };
}

/** Returns the page as lines of at most `width` columns. */
export function pageText(page: HelpPage, width = 80): string {
  const { usage, aliases, description, args, options, also, commands, examples, more, globals } = page;
  const flags = globals.map(([each]) => each.replace(", ", "|")).join(", ");
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [[bold(`${title}:`), ...lines].join("\n")];
  return [
    [
      ...wrapped(`${bold("Usage:")} ${usage}`, width, 7),
      ...(aliases.length === 0 ? [] : [`${bold("Aliases:")} ${aliases.join(", ")}`]),
    ].join("\n"),
    description
      .split("\n")
      .flatMap((each) => wrapped(each, width))
      .join("\n"),
    ...section("Arguments", termLines(args, width)),
    ...section("Options", termLines(options, width)),
    ...(also.length === 0 ? [] : [wrapped(`Other names: ${also.join(", ")}`, width, 13).join("\n")]),
    ...section("Commands", termLines(commands, width)),
    ...more.flatMap(({ title, rows }) => section(title, termLines(rows, width))),
    ...section("Examples", exampleLines(examples, width)),
    ...section("Global options", wrapped(`  ${flags}`, width, 2)),
  ].join("\n\n");
}

/** Puts each example and its meaning on one line if all fit; otherwise puts the meaning above the example. */
function exampleLines(examples: readonly Row[], width: number): string[] {
  const longest = Math.max(...examples.map(([line]) => line.length));
  const fits = examples.every(([, what]) => longest + 4 + what.length <= width);
  return examples.flatMap(([line, what]) => {
    if (what === "") return [`  ${line}`];
    return fits ? [`  ${line.padEnd(longest)}  ${what}`] : [...wrapped(`  # ${what}`, width, 4), `  ${line}`];
  });
}

function usageOf(command: CommandUnknownOpts, hasOptions: boolean): string {
  const own = command.usage();
  const isOwn = own !== "" && !own.startsWith("[options]");
  if (isOwn) return ["session", ...pathOf(command), own].join(" ");
  const parts = [signature(command), ...(hasOptions ? ["[options]"] : [])];
  return [...parts, ...(visibleCommands(command).length > 0 ? ["[<command>]"] : [])].join(" ");
}

type Opt = CommandUnknownOpts["options"][number];

function optionText({ description, defaultValue, argChoices }: Opt): string {
  const preset = typeof defaultValue === "string" ? ` (default: ${defaultValue})` : "";
  const said = argChoices?.every((each) => description.includes(each)) ?? true;
  return `${description}${said ? "" : `: ${argChoices?.join(", ")}`}${description.includes("(default") ? "" : preset}`;
}

function globalOptions(command: CommandUnknownOpts): Row[] {
  if (command.parent) return globalOptions(command.parent);
  return command.options
    .filter((each) => each.long !== "--version")
    .map((each) => [each.flags, each.description] as const);
}

/** Returns whether an example calls a subcommand. */
function isOf(line: string, [, ...below]: readonly string[], name: string): boolean {
  if (below.length === 0) return true;
  const at = line.indexOf(`session ${name}`);
  return at >= 0 && /^(\W|$)/.test(line.slice(at + 8 + name.length));
}

/** Returns the subcommands that help shows. */
export function visibleCommands(command: CommandUnknownOpts): readonly CommandUnknownOpts[] {
  return command.createHelp().visibleCommands(command);
}
