/** Formats the `Impact` trailer: the size of a commit's changes. Pure. */
import type { ImpactLine } from "../session/session.ts";
import { plural } from "../text/plural.ts";

export interface ImpactInput {
  readonly files: readonly {
    readonly path: string;
    readonly change: "added" | "changed" | "removed" | "renamed";
    readonly from?: string;
    readonly added?: number;
    readonly removed?: number;
    readonly binary?: true;
  }[];
  readonly tests: { readonly added: number; readonly removed: number };
  /** Coverage before and after, such as `79% → 84%`; absent without a coverage report. */
  readonly coverage?: string;
}

/** Maximum files to name; with more, the trailer shows their number. */
const NAMED = 5;

/**
 * Returns the lines of the `Impact` trailer; an empty list without changed files. Leaves out the numbers of
 * lines if git could not count those of a file.
 */
export function impactOf(input: ImpactInput): ImpactLine[] {
  const { files, tests } = input;
  if (files.length === 0) return [];
  const counted = areCounted(files)
    ? `, +${sum(files.map((each) => each.added))} -${sum(files.map((each) => each.removed))}`
    : "";
  const lines = [
    ...named(
      "Added",
      files.filter((each) => each.change === "added").map((each) => each.path),
    ),
    ...named(
      "Removed",
      files.filter((each) => each.change === "removed").map((each) => each.path),
    ),
    ...named(
      "Renamed",
      files.filter((each) => each.change === "renamed").map((each) => `${each.from} → ${each.path}`),
    ),
    { key: "Changed", value: `${plural(files.length, "file")}${counted}` },
  ];
  const net = tests.added - tests.removed;
  if (net !== 0) lines.push({ key: "Tests", value: net > 0 ? `+${net}` : `${net}` });
  if (input.coverage !== undefined) lines.push({ key: "Coverage", value: input.coverage });
  return lines;
}

/**
 * Returns coverage as text: `79% → 84%`, or one number if nothing changed or the earlier value is unknown.
 */
export function coverageText(before: number | undefined, after: number): string {
  const now = percent(after);
  return before === undefined || percent(before) === now ? now : `${percent(before)} → ${now}`;
}

/** Returns coverage over several commits, oldest first: from the first known value to the last. */
export function coverageOver(impacts: readonly (readonly ImpactLine[])[]): string | undefined {
  const values = impacts.flat().flatMap((each) => (each.key === "Coverage" ? [each.value] : []));
  const before = values[0]?.split(" → ")[0];
  const after = values.at(-1)?.split(" → ").at(-1);
  return before === after ? after : `${before} → ${after}`;
}

/** Returns a percentage with at most one decimal, never rounded up to 100. */
export function percent(value: number): string {
  return `${Math.floor(value * 10) / 10}%`;
}

/** Reports whether git counted the lines of every file. A binary file has no lines. */
export function areCounted(files: readonly { readonly added?: number; readonly binary?: true }[]): boolean {
  return files.every((each) => each.added !== undefined || each.binary);
}

function named(key: string, paths: readonly string[]): ImpactLine[] {
  if (paths.length > NAMED)
    return [{ key, value: `${paths.length} files: ${paths.slice(0, 3).join(", ")}, …` }];
  return paths.map((value) => ({ key, value }));
}

function sum(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((total, each) => total + (each ?? 0), 0);
}
