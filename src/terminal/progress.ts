/** Shows progress on one line of the terminal. */
import { clock, surroundings } from "../surroundings.ts";
import { thousands } from "../text/plural.ts";
import { signs } from "./signs.ts";
import { plain } from "./style.ts";

/** A progress line on standard error: `show` replaces its text, `clear` removes it. */
export interface ProgressLine {
  readonly show: (line: string) => void;
  readonly clear: () => void;
}

/** Returns a progress line; undefined if `quiet`, or if standard error is not a terminal. */
export function progressLine(quiet: boolean): ProgressLine | undefined {
  const { stderr, isTerminal } = surroundings();
  if (quiet || !isTerminal(2)) return undefined;
  let shown = false;
  return {
    show: (line) => {
      shown = true;
      stderr.write(`\r${plain(line).slice(0, (stderr.columns || 80) - 1)}\x1b[K`);
    },
    clear: () => {
      if (shown) stderr.write("\r\x1b[K");
      shown = false;
    },
  };
}

/** Milliseconds before the first text, so that fast commands show no progress. */
const AFTER = 400;

/** Returns a function that shows a count of items read so far. */
function countProgress(line: ProgressLine | undefined, what: string): ((count: number) => void) | undefined {
  if (!line) return undefined;
  const begun = clock();
  return (count) => {
    if (clock() - begun >= AFTER) line.show(`${what}: ${thousands(count)} ${signs().more}`);
  };
}

/**
 * Runs an action and shows the count that it reports. `what`: text before the count, such as `Reading
 * files`.
 */
export async function counted<T>(
  quiet: boolean,
  what: string,
  action: (progress?: (count: number) => void) => Promise<T>,
): Promise<T> {
  const line = progressLine(quiet);
  try {
    return await action(countProgress(line, what));
  } finally {
    line?.clear();
  }
}

/**
 * Returns a function that shows the progress of a scan: the number of `commits` read, and the date `reached`,
 * in seconds since the epoch.
 */
export function scanProgress(
  line: ProgressLine | undefined,
): ((commits: number, reached: number) => void) | undefined {
  if (!line) return undefined;
  const begun = clock();
  return (commits, reached) => {
    if (clock() - begun < AFTER) return;
    const back = reached > 0 ? `, back to ${new Date(reached * 1000).toISOString().slice(0, 10)}` : "";
    line.show(`Reading the history: ${thousands(commits)} commits${back} ${signs().more}`);
  };
}
