/**
 * Caches the conflicts that the last forecast found, so that other screens can show them without merging
 * again.
 */
import { listRefs } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { readCache, writeCache } from "../store/cache.ts";
import { now } from "../surroundings.ts";
import { markForeign } from "../text/foreign-text.ts";
import { age } from "../text/time/duration.ts";
import type { Side } from "./sides.ts";

const FILE = "conflicts";
const VERSION = 1;

/** Maximum conflicts to show, and maximum files of each conflict. */
const MOST = 3;

/** A branch of a conflict, with its commit at the time of the forecast. */
interface Seen {
  readonly ref: string;
  readonly branch: string;
  readonly tip: string;
  readonly uncommitted: boolean;
}

/** The content of the cache file. */
interface Look {
  readonly version: number;
  /** Time of the forecast, in ISO 8601. */
  readonly at: string;
  readonly conflicts: readonly {
    readonly one: Seen;
    readonly other: Seen;
    readonly files: readonly string[];
  }[];
}

/** Two sides that conflict, and the files. */
export interface FoundConflict {
  readonly one: Side;
  readonly other: Side;
  readonly files: readonly string[];
}

/**
 * Writes the conflicts of a forecast to the cache. With `branch`, the forecast was about this branch
 * only, and conflicts between other branches stay. Writes nothing if the cache already holds the same.
 */
export async function keepLook(
  { sessionsDir }: Place,
  conflicts: readonly FoundConflict[],
  branch?: string,
): Promise<void> {
  const before = (await lastLook(sessionsDir))?.conflicts ?? [];
  const isOther = ({ one, other }: Look["conflicts"][number]) =>
    branch !== undefined && one.branch !== branch && other.branch !== branch;
  const found = conflicts.map(({ one, other, files }) => ({ one: seen(one), other: seen(other), files }));
  const all = [...before.filter(isOther), ...found];
  const isSame = JSON.stringify(before) === JSON.stringify(all);
  if (isSame && !all.some(({ one, other }) => one.uncommitted || other.uncommitted)) return;
  const look: Look = { version: VERSION, at: now(), conflicts: all };
  await writeCache(sessionsDir, FILE, Buffer.from(JSON.stringify(look)));
}

function seen({ branch, remote, tip, commit }: Side): Seen {
  const uncommitted = commit !== tip;
  return remote === undefined
    ? { ref: `refs/heads/${branch}`, branch, tip, uncommitted }
    : { ref: `refs/remotes/${remote}/${branch}`, branch: `${remote}/${branch}`, tip, uncommitted };
}

async function lastLook(sessionsDir: string): Promise<Look | undefined> {
  try {
    const look = JSON.parse((await readCache(sessionsDir, FILE))?.toString("utf8") ?? "") as Look;
    return look.version === VERSION ? look : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns a sentence for each branch that the current branch would conflict with, from the cache, if
 * neither branch has moved since. Runs git only if the cache has such a conflict.
 */
export async function knownConflicts({ repository, sessionsDir }: Place): Promise<string[]> {
  const { root, branch, head } = repository;
  if (branch === undefined) return [];
  const look = await lastLook(sessionsDir);
  const own = (look?.conflicts ?? []).flatMap(({ one, other, files }) => {
    if (one.ref === `refs/heads/${branch}`) return [{ self: one, other, files }];
    return other.ref === `refs/heads/${branch}` ? [{ self: other, other: one, files }] : [];
  });
  const still = own.filter((each) => each.self.tip === head);
  if (!look || still.length === 0) return [];
  const refs = await listRefs(root, "refs/heads/", "refs/remotes/");
  return still
    .filter(({ other }) => refs.get(other.ref) === other.tip)
    .slice(0, MOST)
    .map(({ self, other, files }) => {
      const when = self.uncommitted || other.uncommitted ? `, as it was ${age(look.at, now())} ago` : "";
      return `It would conflict with ${conflictText(other.branch, files)}${when}: ${markForeign("session conflicts")}.`;
    });
}

/** Returns text such as `fix/crash in src/a.ts, src/b.ts and 2 more`. */
export function conflictText(branch: string, files: readonly string[]): string {
  const more = files.length > MOST ? ` and ${files.length - MOST} more` : "";
  return `${markForeign(branch)} in ${files.slice(0, MOST).map(markForeign).join(", ")}${more}`;
}
