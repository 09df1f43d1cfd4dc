import { surroundings } from "../surroundings.ts";

/** Longest that somebody who gives nothing is waited for, in milliseconds. */
const PATIENCE = 1_000;

/** What is longer is no event of an agent, in characters. */
const MAX_TEXT = 16 * 1024 * 1024;

/** All of standard input; what came in a second, where nobody ends it; nothing from a terminal. */
export function standardInput(): Promise<string> {
  const { stdin } = surroundings();
  if (surroundings().isTerminal(0)) return Promise.resolve("");
  return new Promise((resolve) => {
    let text = "";
    const done = () => {
      clearTimeout(patience);
      stdin.off("data", take).off("end", done).off("error", done).pause();
      // An open pipe would keep the process alive.
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

/** All of standard input, for as long as it takes. */
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
