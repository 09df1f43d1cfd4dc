/** Reads standard input. */
import { surroundings } from "../surroundings.ts";

/** Maximum milliseconds to wait for the end of standard input. */
const PATIENCE = 1_000;

/** Maximum characters to read: no event of an agent is longer. */
const MAX_TEXT = 16 * 1024 * 1024;

/** Reads standard input to its end, or for at most a second. Returns an empty text for a terminal. */
export function standardInput(): Promise<string> {
  const { stdin } = surroundings();
  if (surroundings().isTerminal(0)) return Promise.resolve("");
  return new Promise((resolve) => {
    let text = "";
    const done = () => {
      clearTimeout(patience);
      stdin.off("data", take).off("end", done).off("error", done).pause();
      // Releases standard input: an open pipe would keep the process alive.
      stdin.unref?.();
      resolve(text);
    };
    const patience = setTimeout(done, PATIENCE);
    const take = (piece: string) => {
      text += piece;
      if (text.length > MAX_TEXT) done();
    };
    stdin.setEncoding("utf8").on("data", take).on("end", done).on("error", done);
  });
}

/** Reads standard input to its end, without a time limit. */
export async function wholeInput(): Promise<string> {
  let text = "";
  const { stdin } = surroundings();
  stdin.setEncoding("utf8");
  for await (const piece of stdin) {
    text += piece;
    if (text.length > MAX_TEXT) break;
  }
  return text;
}
