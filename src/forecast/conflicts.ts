/** Conflicts before they happen: each two branches that are worked on, merged in memory. */
import { mergeResult } from "../git/move/merge.ts";
import { type Merged, mergeEach } from "../git/move/merges.ts";
import type { Place } from "../place/place.ts";
import { inTurns } from "../text/turns.ts";
import type {
  ConflictFile,
  ConflictPair,
  ConflictSide,
  Conflicts,
  Forecast,
} from "../views/shapes/conflicts.ts";
import { type Objects, withObjects } from "../worktree/same.ts";
import { conflictFiles } from "./details.ts";
import { Forecasts } from "./kept.ts";
import { type Side, tipsOf, withWork } from "./sides.ts";

/** Git processes in one moment. */
const AT_ONCE = 4;

/** Merges for which another process is worth its start. */
const EACH = 12;

type Pair = readonly [one: Side, other: Side];

/**
 * Merges the branches of all sessions that have not ended, in pairs and with the default branch, with what is not
 * committed in their worktrees. `remotes`: also sessions that were fetched. Writes a cache, and nothing of git's.
 */
export async function conflictsOf(
  place: Place,
  { remotes = false }: { readonly remotes?: boolean } = {},
): Promise<Conflicts> {
  const tips = await tipsOf(place, remotes);
  return withObjects(place.repository, async (objects, folder) => {
    const sides = await withWork(place, tips, objects, folder);
    const pairs = sides.flatMap((one, at) => sides.slice(at + 1).map((other): Pair => [one, other]));
    const forecasts = await forecastsOf(place, pairs, objects);
    const conflicts = pairs.flatMap(([one, other], at): ConflictPair[] => {
      const { how, files } = forecasts[at] ?? { how: "clean", files: [] };
      if (how === "clean") return [];
      return [{ one: sideView(one), other: sideView(other), how, files, since: earliest(files) }];
    });
    return { branches: sides.map(sideView), pairs: pairs.length, conflicts };
  });
}

/** Returns what each pair comes to, in order: from the cache, else worked out by as few git processes as do it. */
async function forecastsOf(
  { repository, sessionsDir }: Place,
  pairs: readonly Pair[],
  objects: Objects,
): Promise<(Forecast | undefined)[]> {
  const known = await Forecasts.read(sessionsDir);
  const missing = pairs.filter(([one, other]) => known.get(one.commit, other.commit) === undefined);
  if (missing.length > 0) {
    const size = Math.max(EACH, Math.ceil(missing.length / AT_ONCE));
    const parts = Array.from({ length: Math.ceil(missing.length / size) }, (_, at) =>
      missing.slice(at * size, (at + 1) * size),
    );
    await inTurns(parts, AT_ONCE, async (part) => {
      const commits = part.map(([one, other]) => [one.commit, other.commit] as const);
      const merged = await mergeEach(repository.root, commits, objects);
      await inTurns([...part.entries()], AT_ONCE, async ([at, pair]) => {
        const [one, other] = pair;
        const result = merged?.[at] ?? (await mergeOne({ repository, scratch: sessionsDir }, pair));
        const files =
          result.how === "conflicts" ? await conflictFiles(repository.root, pair, result, objects) : [];
        known.set(one.commit, other.commit, { how: result.how, files });
      });
    });
    await known.write(
      sessionsDir,
      pairs.map(([one, other]) => [one.commit, other.commit]),
    );
  }
  return pairs.map(([one, other]) => known.get(one.commit, other.commit));
}

type One =
  | Exclude<Merged, { how: "conflicts" }>
  | (Omit<Merged & { how: "conflicts" }, "tree"> & { tree?: string });

/** git before 2.39 merges one pair at a time, and only what is committed. */
async function mergeOne(bench: Parameters<typeof mergeResult>[0], [one, other]: Pair): Promise<One> {
  const result = await mergeResult(bench, one.tip, other.tip);
  if (result.how === "unrelated") return { how: "unrelated" };
  if (result.how !== "conflicts") return { how: "clean" };
  return { how: "conflicts", files: result.paths.map((path) => ({ path })) };
}

function earliest(files: readonly ConflictFile[]): string | null {
  const times = files.flatMap(({ since }) => since ?? []);
  return times.sort((one, other) => Date.parse(one) - Date.parse(other))[0] ?? null;
}

function sideView({ tip: _tip, commit: _commit, ...side }: Side): ConflictSide {
  return side;
}
