import type { ChalkInstance } from "chalk";
import type { Failure } from "../session/failure.ts";
import { environment, surroundings } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { hintLine } from "../text/hint.ts";
import { withoutHidden } from "../text/json.ts";
import { collect, print } from "./print.ts";
import { isUtf8, signs } from "./signs.ts";
import { coloured, dim, plain, red, yellow } from "./style.ts";
import { terminalWidth } from "./width.ts";
import { fittedLines } from "./wrap.ts";

export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
  /** Long data goes to a pager, where a terminal would show it. */
  readonly pager?: boolean;
}

/** The one place that prints. Data goes to standard output, everything said about it to standard error. */
export type Output = Awaited<ReturnType<typeof createOutput>>;

/** Colours are loaded only where a terminal shows them. */
export async function createOutput(flags: OutputFlags) {
  // https://no-color.org: any text but an empty one turns colours off, whatever the settings say.
  const { NO_COLOR = "", FORCE_COLOR } = environment();
  const mayColour = flags.color ?? NO_COLOR === "";
  let color = mayColour;
  const utf8 = isUtf8();
  let emoji = utf8;
  let verbose = flags.verbose ?? false;
  const forced = FORCE_COLOR !== undefined;
  const { isTerminal } = surroundings();
  const seen = forced || isTerminal(1) || isTerminal(2);
  const chalk: ChalkInstance | undefined = seen && color ? (await import("chalk")).default : undefined;
  const write = (to: "stdout" | "stderr", text: string, forForge = false) => {
    const colour = color && (forced || isTerminal(to === "stdout" ? 1 : 2));
    print(to, `${colour && chalk ? coloured(text, chalk, forForge) : plain(text, forForge)}\n`);
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
    /** Columns of the terminal that shows the data; undefined where none does. */
    get width() {
      return terminalWidth();
    },
    /** Columns that text is wrapped to: those of the terminal, within reason, or 80. */
    get columns() {
      return Math.min(100, Math.max(40, this.width ?? 80));
    },
    /** Whether messages are in colour. */
    get color() {
      return color && (forced || isTerminal(2));
    },
    /** Text with its style, for whatever draws on the terminal itself. */
    styled(text: string) {
      return color && chalk ? coloured(text, chalk) : plain(text);
    },
    /** The answer itself; with --json the value is printed in its place. `forForge`: text that was made quiet stays so. */
    data(text: string, value: unknown, forForge = false) {
      if (flags.json) print("stdout", `${jsonText(value, 2)}\n`);
      else if (text !== "") {
        if (flags.pager && isTerminal(1) && isLong(text)) collect();
        write("stdout", text.replace(/\n+$/, ""), forForge);
      }
    },
    /** A view: lines that are wrapped at words to the width of the terminal, and printed as they are where none shows them. */
    screen(lines: readonly string[] | string, value: unknown, forForge = false) {
      const text = typeof lines === "string" ? lines : lines.join("\n");
      const width = flags.json ? undefined : terminalWidth();
      const fitted = width === undefined ? text : fittedLines(text.split("\n"), width).join("\n");
      this.data(fitted, value, forForge);
    },
    /** What a command did, in a sentence. With --quiet only `quiet`: the id, name or path that a script needs; by default nothing. */
    done(lines: readonly string[] | string, value: unknown, quiet = "") {
      if (flags.quiet && !flags.json) this.data(quiet, value);
      else this.screen(lines, value);
    },
    /** That nothing was found: a sentence on standard error, so that piped output stays empty. With --json the value. */
    none(sentence: string, value: unknown, hint?: string) {
      this.data("", value);
      if (flags.json) return;
      this.say(dim(sentence));
      if (hint !== undefined) this.hint(hint);
    },
    /** That a list goes on, on standard error, and the command that shows the rest. */
    more(what: string, command: string) {
      this.say(dim(`${signs().more} ${what}`));
      this.hint(command);
    },
    /** One JSON object a line, for plumbing. */
    line(value: unknown) {
      print("stdout", `${jsonText(value)}\n`);
    },
    /** A sentence about what was done; silent with --quiet. */
    say(text: string) {
      if (!flags.quiet) write("stderr", text);
    },
    /** The command that helps, on a line of its own; silent with --quiet and --json. */
    hint(command: string) {
      if (!flags.quiet && !flags.json) write("stderr", hintLine(command));
    },
    warn(text: string) {
      write("stderr", `${yellow("warning:")} ${text}`);
    },
    /** What went wrong. `hints`: commands that help, a line each. */
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
    /** Settings of the configuration, once it is read; flags win. */
    apply(display: { color: boolean; emoji: boolean; verbose: boolean }) {
      if (flags.color === undefined) color = mayColour && display.color;
      emoji = utf8 && display.emoji;
      if (flags.verbose === undefined) verbose = display.verbose;
    },
  };
}

/** Whether a text has more lines than the terminal. */
function isLong(text: string): boolean {
  const { columns = 80, rows = 24 } = surroundings().stdout;
  let lines = 0;
  for (const each of text.split("\n")) lines += Math.max(1, Math.ceil(each.length / columns));
  return lines >= rows;
}

/** JSON escapes only some of what a terminal acts on; the value is the same. */
function jsonText(value: unknown, indent?: number): string {
  return withoutHidden(JSON.stringify(value, null, indent));
}
