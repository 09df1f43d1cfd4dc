/** Draws tables: columns that fit the terminal, or tab-separated fields if output is piped. */
import { signs } from "./signs.ts";
import { dim, plain } from "./style.ts";
import { terminalWidth } from "./width.ts";

/** A column of a table, with a cell for each row. */
export interface Column {
  readonly title: string;
  readonly cells: readonly string[];
  /** Function that styles a cell after it was cut and padded. */
  readonly paint?: (text: string, row: number) => string;
  /**
   * Minimum width to which the column may be cut, in columns of the terminal; absent if it must not be cut.
   */
  readonly least?: number;
  /** True to cut the column only if dropping other columns does not make enough room. */
  readonly whole?: boolean;
  /** Order in which columns are dropped if the table is too wide: highest first; 0 is never dropped. */
  readonly spare?: number;
  /** True to align cells to the right. */
  readonly right?: boolean;
}

const GAP = "  ";

/**
 * Returns a line of titles and a line for each row. Cuts cells without room, and leaves out empty columns. If
 * output is piped (`width` undefined), returns only rows, with all columns complete and tabs between cells.
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

/** Returns a cell as a tab-separated field, without styles, tabs and line ends. */
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
  // Cuts the widest column first, so that short columns stay whole; without enough room, cuts all.
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

/** Returns a text cut to `width` columns of the terminal, with an ellipsis if cut. */
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

/** Matches East Asian and emoji characters, which take two columns of a terminal. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|^[\u{20000}-\u{3fffd}]/u;

/** Returns the number of columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    width += WIDE.test(character) ? 2 : /^[\p{M}\p{Cf}]/u.test(character) ? 0 : 1;
  }
  return width;
}
