/**
 * Forecasts merge conflicts: merges the branches of open sessions in pairs, in memory. Changes no branch,
 * index or work tree, and resolves no conflict.
 */

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
import { type Conflict, describeConflicts } from "./describe-conflicts.ts";
import { Forecasts } from "./forecast-cache.ts";
import { keepLook } from "./last-conflicts.ts";
import { type Side, tipsOf, withWork } from "./sides.ts";

/** Maximum git processes at the same time. */
const AT_ONCE = 4;

/** Minimum merges for one git process: starting a process for fewer costs more than it saves. */
const EACH = 12;

/** Two branches whose merge is forecast. */
export type Pair = readonly [one: Side, other: Side];

interface Asked {
  /** True to include sessions of remotes, as last fetched. */
  readonly remotes?: boolean;
  /** False to leave the cache unchanged; default true. */
  readonly keeps?: boolean;
}

/**
 * Finds the conflicts between the branches of all sessions that have not ended, in pairs and with the
 * default branch. Includes uncommitted changes of their worktrees. Writes nothing to the repository's
 * objects, refs or index.
 * @see git-merge-tree(1)
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

/**
 * Returns a forecast for each pair, in order: from the cache, else from git, with few processes for many
 * pairs.
 */
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

/** Merges the pairs with one git process, and describes the conflicts. */
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

/** Merges one pair without uncommitted changes, for git older than 2.39. */
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
