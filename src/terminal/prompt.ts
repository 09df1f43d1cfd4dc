import { createInterface } from "node:readline/promises";
import { surroundings } from "../surroundings.ts";

/** Asks yes or no on a terminal; without one, or in CI, nobody is asked and the answer is `otherwise`. */
export async function confirm(question: string, otherwise: boolean): Promise<boolean> {
  if (!canAsk()) return otherwise;
  const { stdin, stderr } = surroundings();
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    const answer = (await terminal.question(`${question} ${otherwise ? "[Y/n]" : "[y/N]"} `))
      .trim()
      .toLowerCase();
    return answer === "" ? otherwise : answer.startsWith("y");
  } finally {
    terminal.close();
  }
}

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  const { env, isTerminal } = surroundings();
  return isTerminal(0) && isTerminal(2) && !env.CI;
}
