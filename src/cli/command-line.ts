/** Reads a command line before commander does. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type Entry, entryOf } from "./command.ts";

/** What words stand for, by word. */
export type Rows = Readonly<Record<string, string>>;

/** Verbs of commands that have none, and would record them. A tag or a key of this name: `session tag @ add`. */
const VERBS: Rows = {
  ...{ "tag add": "tag", "tag list": "tag", "tag remove": "tag --remove", "tag rm": "tag --remove" },
  "sessions --waiting": "background --waiting",
  ...{ "meta set": "meta", "meta get": "meta", "meta list": "meta", "meta unset": "meta --unset" },
};

/** A command line that commander refuses, in its words. */
export class WrongLine extends Error {
  constructor(
    readonly command: CommandUnknownOpts,
    readonly kind: string,
    message: string,
  ) {
    super(message.replace(/^error: /, "").replace(/\n/g, " "));
  }
}

/** Returns the first word's place. It is the first that is not an option, nor the folder of `-C`. */
export function firstWord(words: readonly string[]): number {
  return words.findIndex((each, at) => !each.startsWith("-") && words[at - 1] !== "-C");
}

/** What other tools put before the names of commands. */
const NOUNS = ["session", "sessions"];

/** Returns the line without a verb that would be recorded, `tag add x` is `tag x`, or the noun of another tool, `sessions list`. */
export function plainLine(words: readonly string[], entries: readonly Entry[]): readonly string[] {
  const at = firstWord(words);
  if (NOUNS.includes(words[at] ?? "") && entryOf(entries, words[at + 1]) && words[at] !== words[at + 1])
    return plainLine(words.toSpliced(at, 1), entries);
  const row = own(VERBS, `${words[at]} ${words[at + 1]}`);
  return row === undefined ? words : words.toSpliced(at, 2, ...split(row));
}

/** Returns the words of a row. */
export const split = (row: string) => row.split(" ").filter((each) => each !== "");

/** Returns what a table says of a word that somebody typed: `constructor` is in none. */
export function own(rows: Rows | undefined, name: string): string | undefined {
  return rows !== undefined && Object.hasOwn(rows, name) ? rows[name] : undefined;
}
