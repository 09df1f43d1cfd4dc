/** Wraps text at words to the width of the terminal. */
import { signs } from "./signs.ts";
import { plain } from "./style.ts";
import { clip, widthOf } from "./table.ts";

/** Marks a column in a line: the wrapped rest of the line is indented to it. */
export const HANG = "\x03";

/**
 * Returns a line as lines of at most `width` columns, broken at spaces; all but the first begin with
 * `hang` spaces. A longer word stays whole, so that users can copy it. Marks of style stay.
 */
export function wrapped(text: string, width: number, hang = 0): string[] {
  const indent = " ".repeat(hang);
  const [, lead = "", rest = ""] = /^(\s*)(.*)$/s.exec(text) ?? [];
  const lines: string[] = [];
  let line = lead;
  let size = lead.length;
  let isEmpty = true;
  for (const word of rest.split(" ")) {
    const wide = widthOf(plain(word.replaceAll(JOINED, " ")));
    if (!isEmpty && size + 1 + wide > width) {
      lines.push(line.trimEnd());
      line = indent + word;
      size = hang + wide;
    } else {
      line += isEmpty ? word : ` ${word}`;
      size += isEmpty ? wide : wide + 1;
      isEmpty = false;
    }
  }
  return [...lines, line.trimEnd()];
}

/** Matches lines with commands, which are not wrapped so that users can copy them. HANG marks text. */
const COMMAND = /^\s*(?:hint: |(?:session|git|cd) )/;

/** Returns the lines of a screen, wrapped at words to `width` columns and indented below their text. */
export function fittedLines(lines: readonly string[], width: number): string[] {
  return lines.flatMap((line) => {
    const shown = plain(line);
    const at = line.indexOf(HANG);
    if (widthOf(shown) <= width || (at < 0 && COMMAND.test(shown))) return [line];
    const [, lead = ""] = /^((?:\s|\x01[bdgyrc])*)/.exec(line) ?? [];
    const below = at < 0 ? 0 : widthOf(plain(line.slice(0, at)));
    const hang = below === 0 || below > MOST_HANG * width ? widthOf(plain(lead)) + 2 : below;
    return wrapped(kept(line, width), width, hang).map((each) => each.replaceAll(JOINED, " "));
  });
}

/** Maximum part of the width for the indentation of wrapped lines. */
const MOST_HANG = 0.4;

/** Stands for a space at which a line must not be wrapped. */
const JOINED = "\x04";

/** Returns a line in which facts, separated by dots, are not wrapped inside if they fit on one line. */
function kept(line: string, width: number): string {
  const dot = ` ${signs().dot} `;
  if (!line.includes(dot)) return line;
  const whole = (each: string) => (widthOf(plain(each)) < width - 8 ? each.replaceAll(" ", JOINED) : each);
  const [, lead = "", rest = ""] = /^(\s*)(.*)$/s.exec(line) ?? [];
  return lead + rest.split(dot).map(whole).join(`${JOINED}${signs().dot} `);
}

/**
 * Returns rows of term and text as lines, with texts aligned. After a term longer than `most`, the text
 * begins a new line.
 */
export function termLines(
  rows: readonly (readonly [term: string, text: string])[],
  width: number,
  most = 24,
): string[] {
  const sizes = rows.map(([term]) => widthOf(term)).filter((each) => each <= most);
  const column = Math.min(Math.max(8, ...sizes), Math.max(8, Math.floor(width / 2)));
  const hang = column + 4;
  return rows.flatMap(([term, text]) => {
    if (text === "") return [`  ${term}`];
    if (widthOf(term) > column) return [`  ${term}`, ...wrapped(`${" ".repeat(hang)}${text}`, width, hang)];
    return wrapped(`  ${term}${" ".repeat(column - widthOf(term))}  ${text}`, width, hang);
  });
}

/** Returns a styled line cut to `width` columns, with an ellipsis; marks of style stay balanced. */
export function clipped(text: string, width: number): string {
  if (widthOf(plain(text)) <= width) return text;
  let room = width;
  return text
    .split(/(\x01[bdgyrc]|\x02)/)
    .map((part, at) => {
      if (at % 2 === 1) return part;
      const shown = room <= 0 ? "" : clip(part, widthOf(part) < room ? room : Math.max(1, room));
      room = shown === part ? room - widthOf(part) : 0;
      return shown;
    })
    .join("");
}
