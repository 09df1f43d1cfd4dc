/** Lets the user pick from a searchable list on a terminal. */
import { surroundings } from "../surroundings.ts";
import { facts as joined, signs } from "./signs.ts";
import { plain } from "./style.ts";
import { clip } from "./table.ts";

/** An item of the picker's list. */
export interface Pickable {
  readonly value: string;
  readonly name: string;
  /** Text after the item's name; searchable. */
  readonly facts: string;
}

interface Look {
  readonly color: boolean;
  readonly emoji: boolean;
}

/** Asks on standard error, and returns the picked value; undefined if the user left with Esc or Ctrl-C. */
export async function pick(
  question: string,
  items: readonly Pickable[],
  { color, emoji }: Look,
): Promise<string | undefined> {
  const { default: search } = await import("@inquirer/search");
  const { stdin, stderr } = surroundings();
  const { columns = 80, rows = 24 } = stderr;
  const leave = new AbortController();
  const onKey = (_text: string, key?: { readonly name?: string }) => {
    if (key?.name === "escape") leave.abort();
  };
  stdin.on("keypress", onKey);
  try {
    return await search(
      {
        message: question,
        pageSize: Math.max(1, Math.min(10, rows - 5)),
        source: (term = "") =>
          items
            .filter((each) => matches(each, term))
            .map((each) => ({ value: each.value, name: lineOf(each, columns - 3), short: plain(each.name) })),
        theme: look({ color, emoji }, columns),
      },
      { input: stdin, output: stderr, signal: leave.signal },
    );
  } catch (error) {
    if (error instanceof Error && /^(AbortPrompt|ExitPrompt)Error$/.test(error.name)) return undefined;
    throw error;
  } finally {
    stdin.off("keypress", onKey);
  }
}

/**
 * Returns whether each search word is in the name or facts (ignoring case), or begins the value (from 3
 * characters).
 */
export function matches({ name, facts, value }: Pickable, term: string): boolean {
  const text = `${name} ${facts}`.toLowerCase();
  const words = term.toLowerCase().replaceAll(signs().more, "").split(/\s+/);
  return words.every((word) => text.includes(word) || (word.length > 2 && value.startsWith(word)));
}

/** Returns an item as one plain line, cut to `width` columns. */
export function lineOf({ name, facts }: Pickable, width: number): string {
  const text = plain(`${name}  ${facts}`).replace(/\s*\n\s*/g, " ");
  return clip(text.trimEnd(), Math.max(1, width));
}

function look({ color, emoji }: Look, columns: number) {
  const arrows = emoji ? signs().arrows : "arrows";
  const help = joined([`${arrows} move`, "type to search", "Enter", "Esc"]);
  const same = (text: string) => text;
  return {
    ...(emoji ? {} : { icon: { cursor: ">" } }),
    ...(color ? {} : { prefix: { idle: "?", done: emoji ? signs().done : "*" } }),
    style: {
      keysHelpTip: () => (columns < 40 ? "" : help),
      error: (text: string) => (text === "No results found" ? "no session matches" : text),
      ...(color ? {} : { answer: same, message: same, highlight: same, searchTerm: same, description: same }),
    },
  };
}
