/** The one form of a hint: a line of its own, with a command that can be copied. Pure. */

const LABEL = "hint: ";

/** Returns the line that names a command that helps. */
export function hintLine(command: string): string {
  return `${LABEL}${command}`;
}

/** Returns a sentence with the command that helps on the next line. */
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
export function hintInline(sentence: string): string {
  return sentence.replace(/[.:]?\nhint: /, ": ").replaceAll("\nhint: ", " or ");
}
