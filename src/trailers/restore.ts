/** Rebuilds a session from the trailers of its commits, for a clone that has only the branch. Pure. */

import { sessionId } from "../session/ids.ts";
import type { CheckpointRecord } from "../session/session.ts";
import { newSession, type SessionContext, type SessionState } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { dateOf, numberOf, type ReadCommit } from "./checkpoints.ts";
import { type HistoryCommit, mergeFromCommits } from "./merge-from-commits.ts";
import { reachableCommits } from "./reachable.ts";

type History = readonly ReadCommit<HistoryCommit>[];

/**
 * Returns the newest commit that carries the branch's session; undefined without such a commit. Prefers the
 * branch's first-parent line: merged and picked commits may carry other sessions.
 */
export function newestCarrier(history: History): Carrier | undefined {
  const line = firstParents(history);
  const all = [...line, ...history].flatMap((each) => (isCarrier(each) ? [each] : []));
  return all.find((each) => !isPicked(each)) ?? all[0];
}

/**
 * Returns the history of a branch, newest first, with a session id in the records of other tools, which have
 * none: the id of the first commit with such objectives. Changes nothing if commits carry another session.
 */
export function withIds<T extends HistoryCommit>(
  history: readonly ReadCommit<T>[],
): readonly ReadCommit<T>[] {
  const isNameless = ({ record }: ReadCommit<T>) =>
    record !== undefined && record.id === undefined && record.objectives.length > 0;
  const first = history.findLast(isNameless);
  if (!first) return history;
  const id = sessionId(
    Uint8Array.from(first.commit.oid.slice(0, 24).match(/../g) ?? [], (each) => parseInt(each, 16)),
  );
  const named = newestCarrier(history)?.record.id ?? id;
  if (named !== id) return history;
  return history.map((each) =>
    each.record && isNameless(each) ? { ...each, record: { ...each.record, id, nameless: true } } : each,
  );
}

type Carrier = ReadCommit<HistoryCommit> & { readonly record: CheckpointRecord & { readonly id: string } };

function isCarrier(each: ReadCommit<HistoryCommit>): each is Carrier {
  return each.record?.id !== undefined;
}

function firstParents(history: History): ReadCommit<HistoryCommit>[] {
  const byId = new Map(history.map((each) => [each.commit.oid, each]));
  const line: ReadCommit<HistoryCommit>[] = [];
  for (let at = history[0]; at !== undefined; at = byId.get(at.commit.parents[0] ?? "")) line.push(at);
  return line;
}

function isPicked({ commit }: ReadCommit): boolean {
  return /^\(cherry picked from commit [0-9a-f]+\)$/m.test(commit.message);
}

/** Reports whether a commit combines others: a squash by git, a forge or `end --squash`, or a cherry-pick. */
export function isFolded(each: ReadCommit): boolean {
  const { message } = each.commit;
  return each.recovered || isPicked(each) || FOLDED.some((pattern) => pattern.test(message));
}

/**
 * Matches messages of combined commits: `Squashed commit of the following:`, a subject ending in `(#12)` or
 * `(!12)`, or a list of subjects.
 */
