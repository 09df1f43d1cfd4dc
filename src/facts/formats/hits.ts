/** Collects hits by line, for the parsers of coverage reports. */

/** Number of hits by line number, for each path as the report spells it, with slashes. */
export type Hits = Map<string, Map<number, number>>;

/** The content of a coverage report. */
export interface Parsed {
  readonly files: Hits;
  /** Total that the coverage report states itself, for a report without lines. */
  readonly said?: { readonly covered: number; readonly total: number };
}

/**
 * Records the hits of a line. A line reported twice keeps the higher count. Ignores values that are not a
 * line number or count.
 */
export function hit(files: Hits, name: string, line: unknown, hits: unknown): void {
  if (name === "" || !isCount(line) || line < 1 || !isCount(hits)) return;
  const file = name.replaceAll("\\", "/").replace(/^\.\//, "");
  const known = files.get(file) ?? new Map<number, number>();
  known.set(line, Math.max(known.get(line) ?? 0, hits));
  files.set(file, known);
}

/** Returns whether a value is a whole number of at least zero. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * Parses a whole number. Returns undefined for other text, and for an empty text, for which `Number` returns
 * 0.
 */
export function numberIn(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
