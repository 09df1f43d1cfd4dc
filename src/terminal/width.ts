/** Measures the terminal. */
import { environment, surroundings } from "../surroundings.ts";

/**
 * Returns the columns of the terminal at standard output: `COLUMNS`, else its size, else 80; undefined if
 * output is piped.
 */
export function terminalWidth(): number | undefined {
  const { isTerminal, stdout } = surroundings();
  if (!isTerminal(1)) return undefined;
  const given = Number(environment().COLUMNS);
  return Number.isInteger(given) && given > 0 ? given : stdout.columns || 80;
}
