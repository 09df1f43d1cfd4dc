/** Hits by line, as parsers of coverage reports collect them. */

/** Path as the report spells it, with slashes, then line to hits. */
export type Hits = Map<string, Map<number, number>>;

export interface Parsed {
  readonly files: Hits;
  /** What the report says of all lines together, for one that names no lines. */
  readonly said?: { readonly covered: number; readonly total: number };
}

/** A line that is reported twice is covered if it is in one of them. Whatever is no line or no count is passed over. */
export function hit(files: Hits, name: string, line: unknown, hits: unknown): void {
  if (name === "" || !isCount(line) || line < 1 || !isCount(hits)) return;
  const file = name.replaceAll("\\", "/").replace(/^\.\//, "");
  const known = files.get(file) ?? new Map<number, number>();
  known.set(line, Math.max(known.get(line) ?? 0, hits));
  files.set(file, known);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Undefined for a text that is missing or is no whole number: `Number("")` would be 0. */
export function numberIn(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
