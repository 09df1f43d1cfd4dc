/** Chooses the part of long loops that `npm test` runs, by a printed seed. `npm run test:all` runs them completely. */
import { expect } from "vitest";

export const ALL = process.env.SESSION_TEST_ALL === "1";

/** Milliseconds that a test with a long loop may take. */
export const LONG = ALL ? 3_600_000 : 600_000;

export const SEED = Number(process.env.SESSION_TEST_SEED ?? 1);

/** Returns a number below a limit, the same for the same seed and test. */
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

/** Entries of a tree that is too large to walk. */
export const ENTRIES = ALL ? 1_000_000 : 100_000;

/** Returns the seeds to run: all, or one of them. SESSION_FUZZ_SEED sets others. */
export function sampledSeeds(all: readonly number[]): readonly number[] {
  return process.env.SESSION_FUZZ_SEED?.split(",").map(Number) ?? sampleOne(all);
}

/** Returns all of some slow and similar variants, or one. */
export function sampleOne<T>(all: readonly T[]): readonly T[] {
  return sampleEvery(all, all.length);
}

/** Returns all of some slow and similar cases, or every n-th from a random one. */
export function sampleEvery<T>(all: readonly T[], every: number): readonly T[] {
  return ALL ? all : all.filter((_each, at) => at % every === SEED % every);
}
