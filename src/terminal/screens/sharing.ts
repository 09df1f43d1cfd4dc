/** Formats the sessions sent to or received from a remote. */
import { dim, green, yellow } from "../style.ts";
import { table } from "../table.ts";

/** A session that was sent or received. */
export interface SharingRow {
  readonly id: string;
  readonly branch: string;
  readonly title: string;
  /** Result of the transfer in one word, such as `pushed`. */
  readonly what: string;
}

const PAINT: Readonly<Record<string, (text: string) => string>> = {
  refused: yellow,
  skipped: yellow,
  same: dim,
  ahead: dim,
};

/** Returns a line for each session: result of the transfer, title, branch, id. */
export function sharingLines(rows: readonly SharingRow[]): string[] {
  const cells = (pick: (row: SharingRow) => string) => rows.map(pick);
  const paint = (text: string, at: number) => (PAINT[rows[at]?.what ?? ""] ?? green)(text);
  return table([
    { title: "", cells: cells((each) => each.what), paint, whole: true },
    { title: "", cells: cells((each) => each.title), least: 16 },
    { title: "", cells: cells((each) => each.branch), paint: dim, least: 10, spare: 1 },
    { title: "", cells: cells((each) => each.id), whole: true },
  ]);
}
