import type { ChalkInstance } from "chalk";
import type { Failure } from "../model/failure.ts";
import { coloured, plain, red, yellow } from "./style.ts";

export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

/** The one place that prints. Data goes to standard output, everything said about it to standard error. */
export interface Output {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly emoji: boolean;
  /** The answer itself; with --json the value is printed in its place. */
  data(text: string, value: unknown): void;
  /** One JSON object a line, for plumbing. */
  line(value: unknown): void;
  /** A sentence about what was done; silent with --quiet. */
  say(text: string): void;
  warn(text: string): void;
  fail(failure: Failure): void;
  /** Settings of the configuration, once it is read; flags win. */
  apply(display: { color: boolean; emoji: boolean; verbose: boolean }): void;
}

/** Colours are loaded only where a terminal shows them. */
export async function createOutput(flags: OutputFlags): Promise<Output> {
  let color = flags.color ?? true;
  let emoji = true;
  let verbose = flags.verbose ?? false;
  const shown = process.stdout.isTTY || process.stderr.isTTY || process.env.FORCE_COLOR !== undefined;
  const chalk: ChalkInstance | undefined = shown && color ? (await import("chalk")).default : undefined;
  const write = (stream: NodeJS.WriteStream, text: string) => {
    const colour = color && (stream.isTTY || process.env.FORCE_COLOR !== undefined);
    stream.write(`${colour && chalk ? coloured(text, chalk) : plain(text)}\n`);
  };
  return {
    json: flags.json ?? false,
    get verbose() {
      return verbose;
    },
    get emoji() {
      return emoji;
    },
    data(text, value) {
      if (flags.json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      else if (text !== "") write(process.stdout, text.replace(/\n+$/, ""));
    },
    line(value) {
      process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    say(text) {
      if (!flags.quiet) write(process.stderr, text);
    },
    warn(text) {
      write(process.stderr, `${yellow("warning:")} ${text}`);
    },
    fail(failure) {
      const { code, message, hint, details, exit } = failure;
      if (flags.json) {
        const error = {
          code,
          message,
          exit,
          ...(hint === undefined ? {} : { hint }),
          ...(details === undefined ? {} : { details }),
        };
        process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
        return;
      }
      write(process.stderr, `${red("error:")} ${message}${hint === undefined ? "" : ` (${hint})`}`);
      if (failure.details !== undefined) write(process.stderr, failure.details.replace(/^/gm, "  "));
    },
    apply(display) {
      if (flags.color === undefined) color = display.color;
      emoji = display.emoji;
      if (flags.verbose === undefined) verbose = display.verbose;
    },
  };
}

/** A reader that stops early (`| head`) is no error. */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
}
