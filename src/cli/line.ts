/** Reads a command line before commander does. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** What words stand for, by word. */
export type Rows = Readonly<Record<string, string>>;

/** Verbs of commands that have none, and would record them. A tag or a key of this name: `session tag @ add`. */
const VERBS: Rows = {
  ...{ "tag add": "tag", "tag list": "tag", "tag remove": "tag --remove", "tag rm": "tag --remove" },
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

/** Returns the line without a verb that would be recorded: `tag add x` is `tag x`. */
export function withoutVerb(words: readonly string[]): readonly string[] {
  const at = firstWord(words);
  const row = own(VERBS, `${words[at]} ${words[at + 1]}`);
  return row === undefined ? words : words.toSpliced(at, 2, ...split(row));
}

/** Returns the words of a row. */
export const split = (row: string) => row.split(" ").filter((each) => each !== "");

/** Returns what a table says of a word that somebody typed: `constructor` is in none. */
export function own(rows: Rows | undefined, name: string): string | undefined {
  return rows !== undefined && Object.hasOwn(rows, name) ? rows[name] : undefined;
}
