/** Options that several commands share, and parsers of option values. */

import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { Failure } from "../session/failure.ts";
import { shellWord } from "../text/shell.ts";

/** Adds the next value of a repeatable option to the earlier values. */
export const each = (value: string, before: string[] = []): string[] => [...before, value];

/** Adds a text as another paragraph, as the options -m of git commit do. */
export const paragraph = (value: string, before?: string): string =>
  before === undefined ? value : `${before}\n\n${value}`;

/** Adds tags to the earlier ones. Splits at commas, because one option value may hold several tags. */
export const eachTag = (value: string, before: string[] = []): string[] => [...before, ...value.split(",")];

/** Adds a `key=value`, or the keys of a JSON object, to the earlier values. */
export function eachMeta(value: string, before: string[] = []): string[] {
  if (!value.trimStart().startsWith("{")) return [...before, value];
  try {
    const pairs = Object.entries(JSON.parse(value) as object);
    const text = (each: unknown) => (typeof each === "string" ? each : JSON.stringify(each));
    return [...before, ...pairs.map(([key, each]) => `${key}=${text(each)}`)];
  } catch {
    throw new Failure("usage", `--meta takes key=value, or a JSON object, not "${value}"`);
  }
}

/** Returns `key=value` for each option in a list that the user typed. */
export function metaPairs(values: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
}

/** An option under the name that another tool uses for it. */
export class AliasOption extends Option<string> {
  constructor(
    flags: string,
    readonly target: Option,
  ) {
    super(flags, `alias of ${target.long}`);
    this.helpGroup("Aliases:");
    if (target.parseArg) this.argParser(target.parseArg);
    if (target.argChoices) this.choices(target.argChoices);
  }

  override attributeName(): string {
    return this.target.attributeName();
  }
}

/** Adds option names of other tools to a command: `{ "--limit": "--count" }`. */
export function also(command: CommandUnknownOpts, names: Readonly<Record<string, string>>): void {
  for (const [name, of] of Object.entries(names)) {
    const target = command.options.find((each) => each.long === of);
    if (!target) throw new Error(`${command.name()} has no option ${of}`);
    const [value = ""] = /[<[].*/.exec(target.flags) ?? [];
    command.addOption(new AliasOption(`${name} ${value}`.trim(), target as Option));
  }
}

/** Creates an option that accepts one word of a list, with a default. */
export const choice = <Flags extends string, const Words extends readonly string[]>(
  flags: Flags,
  what: string,
  words: Words,
  preset: Words[number],
) => new Option(flags, what).choices(words).default(preset);

/** The option for commands that the secret scan may stop. `Place.allow` holds the values. */
export const ALLOW = [
  "--allow <finding>",
  "accept a finding as a false positive (repeatable)",
  each,
] as const;

/** The options for commands that can send a session's documents. `Place.travels` holds the values. */
export const WORKSPACE = ["--workspace", "include the documents of its workspace"] as const;
export const TRANSCRIPTS = ["--transcripts", "include the transcripts that it keeps"] as const;

/** The option for commands that print the whole brief only to a pipe by default. */
export const BRIEF = ["--brief", "print the whole brief on a terminal too"] as const;

/** The option for commands that ask for confirmation. */
export const YES = ["-y, --yes", "skip the question"] as const;

/** Creates an option that help and completion do not show. */
export const hidden = <Flags extends string>(flags: Flags) => new Option(flags).hideHelp();

/** The option for commands that leave a branch. */
export const KEEP = ["--keep", "carry uncommitted changes over instead of stashing them"] as const;

/** Parses a whole number of at least `least`. @throws Failure `usage` that names the option. */
export function wholeNumber(option: string, text: string, least = 1): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new Failure("usage", `${option} takes a whole number of at least ${least}, not "${text}"`);
}

/**
 * Returns the called command with another value of one option, such as a higher limit, as a line to copy.
 * Keeps all other words and options.
 */
export function calledWith(command: CommandUnknownOpts, flag: string, value: number): string {
  const chain: CommandUnknownOpts[] = [];
  for (let each: CommandUnknownOpts | null = command; each; each = each.parent) chain.unshift(each);
  const options = chain.flatMap((each) =>
    each.options
      .filter((option) => option.short !== flag && option.long !== flag && !(option instanceof AliasOption))
      .filter((option) => each.getOptionValueSource(option.attributeName()) === "cli")
      .flatMap((option) => typedOption(option, each.getOptionValue(option.attributeName()))),
  );
  const words = command.args.map(shellWord);
  const isDashed = command.args.some((each) => each.startsWith("-"));
  const rest = isDashed ? [...options, flag, value, "--", ...words] : [...words, ...options, flag, value];
  return [...chain.map((each) => each.name()), ...rest].join(" ");
}

/** Returns the words of an option with its value; none for the opposite of a negated option. */
function typedOption({ long, short, negate }: Option, value: unknown): string[] {
  const name = long ?? short ?? "";
  if (typeof value === "boolean") return value === negate ? [] : [name];
  return [value].flat().flatMap((each) => [name, shellWord(String(each))]);
}