const FOLDED = [/^Squashed commit of the following:$/m, /^[^\n]*\([#!]\d+\)(?:\n|$)/, /^[^\n]*\n\n\* \S/];

/**
 * Rebuilds the session of `newestCarrier`; undefined without such a commit. `fork`: the commit at which the
 * branch left its base. Trailers do not contain notes, tags, metadata or the start time, so the state lacks
 * them.
 */
export function stateFromCommits(
  branch: string,
  history: History,
  fork: SessionContext["base"],
  now: string,
): SessionState | undefined {
  const carrier = newestCarrier(history);
  if (carrier === undefined) return undefined;
  const newest = carrier.record;
  const { id } = newest;
  const mine = history.filter((each) => each.record?.id === id);
  const first = mine.at(-1)?.commit;
  const draft = newSession({ id, branch, base: baseOf(history, id, fork), now });
  // Items that only merged lines of history have count as new.
  const graph = new Map(history.map(({ commit }) => [commit.oid, commit]));
  const below = reachableCommits(graph, carrier.commit.oid);
  const records = mine.flatMap((each) => (below.has(each.commit.oid) && each.record) || []);
  const highest = (items: (record: CheckpointRecord) => readonly { readonly id: string }[]) =>
    Math.max(0, ...records.flatMap((record) => items(record).map((each) => numberOf(each.id))));
  const context: SessionContext = {
    ...draft.context,
    ...defined({ title: newest.title }),
    ...(first === undefined ? {} : { author: first.author, created: past(first, now) }),
    verified: mine
      .toReversed()
      .flatMap(({ commit, record }) =>
        (record?.verified ?? []).map(({ earlier, ...each }) => ({
          ...each,
          added: past(commit, now),
          ...(earlier === "" ? {} : { commit: earlier ?? commit.oid }),
        })),
      ),
    // Time of the last checkpoint: a commit carries every check up to this time.
    checkpointed:
      mine
        .map(({ commit }) => past(commit, now))
        .sort()
        .at(-1) ?? now,
    last: { obj: highest((record) => record.objectives), blk: highest((record) => record.blockers), dec: 0 },
  };
  const objectives = newest.objectives.map((each) => ({ ...each, ...timesOf(mine, each.id, "objectives") }));
  const blockers = newest.blockers.map((each) => ({ ...each, ...timesOf(mine, each.id, "blockers") }));
  // Adds decisions, and items of merged lines of history that the newest checkpoint lacks.
  const { state } = mergeFromCommits({ state: { context, objectives, blockers }, events: [] }, history);
  return { ...state, context: { ...state.context, committed: byName(state.context.committed, history) } };
}

/**
 * Removes commits that name no session as carriers of its decisions, so that the next checkpoint carries the
 * decisions.
 */
function byName(committed: Record<string, string>, history: History): Record<string, string> {
  const nameless = new Set(history.flatMap(({ record, commit }) => (record?.nameless ? [commit.oid] : [])));
  return Object.fromEntries(Object.entries(committed).filter(([, oid]) => !nameless.has(oid)));
}

/** Returns the times at which an item was added and finished, according to commits. `mine`: newest first. */
function timesOf(mine: History, id: string, list: "objectives" | "blockers") {
  const of = ({ record }: ReadCommit<HistoryCommit>) => record?.[list].find((each) => each.id === id);
  const isOver = (item: ReturnType<typeof of>) =>
    item !== undefined && ("mark" in item ? item.mark === "done" || item.mark === "dropped" : item.resolved);
  const first = mine.findLast((each) => of(each) !== undefined);
  const lastOpen = mine.findIndex((each) => !isOver(of(each)));
  const over = lastOpen === 0 ? undefined : mine[lastOpen < 0 ? mine.length - 1 : lastOpen - 1];
  const finished = over === undefined ? undefined : dateOf(over.commit).added;
  return { ...(first === undefined ? {} : dateOf(first.commit)), ...defined({ finished }) };
}

/**
 * Returns the commit at which the session's work begins: the parent session's checkpoint, else the commit at
 * which the branch left its base.
 */
function baseOf(history: History, id: string, fork: SessionContext["base"]): SessionContext["base"] {
  if (fork.commit === undefined) {
    const begun = (all: History) => all.findLast((each) => each.record?.id === id);
    const parent = (begun(firstParents(history)) ?? begun(history))?.commit.parents[0];
    return parent === undefined ? fork : { ...fork, commit: parent };
  }
  const line = firstParents(history);
  const first = line.findLastIndex((each) => each.record?.id === id);
  const below =
    first < 0
      ? undefined
      : line.slice(first).find((each) => each.record?.id !== id && each.record?.id !== undefined);
  return below ? { ...fork, commit: below.commit.oid } : fork;
}

/** Returns the date of a commit, or now if its clock was ahead. */
function past(commit: HistoryCommit, now: string): string {
  const at = dateOf(commit).added;
  return at === undefined || at > now ? now : at;
}
