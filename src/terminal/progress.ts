/** A line that says how far something long has got, on a terminal only, and gone when it is over. */
import type { Output } from "./output.ts";

interface Progress {
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

/** Nothing is shown in the first moments: most of what could take long does not. */
export function createProgress(out: Output, after = 400): Progress {
  const { stderr } = process;
  const visible = stderr.isTTY === true && !out.quiet;
  const begun = performance.now();
  let shown = false;
  return {
    show(text) {
      if (!visible || performance.now() - begun < after) return;
      shown = true;
      stderr.write(`\r\x1b[K${text.slice(0, Math.max(20, (stderr.columns || 80) - 1))}`);
    },
    clear() {
      if (shown) stderr.write("\r\x1b[K");
      shown = false;
    },
  };
}

/** For a scan of a history: how many commits, and how far back it got. `reached`: seconds since the epoch. */
export function scanProgress(progress: Progress): (commits: number, reached: number) => void {
  return (commits, reached) => {
    const back = reached > 0 ? `, back to ${new Date(reached * 1000).toISOString().slice(0, 10)}` : "";
    progress.show(`Reading the history: ${commits.toLocaleString("en")} commits${back} …`);
  };
}
