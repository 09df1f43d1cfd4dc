/**
 * Styles text with marks: screens add marks, and the printer turns them into colors or removes them.
 * Removes all other control characters in the same step, so no text of a repository can control the
 * terminal.
 */
import type { ChalkInstance } from "chalk";
import { HIDDEN } from "../text/foreign-text.ts";
import { JOINER } from "../text/neutralize.ts";

const STYLES = {
  b: "bold",
  d: "dim",
  g: "green",
  y: "yellow",
  r: "red",
  c: "cyan",
} as const satisfies Record<string, keyof ChalkInstance>;

type Style = keyof typeof STYLES;

const mark = (style: Style) => (text: string | number) => `\x01${style}${text}\x02`;

/** Functions that mark a text with a style, such as bold. */
export const bold = mark("b");
export const dim = mark("d");
export const green = mark("g");
export const yellow = mark("y");
export const red = mark("r");
export const cyan = mark("c");

/**
 * Removes marks and control characters; line ends and tabs stay. `forForge`: keeps the joiners that
 * neutralize mentions.
 */
export function plain(text: string, forForge = false): string {
  return clean(text, forForge).replace(/\x01[bdgyrc]|\x02/g, "");
}

/** Turns marks into terminal colors and removes control characters. `forForge`: as for `plain`. */
export function colored(text: string, chalk: ChalkInstance, forForge = false): string {
  let left = clean(text, forForge);
  // Replaces inner marks first, so that nested styles work.
  for (let before = ""; before !== left; ) {
    before = left;
    left = left.replace(/\x01([bdgyrc])([^\x01\x02]*)\x02/g, (_all, style: Style, inner: string) =>
      chalk[STYLES[style]](inner),
    );
  }
  return left.replace(/\x01[bdgyrc]?|\x02/g, "");
}

/**
 * Removes escape sequences, control characters (not tab and newline), and characters that hide or reorder
 * text.
 */
function clean(text: string, forForge: boolean): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b\[[0-?]*[ -/]*[@-~]?|\x1b[@-Z\\-_]?/g, "")
    .replace(/[\x00\x03-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g, "")
    .replace(HIDDEN, (each) => (forForge && each === JOINER ? each : ""));
}
