/** Formats the `Impact` trailer: the size of a commit's changes. Pure. */
import type { ImpactLine } from "../session/session.ts";
import { plural } from "../text/plural.ts";
import { changedIn, testsIn } from "./impact-size.ts";

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
  const pathsOf = (change: string) =>
    files
      .filter((each) => each.change === change)
      .map((each) => (change === "renamed" ? `${each.from} → ${each.path}` : each.path));
  const counted = areCounted(files) ? `, ${linesText(files)}` : "";
  return [
    ...named("Added", pathsOf("added")),
    ...named("Removed", pathsOf("removed")),
    ...named("Renamed", pathsOf("renamed")),
    ...numbers(`${plural(files.length, "file")}${counted}`, tests.added - tests.removed, input.coverage),
  ];
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

/**
 * Merges the impacts of several commits, oldest first: sums lines and tests. Leaves out the number of files,
 * because several commits may change the same file.
 */
export function mergeImpacts(impacts: readonly (readonly ImpactLine[])[]): ImpactLine[] {
  const some = impacts.filter((each) => each.length > 0);
  if (some.length < 2) return [...(some[0] ?? [])];
  const all = some.flat();
  const paths = all.filter((each) => !/^(?:Changed|Tests|Coverage)$/.test(each.key));
  const sizes = some.map(changedIn);
  return [
    ...new Map(paths.map((each) => [`${each.key}: ${each.value}`, each])).values(),
    ...numbers(
      sizes.every((each) => each.added !== undefined) ? linesText(sizes) : undefined,
      sum(all.map(testsIn)),
      coverageOver(some),
    ),
  ];
}

function linesText(files: readonly { readonly added?: number; readonly removed?: number }[]): string {
  return `+${sum(files.map((each) => each.added))} -${sum(files.map((each) => each.removed))}`;
}

function numbers(changed: string | undefined, tests: number, coverage: string | undefined): ImpactLine[] {
  const all = {
    Changed: changed,
    Tests: tests === 0 ? undefined : `${tests > 0 ? "+" : ""}${tests}`,
    Coverage: coverage,
  };
  return Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]));
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
