/** The one way to draw rows: columns that fit the terminal, or fields with tabs between them where output is piped. */
import { signs } from "./signs.ts";
import { dim, plain } from "./style.ts";
import { terminalWidth } from "./width.ts";

export interface Column {
  readonly title: string;
  readonly cells: readonly string[];
  /** Puts style around a cell that was cut and padded already. */
  readonly paint?: (text: string, row: number) => string;
  /** Of the columns that can be cut, this one is, down to so many characters. */
  readonly least?: number;
  /** It is cut only where leaving others out does not help. */
  readonly whole?: boolean;
  /** Where there is no room, the highest is left out first; 0 stays. */
  readonly spare?: number;
  readonly right?: boolean;
}

const GAP = "  ";

/**
 * Returns a head and a line a row. Cells are plain text; a cell that has no room is cut, never wrapped, and an empty column is left out.
 * Piped (`width` undefined): rows only, tabs between cells, every column, nothing padded or cut.
 */
export function table(columns: readonly Column[], width = terminalWidth()): string[] {
  const rows = columns[0]?.cells.length ?? 0;
  if (width === undefined)
    return Array.from({ length: rows }, (_, row) =>
      columns.map((each) => field(each.cells[row] ?? "")).join("\t"),
    );
  const filled = columns.filter((each) => each.cells.some((cell) => cell !== ""));
  const shown = fitted(filled, width);
  const cell = ({ column, size }: Sized, text: string, last: boolean) => {
    const cut = clip(text, size);
    const pad = " ".repeat(Math.max(0, size - widthOf(cut)));
    return column.right ? pad + cut : last ? cut : cut + pad;
  };
  const head = shown.map((each, at) => cell(each, each.column.title, at === shown.length - 1)).join(GAP);
  const lines = Array.from({ length: rows }, (_, row) =>
    shown
      .map((each, at) => {
        const text = cell(each, each.column.cells[row] ?? "", at === shown.length - 1);
        return each.column.paint ? each.column.paint(text, row) : text;
      })
      .join(GAP)
      .trimEnd(),
  );
  return head.trim() === "" ? lines : [dim(head.trimEnd()), ...lines];
}

/** Returns a cell as a field: without style, tabs and line ends. */
function field(cell: string): string {
  return plain(cell).replace(/\s+/g, " ").trim();
}

type Sized = ReturnType<typeof fitted>[number];

function fitted(columns: readonly Column[], width: number) {
  const wanted = columns.map((column) => ({
    column,
    size: Math.max(widthOf(column.title), ...column.cells.map(widthOf)),
  }));
  const total = (sized: readonly Sized[]) =>
    sized.reduce((sum, each) => sum + each.size, 0) + GAP.length * (sized.length - 1);
  const least = (each: Sized) => Math.min(each.size, each.column.least ?? each.size);
  const kept = (each: Sized) => (each.column.whole ? each.size : least(each));
  let left = wanted;
  const tooWide = () => total(left.map((each) => ({ ...each, size: kept(each) }))) > width;
  while (left.length > 1 && tooWide()) {
    const spare = Math.max(...left.map((each) => each.column.spare ?? 0));
    if (spare === 0) break;
    left = left.filter((each) => (each.column.spare ?? 0) !== spare);
  }
  // The widest gives way first, so that short columns stay whole; where there is no room at all, all do.
  for (const floor of [kept, least, () => 3]) {
    for (let over = total(left) - width; over > 0; over--) {
      const widest = left
        .filter((each) => each.size > floor(each))
        .reduce<Sized | undefined>((most, each) => (most && most.size >= each.size ? most : each), undefined);
      if (!widest) break;
      left = left.map((each) => (each === widest ? { ...each, size: each.size - 1 } : each));
    }
  }
  return left;
}

/** Cuts a text to a width in columns, with an ellipsis where something was cut. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const more = signs().more.slice(0, Math.max(1, width));
  let kept = "";
  let size = 0;
  for (const character of text) {
    size += widthOf(character);
    if (size > width - more.length) break;
    kept += character;
  }
  return `${kept.trimEnd()}${more}`;
}

/** East Asian and emoji characters take two columns, combining ones none. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|^[\u{20000}-\u{3fffd}]/u;

/** Returns the columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    width += WIDE.test(character) ? 2 : /^[\p{M}\p{Cf}]/u.test(character) ? 0 : 1;
  }
  return width;
}
