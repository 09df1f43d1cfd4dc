/** Asks questions on a terminal. */
import { createInterface } from "node:readline";
import { Failure } from "../session/failure.ts";
import { invalidateReads, surroundings } from "../surroundings.ts";
import { print } from "./print.ts";
import { terminalWidth } from "./width.ts";
import { fittedLines } from "./wrap.ts";

/**
 * Asks a yes-or-no question on a terminal, and asks again after any other answer. Returns `otherwise` for an
 * empty answer, without a terminal, and in CI.
 * @throws Failure `interrupted` after Ctrl-C or Ctrl-D
 */
export async function confirm(question: string, otherwise: boolean): Promise<boolean> {
  if (!canAsk()) return otherwise;
  for (;;) {
    const answer = await answerTo(`${question} ${otherwise ? "[Y/n]" : "[y/N]"} `);
    if (answer === "") return otherwise;
    if (/^(y|yes|n|no)$/.test(answer)) return answer.startsWith("y");
  }
}

/** Columns that a line with a question leaves to the answer. */
const ANSWER = 5;

/**
 * Asks on a terminal, and returns the answer, trimmed and in lower case. Ask before anything changes: the
 * failure says so.
 * @throws Failure `interrupted` after Ctrl-C or Ctrl-D
 */
export function answerTo(question: string): Promise<string> {
  const { stdin, stderr } = surroundings();
  const width = (terminalWidth() ?? (stderr.columns || 80)) - ANSWER;
  const lines = fittedLines([question.trimEnd()], width);
  const last = `${lines.pop()} `;
  for (const line of lines) print("stderr", `${line}\n`);
  const terminal = createInterface({ input: stdin, output: stderr });
  return new Promise<string>((resolve, reject) => {
    terminal.once("SIGINT", () => terminal.close());
    const stopped = () => {
      print("stderr", "\n");
      reject(new Failure("interrupted", "interrupted, and nothing was changed"));
    };
    terminal.once("close", stopped);
    terminal.question(last, (answer) => {
      // Removes no listener of readline: its own one stops the echo of the keys.
      terminal.off("close", stopped).close();
      invalidateReads();
      resolve(answer.trim().toLowerCase());
    });
  });
}

/** Returns whether a command with the printer `out` may ask the user: not with --json. */
export function asks(out: { readonly json: boolean }): boolean {
  return !out.json && canAsk();
}

/** Returns whether a user can answer: standard input and standard error are a terminal, and `CI` is unset. */
export function canAsk(): boolean {
  const { env, isTerminal } = surroundings();
  return isTerminal(0) && isTerminal(2) && !env.CI;
}

/**
 * Runs the step for each name, one after the other.
 * @throws Failure `interrupted` with the finished names, if the user interrupts a later step
 */
export async function eachInTurn<N extends string | undefined, T>(
  names: readonly N[],
  step: (name: N) => Promise<T>,
): Promise<T[]> {
  const done: T[] = [];
  for (const name of names) {
    try {
      done.push(await step(name));
    } catch (error) {
      if (done.length === 0 || !(error instanceof Failure) || error.code !== "interrupted") throw error;
      const finished = names.slice(0, done.length).join(" and ");
      throw new Failure("interrupted", `interrupted after ${finished}; nothing else was changed`);
    }
  }
  return done;
}
