import { clock, surroundings } from "../surroundings.ts";
import { thousands } from "../text/plural.ts";
import { signs } from "./signs.ts";
import { plain } from "./style.ts";

/** One line on a terminal's standard error that is written over, and taken away at the end. */
export interface ProgressLine {
  readonly show: (line: string) => void;
  readonly clear: () => void;
}

/** Undefined where no terminal shows it. */
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

/** Most of what could take long does not: before this many milliseconds nothing is shown. */
const AFTER = 400;

/** For files that are read one by one: how many there are so far. */
function countProgress(line: ProgressLine | undefined, what: string): ((count: number) => void) | undefined {
  if (!line) return undefined;
  const begun = clock();
  return (count) => {
    if (clock() - begun >= AFTER) line.show(`${what}: ${thousands(count)} ${signs().more}`);
  };
}

/** Runs an action that reads one by one, with a line on the terminal that counts. */
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

/** For a scan of a history: how many commits, and how far back it got. `reached`: seconds since the epoch. */
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
