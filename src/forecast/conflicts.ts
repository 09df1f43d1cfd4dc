/** Conflicts before they happen: each two branches that are worked on, merged in memory. */

import { mergeEach } from "../git/move/merge-many.ts";
import { mergeResult } from "../git/move/merge-result.ts";
import type { IndexWorkspace } from "../git/move/separate-index.ts";
import type { Place } from "../place/place.ts";
import { mapLimited } from "../text/concurrency.ts";
import type {
  ConflictFile,
  ConflictPair,
  ConflictSide,
  Conflicts,
  Forecast,
} from "../views/shapes/conflicts.ts";
import { type ObjectFolders, withObjects } from "../worktree/compare-files.ts";
import { type Conflict, describeConflicts } from "./details.ts";
import { Forecasts } from "./kept.ts";
import { keepLook } from "./known.ts";
import { type Side, tipsOf, withWork } from "./sides.ts";

/** Git processes in one moment. */
const AT_ONCE = 4;

/** Merges for which another process is worth its start. */
const EACH = 12;

export type Pair = readonly [one: Side, other: Side];

interface Asked {
  /** Also sessions of remotes, as they were fetched. */
  readonly remotes?: boolean;
  /** Keep the answers for the next look; default true. */
  readonly keeps?: boolean;
}

/**
 * Merges the branches of all sessions that have not ended, in pairs and with the default branch, with what is not
 * committed in their worktrees. Writes nothing of git's.
 */
export async function conflictsOf(
  place: Place,
  { remotes = false, keeps = true }: Asked = {},
): Promise<Conflicts> {
  const tips = await tipsOf(place, remotes);
  return withObjects(place.repository, async (objects, folder) => {
    const sides = await withWork(place, tips, objects, folder);
    const pairs = sides.flatMap((one, at) => sides.slice(at + 1).map((other): Pair => [one, other]));
    const forecasts = await forecastsOf(place, pairs, objects, keeps);
    const found = pairs.flatMap(([one, other], at) => {
      const { how, files } = forecasts[at] ?? CLEAN;
      return how === "clean" ? [] : [{ one, other, how, files }];
    });
    const named = found.filter(({ how }) => how === "conflicts");
    if (keeps)
      await keepLook(
        place,
        named.map(({ files, ...each }) => ({ ...each, files: files.map((file) => file.path) })),
      );
    const conflicts = found.map(
      ({ one, other, how, files }): ConflictPair => ({
        ...{ one: sideView(one), other: sideView(other), how, files, since: earliest(files) },
      }),
    );
    return { branches: sides.map(sideView), pairs: pairs.length, conflicts };
  });
}

const CLEAN: Forecast = { how: "clean", files: [] };

/** Returns what each pair comes to, in order: from the cache, else worked out by as few git processes as do it. */
export async function forecastsOf(
  { repository, sessionsDir }: Place,
  pairs: readonly Pair[],
  objects: ObjectFolders,
  keeps = true,
): Promise<Forecast[]> {
  const known = await Forecasts.read(sessionsDir);
  const of = ([one, other]: Pair) =>
    one.commit === other.commit ? CLEAN : known.get(one.commit, other.commit);
  const missing = pairs.filter((each) => of(each) === undefined);
  if (missing.length > 0) {
    const size = Math.max(EACH, Math.ceil(missing.length / AT_ONCE));
    const parts = Array.from({ length: Math.ceil(missing.length / size) }, (_, at) =>
      missing.slice(at * size, (at + 1) * size),
    );
    const bench = { repository, scratch: sessionsDir };
    await mapLimited(parts, AT_ONCE, async (part) => {
      for (const [[one, other], forecast] of await merged(bench, part, objects))
        known.set(one.commit, other.commit, forecast);
    });
    if (keeps) await known.write(sessionsDir, pairs);
  }
  return pairs.map((each) => of(each) ?? CLEAN);
}

/** Merges some pairs by one git process, and describes those that conflict. */
async function merged(
  bench: IndexWorkspace,
  pairs: readonly Pair[],
  objects: ObjectFolders,
): Promise<[Pair, Forecast][]> {
  const { root } = bench.repository;
  const commits = pairs.map(([one, other]) => [one.commit, other.commit] as const);
  const results =
    (await mergeEach(root, commits, objects)) ??
    (await mapLimited(pairs, AT_ONCE, (each) => mergeOne(bench, each)));
  const found = pairs.map((sides, at) => ({ sides, ...(results[at] as One) }));
  const conflicts = found.filter((each) => each.how === "conflicts");
  const files = await describeConflicts(root, conflicts, objects);
  return found.map((each): [Pair, Forecast] => {
    const at = conflicts.findIndex(({ sides }) => sides === each.sides);
    return [each.sides, { how: each.how, files: files[at] ?? [] }];
  });
}

type One =
  | { readonly how: "clean" | "unrelated" }
  | ({ readonly how: "conflicts" } & Omit<Conflict, "sides">);

/** git before 2.39 merges one pair at a time, and only what is committed. */
async function mergeOne(bench: IndexWorkspace, [one, other]: Pair): Promise<One> {
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
