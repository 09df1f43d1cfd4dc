/** Reads the size of a commit from the `Impact` trailer. Pure. */
import type { ImpactLine } from "../session/session.ts";

/** Returns the numbers in the `Changed` line of an Impact. Omits numbers that the line lacks. */
export function changedIn(impact: readonly ImpactLine[]): {
  readonly files?: number;
  readonly added?: number;
  readonly removed?: number;
} {
  const value = impact.find((each) => each.key === "Changed")?.value ?? "";
  const numbers = /^(?:(\d{1,9}) files?(?:, |$))?(?:\+(\d{1,9}) -(\d{1,9}))?/;
  const [, files, added, removed] = numbers.exec(value) ?? [];
  return {
    ...(files === undefined ? {} : { files: Number(files) }),
    ...(added === undefined ? {} : { added: Number(added), removed: Number(removed) }),
  };
}

/** Returns the number of a `Tests` line: added minus removed tests; undefined for another line. */
export function testsIn({ key, value }: ImpactLine): number | undefined {
  return key === "Tests" ? Number.parseInt(value, 10) || 0 : undefined;
}
