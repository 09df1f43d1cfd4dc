/** Formats hints: a line with a command that can be copied. Pure. */

const LABEL = "hint: ";

/** Returns the hint line for a command. */
export function hintLine(command: string): string {
  return `${LABEL}${command}`;
}

/** Returns a sentence with a hint for the command on the next line. */
export function withHint(sentence: string, command: string): string {
  return `${sentence}\n${hintLine(command)}`;
}

/** Returns a sentence and the commands of its hints. */
export function splitHints(text: string): {
  readonly sentence: string;
  readonly commands: readonly string[];
} {
  const [sentence = "", ...commands] = text.split(`\n${LABEL}`);
  return { sentence, commands };
}

/** Returns a sentence with its hints on the same line, for documents: `sentence: command or command`. */
export function hintInline(text: string): string {
  const { sentence, commands } = splitHints(text);
  return commands.length === 0 ? text : `${sentence.replace(/[.:]$/, "")}: ${commands.join(" or ")}`;
}
