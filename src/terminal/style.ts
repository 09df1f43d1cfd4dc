/**
 * Style as marks inside plain text: views mark, the one place that prints turns marks into colours or drops them.
 * So whatever control characters a repository's text brings along are removed there, all in one place.
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

export const bold = mark("b");
export const dim = mark("d");
export const green = mark("g");
export const yellow = mark("y");
export const red = mark("r");
export const cyan = mark("c");

/** Text without marks and without anything that a terminal would act on; line ends stay. */
export function plain(text: string, forForge = false): string {
  return clean(text, forForge).replace(/\x01[bdgyrc]|\x02/g, "");
}

/** Text with marks as colours. */
export function coloured(text: string, chalk: ChalkInstance, forForge = false): string {
  let left = clean(text, forForge);
  // Inner marks first, so that nested ones come out nested.
  for (let before = ""; before !== left; ) {
    before = left;
    left = left.replace(/\x01([bdgyrc])([^\x01\x02]*)\x02/g, (_all, style: Style, inner: string) =>
      chalk[STYLES[style]](inner),
    );
  }
  return left.replace(/\x01[bdgyrc]?|\x02/g, "");
}

/** Removes escape sequences, other control characters but tab and newline, and characters that reorder or hide text. */
function clean(text: string, forForge: boolean): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b\[[0-?]*[ -/]*[@-~]?|\x1b[@-Z\\-_]?/g, "")
    .replace(/[\x00\x03-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g, "")
    .replace(HIDDEN, (each) => (forForge && each === JOINER ? each : ""));
}
