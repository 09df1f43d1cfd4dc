/** Asks questions on a terminal. */
import { createInterface } from "node:readline";
import { Failure } from "../session/failure.ts";
import { invalidateReads, surroundings } from "../surroundings.ts";
import { print } from "./print.ts";

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

/**
 * Asks on a terminal, and returns the answer, trimmed and in lower case.
 * @throws Failure `interrupted` after Ctrl-C or Ctrl-D
 */
export function answerTo(question: string): Promise<string> {
  const { stdin, stderr } = surroundings();
  const terminal = createInterface({ input: stdin, output: stderr });
  return new Promise<string>((resolve, reject) => {
    terminal.once("SIGINT", () => terminal.close());
    terminal.once("close", () => {
      print("stderr", "\n");
      reject(new Failure("interrupted", "interrupted, and nothing was changed"));
    });
    terminal.question(question, (answer) => {
      terminal.removeAllListeners("close").close();
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
