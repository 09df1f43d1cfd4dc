/**
 * Prints the results and messages of commands: wraps, colors and cleans text, or writes JSON. Screens and
 * lines of the other files in this room only build text; they do not print.
 */
import type { ChalkInstance } from "chalk";
import type { Failure } from "../session/failure.ts";
import { environment, surroundings } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { hintLine, splitHints } from "../text/hint.ts";
import { withoutHidden } from "../text/json.ts";
import { collect, print } from "./print.ts";
import { isUtf8, signs } from "./signs.ts";
import { colored, dim, plain, red, yellow } from "./style.ts";
import { terminalWidth } from "./width.ts";
import { fittedLines } from "./wrap.ts";

/** Global flags that change the output. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
  /** False to print long data without a pager; by default, long data on a terminal is shown in a pager. */
  readonly pager?: boolean;
}

/** The printer of a run: data goes to standard output, messages to standard error. */
export type Output = Awaited<ReturnType<typeof createOutput>>;

/** Returns the printer of a run. Loads the color library only if a terminal shows colors. */
export async function createOutput(flags: OutputFlags) {
  // By https://no-color.org, any nonempty value turns colors off, whatever the settings are.
  const { NO_COLOR = "", FORCE_COLOR } = environment();
  const mayColor = flags.color ?? NO_COLOR === "";
  let color = mayColor;
  const utf8 = isUtf8();
  let emoji = utf8;
  let verbose = flags.verbose ?? false;
  const forced = FORCE_COLOR !== undefined;
  const { isTerminal } = surroundings();
  const seen = forced || isTerminal(1) || isTerminal(2);
  const chalk: ChalkInstance | undefined = seen && color ? (await import("chalk")).default : undefined;
  const write = (to: "stdout" | "stderr", text: string, forForge = false) => {
    const colour = color && (forced || isTerminal(to === "stdout" ? 1 : 2));
    print(to, `${colour && chalk ? colored(text, chalk, forForge) : plain(text, forForge)}\n`);
  };
  return {
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    get verbose() {
      return verbose;
    },
    get emoji() {
      return emoji;
    },
    /** Columns of the terminal at standard output; undefined if output is piped. */
    get width() {
      return terminalWidth();
    },
    /** Columns at which text is wrapped: the terminal's width, from 40 to 100; 80 if output is piped. */
    get columns() {
      return Math.min(100, Math.max(40, this.width ?? 80));
    },
    /** True if messages on standard error have colors. */
    get color() {
      return color && (forced || isTerminal(2));
    },
    /** Returns text with terminal styles, for code that draws on the terminal itself. */
    styled(text: string) {
      return color && chalk ? colored(text, chalk) : plain(text);
    },
    /**
     * Prints the result to standard output; with --json, prints `value`. `forForge`: keeps the invisible
     * characters that neutralize mentions.
     */
    data(text: string, value: unknown, forForge = false) {
      if (flags.json) print("stdout", `${jsonText(value, 2)}\n`);
      else if (text !== "") {
        if (flags.pager && isTerminal(1) && isLong(text)) collect();
        write("stdout", text.replace(/\n+$/, ""), forForge);
      }
    },
    /**
     * Prints the lines of a screen, wrapped to the terminal's width; unchanged if piped. With --json,
     * prints `value`.
     */
    screen(lines: readonly string[] | string, value: unknown, forForge = false) {
      const text = typeof lines === "string" ? lines : lines.join("\n");
      const width = flags.json ? undefined : terminalWidth();
      const fitted = width === undefined ? text : fittedLines(text.split("\n"), width).join("\n");
      this.data(fitted, value, forForge);
    },
    /**
     * Prints sentences about what a command did. With --quiet, prints only `quiet`: the id, name or path
     * for scripts.
     */
    done(lines: readonly string[] | string, value: unknown, quiet = "") {
      if (flags.quiet && !flags.json) this.data(quiet, value);
      else this.screen(lines, value);
    },
    /**
     * Prints to standard error that nothing was found, so that piped output stays empty. With --json, prints
     * `value`.
     */
    none(sentence: string, value: unknown, hint?: string) {
      this.data("", value);
      if (flags.json) return;
      this.say(dim(sentence));
      if (hint !== undefined) this.hint(hint);
    },
    /** Prints to standard error that a list is incomplete, with the command that shows the rest. */
    more(what: string, command: string) {
      this.say(dim(`${signs().more} ${what}`));
      this.hint(command);
    },
    /** Prints a value as one line of JSON, for programs. */
    line(value: unknown) {
      print("stdout", `${jsonText(value)}\n`);
    },
    /** Prints a message to standard error; silent with --quiet. */
    say(text: string) {
      if (!flags.quiet) write("stderr", text);
    },
    /** Prints a hint with a command to standard error; silent with --quiet and --json. */
    hint(command: string) {
      if (!flags.quiet && !flags.json) write("stderr", hintLine(command));
    },
    /** Prints a warning to standard error; without its hints with --quiet. */
    warn(text: string) {
      write("stderr", `${yellow("warning:")} ${flags.quiet ? splitHints(text).sentence : text}`);
    },
    /** Prints an error to standard error. `hints`: commands that solve the problem, one line each. */
    fail(failure: Failure, hints: readonly string[]) {
      const { code, message, details, exit, findings } = failure;
      const hint = hints.length === 0 ? undefined : hints.join("\n");
      if (flags.json) {
        const error = { code, message, exit, ...defined({ hint, details, findings }) };
        print("stdout", `${jsonText({ error }, 2)}\n`);
        return;
      }
      write("stderr", `${red("error:")} ${message}`);
      for (const each of hints) write("stderr", hintLine(each));
      if (failure.details !== undefined) write("stderr", failure.details.replace(/^/gm, "  "));
    },
    /** Applies the display settings of the configuration. Flags take precedence. */
    apply(display: { color: boolean; emoji: boolean; verbose: boolean }) {
      if (flags.color === undefined) color = mayColor && display.color;
      emoji = utf8 && display.emoji;
      if (flags.verbose === undefined) verbose = display.verbose;
    },
  };
}

/** Returns whether a text has more lines than the terminal. */
function isLong(text: string): boolean {
  const { columns = 80, rows = 24 } = surroundings().stdout;
  let lines = 0;
  for (const each of text.split("\n")) lines += Math.max(1, Math.ceil(each.length / columns));
  return lines >= rows;
}

/**
 * Returns a value as JSON, with all control characters escaped: JSON.stringify leaves some that terminals act
 * on.
 */
function jsonText(value: unknown, indent?: number): string {
  return withoutHidden(JSON.stringify(value, null, indent));
}
