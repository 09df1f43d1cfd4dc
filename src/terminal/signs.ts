/**
 * Chooses the program's symbols: Unicode, or ASCII for a locale without UTF-8. Does not change users'
 * text.
 */
import { environment, perRun } from "../surroundings.ts";

const UNICODE = {
  more: "…",
  dot: "·",
  arrow: "→",
  both: "↔",
  branch: "└",
  none: "–",
  pointer: "❯",
  arrows: "↑↓",
  open: "○",
  active: "▶",
  done: "✓",
  failed: "✗",
  blocked: "■",
} as const;

/** Symbols by name. */
export type Signs = Readonly<Record<keyof typeof UNICODE, string>>;

const ASCII: Signs = {
  more: "...",
  dot: "-",
  arrow: "->",
  both: "<->",
  branch: "`",
  none: "-",
  pointer: ">",
  arrows: "arrows",
  open: "[ ]",
  active: "[>]",
  done: "[x]",
  failed: "[!]",
  blocked: "[!]",
};

/** Returns the symbols that the run's locale can show. */
export const signs: () => Signs = perRun(() => (isUtf8() ? UNICODE : ASCII));

/** Joins short texts on one line, with a dot between them. */
export function facts(all: readonly string[]): string {
  return all.join(` ${signs().dot} `);
}

/** Returns whether the locale can show more than ASCII; an unset locale counts as UTF-8. */
export function isUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = environment();
  const locale = LC_ALL || LC_CTYPE || LANG || "";
  return locale === "" || /utf-?8/i.test(locale);
}
