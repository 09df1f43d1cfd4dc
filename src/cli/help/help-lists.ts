/** Renders lists of commands: the everyday commands on one screen, or all commands. */
import { bold, dim } from "../../terminal/style.ts";
import { termLines, wrapped } from "../../terminal/wrap.ts";
import { TAGLINE } from "../base-program.ts";
import type { Entry } from "../command.ts";
import type { HelpPage } from "./help.ts";
import type { Topic } from "./topics.ts";

const HIDDEN = "Plumbing";

/** Returns the everyday commands, for a screen of 80 by 24. */
export function everydayText(entries: readonly Entry[], topics: readonly Topic[], width: number): string {
  const names = topics.map((each) => each.name).join(", ");
  return [
    ...wrapped(TAGLINE, width),
    `${bold("Usage:")} session <command> [options]`,
    "",
    ...groups(
      entries.filter((each) => each.everyday),
      width,
    ),
    "",
    ...wrapped(`session help <command>, --all, ${names}`, width),
  ].join("\n");
}

/** Returns a list of all commands for people, the options that every command has, and the help topics. */
export function allText(
  entries: readonly Entry[],
  topics: readonly Topic[],
  globals: HelpPage["globals"],
  width: number,
): string {
  const shown = entries.filter((each) => each.group !== HIDDEN);
  return [
    ...wrapped(TAGLINE, width),
    `${bold("Usage:")} session <command> [options]`,
    "",
    ...groups(shown, width),
    "",
    bold("Global options:"),
    ...termLines(globals, width),
    bold("Topics (session help <topic>):"),
    ...termLines(
      topics.map(({ name, title }) => [name, title]),
      width,
    ),
    "",
    dim("session help <command> shows its options, with examples."),
  ].join("\n");
}

/** Renders groups of terms under their headings; the terms of all groups are aligned. */
function groups(entries: readonly Entry[], width: number): string[] {
  const longest = Math.max(...entries.map((each) => each.name.length));
  return [...new Set(entries.map((each) => each.group))].flatMap((group) => [
    bold(`${group}:`),
    ...termLines(
      entries
        .filter((each) => each.group === group)
        .map(({ name, summary }) => [name.padEnd(longest), summary]),
      width,
    ),
  ]);
}
