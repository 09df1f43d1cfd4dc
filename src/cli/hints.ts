/** Returns commands that the user can copy. Loaded only after a failure, and before a change of branch. */
import { redactAddress } from "../git/remote/names.ts";
import { type Failure, SAME_COMMAND } from "../session/failure.ts";
import { shellWord } from "../text/shell.ts";

/** Maximum characters of a command that a hint repeats in full. */
const LONGEST = 100;

/**
 * Returns the hints as full commands: an option or a quoted word alone is added to the called command, and
 * `again` becomes the called command.
 */
export function hintsOf({ hint, findings }: Failure, argv: readonly string[]): readonly string[] {
  const lines = hint?.split("\n") ?? [];
  const called = calledText(argv, findings !== undefined);
  return lines.map((each) =>
    each === SAME_COMMAND ? called : /^[-"]/.test(each) ? `${called} ${each}` : each,
  );
}

/** Returns a word for a shell command: quoted, except for an option. */
const shown = (text: string) => (/^--?[A-Za-z-]+$/.test(text) ? text : shellWord(text));

/** Returns the command as the user typed it; only its name if it is long or seems to hold a secret. */
export function calledText(argv: readonly string[], isSecret = false): string {
  const typed = argv.filter((each) => each !== "--json");
  const whole = ["session", ...typed.map((each) => shown(redactAddress(each)))].join(" ");
  const end = typed.findIndex((each, at) => at > 1 || !/^[a-z][a-z-]*$/.test(each));
  // Words of a command and options without values cannot hold a secret.
  const isPlain = end < 0 || typed.slice(end).every((each) => /^(--[a-z-]+|-[A-Za-z])$/.test(each));
  if ((isPlain || !isSecret) && whole.length <= LONGEST) return whole;
  return ["session", ...typed.slice(0, end < 0 ? typed.length : end), "..."].join(" ");
}
