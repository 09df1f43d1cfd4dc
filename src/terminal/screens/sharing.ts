/** What went to a remote, and what came from one: a line a session. */
import { dim, green, yellow } from "../style.ts";

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

export function sharingLines(rows: readonly SharingRow[]): string[] {
  const width = Math.max(0, ...rows.map(({ what }) => what.length));
  return rows.map(({ what, id, branch, title }) => {
    const paint = PAINT[what] ?? green;
    return `${paint(what.padEnd(width))}  ${id}  ${branch}  ${title}`;
  });
}
