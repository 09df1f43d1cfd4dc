/** Completes the hints of a failure to commands that can be copied; loaded after a failure only. */
import { redactAddress } from "../git/remote/names.ts";
import { type Failure, SAME_COMMAND } from "../session/failure.ts";
import { shellWord } from "../text/shell.ts";

/** Longest command that is repeated in full, in characters. */
const LONGEST = 100;

/**
 * Returns the hints as commands: adds a bare option to the command that was called, and `again` becomes
 * that command.
 */
export function hintsOf({ hint, findings }: Failure, argv: readonly string[]): readonly string[] {
  const lines = hint?.split("\n") ?? [];
  const called = calledText(argv, findings !== undefined);
  return lines.map((each) =>
    each === SAME_COMMAND ? called : each.startsWith("-") ? `${called} ${each}` : each,
  );
}

/** Quotes a word for the shell; leaves an option as it is. */
const shown = (text: string) => (/^--?[A-Za-z-]+$/.test(text) ? text : shellWord(text));

/** Returns the command as typed; only its name where it is long or seems to hold a secret. */
function calledText(argv: readonly string[], isSecret: boolean): string {
  const typed = argv.filter((each) => each !== "--json");
  const whole = ["session", ...typed.map((each) => shown(redactAddress(each)))].join(" ");
  if (!isSecret && whole.length <= LONGEST) return whole;
  const end = typed.findIndex((each, at) => at > 1 || !/^[a-z][a-z-]*$/.test(each));
  return ["session", ...typed.slice(0, end < 0 ? typed.length : end), "..."].join(" ");
}
