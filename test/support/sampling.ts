/** What `npm run test:all` runs completely, and `npm test` in part: other parts each time, by a seed that is printed. */
import { expect } from "vitest";

export const ALL = process.env.SESSION_TEST_ALL === "1";

export const SEED = Number(process.env.SESSION_TEST_SEED ?? 1);

/** A number below a limit, the same for the same seed and the same test. */
function chance(below: number): number {
  let state = SEED >>> 0;
  for (const letter of expect.getState().currentTestName ?? "")
    state = (Math.imul(state ^ letter.charCodeAt(0), 0x5bd1e995) >>> 0) ^ (state >>> 15);
  return (state >>> 0) % below;
}

/**
 * Returns the changes, 1 to a limit, at which a loop strikes: each of them, or every n-th from a random one. A loop ends by
 * itself at the first strike after the last change.
 */
export function sampledChanges(limit: number, every = 10): number[] {
  const [first, step] = ALL ? [1, 1] : [1 + chance(Math.min(every, limit - 1)), every];
  return Array.from({ length: Math.ceil((limit - first) / step) }, (_, n) => first + n * step);
}

/** Entries of a tree that nobody may go through. */
export const ENTRIES = ALL ? 1_000_000 : 100_000;

/** Returns the seeds that a test runs: all, or one of them. SESSION_FUZZ_SEED names others. */
export function sampledSeeds(all: readonly number[]): readonly number[] {
  return process.env.SESSION_FUZZ_SEED?.split(",").map(Number) ?? sampleOne(all);
}

/** Returns all of these, or one: of variants that take long and differ in little. */
export function sampleOne<T>(all: readonly T[]): readonly T[] {
  return ALL ? all : [all[SEED % all.length] as T];
}
