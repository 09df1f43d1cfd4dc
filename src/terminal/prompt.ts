import { createInterface } from "node:readline/promises";

/** Asks yes or no on a terminal; without one, or in CI, nobody is asked and the answer is `otherwise`. */
export async function confirm(question: string, otherwise: boolean): Promise<boolean> {
  if (!canAsk()) return otherwise;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
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
  return process.stdin.isTTY === true && process.stderr.isTTY === true && !process.env.CI;
}
