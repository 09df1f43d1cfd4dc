import { createInterface } from "node:readline/promises";
import { lookAgain, surroundings } from "../surroundings.ts";

/** Asks yes or no on a terminal; without one, or in CI, nobody is asked and the answer is `otherwise`. */
export async function confirm(question: string, otherwise: boolean): Promise<boolean> {
  if (!canAsk()) return otherwise;
  const answer = await answerTo(`${question} ${otherwise ? "[Y/n]" : "[y/N]"} `);
  return answer === "" ? otherwise : answer.startsWith("y");
}

/** Asks on a terminal, and returns the answer in lower case without white space around it. */
export async function answerTo(question: string): Promise<string> {
  const { stdin, stderr } = surroundings();
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return (await terminal.question(question)).trim().toLowerCase();
  } finally {
    terminal.close();
    lookAgain();
  }
}

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  const { env, isTerminal } = surroundings();
  return isTerminal(0) && isTerminal(2) && !env.CI;
}
