/** A word of a command that people copy: quoted where a shell would read more into it than its letters. */
export function word(text: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(text) && !text.startsWith("-")
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}
