/** Reads a command line before commander does. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type Entry, entryOf } from "./command.ts";

/** A replacement table: from one word to its replacement words, as one text. */
export type Rows = Readonly<Record<string, string>>;

/**
 * Verbs that users type after commands without subcommands, which would record the verb as a tag or key. A
 * tag named "add" is still possible: `session tag @ add`.
 */
const VERBS: Rows = {
  ...{ "tag add": "tag", "tag list": "tag", "tag remove": "tag --remove", "tag rm": "tag --remove" },
  "sessions --waiting": "background --waiting",
  ...{ "meta set": "meta", "meta get": "meta", "meta list": "meta", "meta unset": "meta --unset" },
};

/** Thrown for a command line that commander rejects, with commander's error code and message. */
export class WrongLine extends Error {
  constructor(
    readonly command: CommandUnknownOpts,
    readonly kind: string,
    message: string,
  ) {
    super(message.replace(/^error: /, "").replace(/\n/g, " "));
  }
}

/**
 * Returns the index of the command's name: the first word that is neither an option nor the folder of `-C`.
 */
export function firstWord(words: readonly string[]): number {
  return words.findIndex((each, at) => !each.startsWith("-") && words[at - 1] !== "-C");
}

/** Nouns that other tools put before the names of commands. */
const NOUNS = ["session", "sessions"];

/**
 * Returns the line without superfluous words: `tag add x` becomes `tag x`, `sessions list` becomes `list`.
 */
export function plainLine(words: readonly string[], entries: readonly Entry[]): readonly string[] {
  const at = firstWord(words);
  if (NOUNS.includes(words[at] ?? "") && entryOf(entries, words[at + 1]) && words[at] !== words[at + 1])
    return plainLine(words.toSpliced(at, 1), entries);
  const row = own(VERBS, `${words[at]} ${words[at + 1]}`);
  return row === undefined ? words : words.toSpliced(at, 2, ...split(row));
}

/** Splits the replacement in a table row, such as `decisions add`, into words. */
export const split = (row: string) => row.split(" ").filter((each) => each !== "");

/**
 * Returns the row under a word, own properties only, so that the typed word `constructor` never matches
 * Object.prototype.
 */
export function own(rows: Rows | undefined, name: string): string | undefined {
  return rows !== undefined && Object.hasOwn(rows, name) ? rows[name] : undefined;
}
