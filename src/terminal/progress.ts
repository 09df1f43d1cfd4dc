import { plain } from "./style.ts";

/** One line on a terminal's standard error that is written over, and taken away at the end. */
export interface ProgressLine {
  readonly show: (line: string) => void;
  readonly clear: () => void;
}

/** Undefined where no terminal shows it. */
export function progressLine(quiet: boolean): ProgressLine | undefined {
  const { stderr } = process;
  if (quiet || stderr.isTTY !== true) return undefined;
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
