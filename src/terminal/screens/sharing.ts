/** What went to a remote, and what came from one: a line a session. */
import { dim, green, yellow } from "../style.ts";
import { table } from "../table.ts";

export interface SharingRow {
  readonly id: string;
  readonly branch: string;
  readonly title: string;
  /** What happened, in one word. */
  readonly what: string;
}

const PAINT: Readonly<Record<string, (text: string) => string>> = {
  refused: yellow,
  skipped: yellow,
  same: dim,
  ahead: dim,
};

/** Returns a line a session: what happened, title, branch, id. */
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
