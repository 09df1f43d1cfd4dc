/** Reads a branch's former names from its reflog, and whether the branch was created again. Pure. */

import { commitsOf, type SessionEvent } from "./events/events.ts";
import type { SessionState } from "./state.ts";

export interface ReflogEntry {
  readonly oid: string;
  /** Full name of the ref, or `HEAD`. */
  readonly ref: string;
  /** Time of the reflog entry in seconds since the epoch. */
  readonly at: number;
  readonly message: string;
}

const RENAMED = /^Branch: renamed refs\/heads\/(\S+) to refs\/heads\/(\S+)$/;
/** Matches the message of a branch's creation; a first reflog entry without a message counts too. */
const CREATED = /^(?:branch: Created from|clone: from|commit \(initial\)|fetch\b.*: storing head|$)/;

/** Returns the earlier names of a branch, newest first. */
export function namesBefore(branch: string, entries: readonly ReflogEntry[]): string[] {
  const names: string[] = [];
  for (const { message } of entries) {
    const [, from, to] = RENAMED.exec(message) ?? [];
    if (from !== undefined && to === (names.at(-1) ?? branch)) names.push(from);
  }
  return names;
}

/** Returns the current name of a branch that was renamed, from the rename entries of all reflogs. */
export function renamedTo(branch: string, entries: readonly ReflogEntry[]): string | undefined {
  for (const ref of new Set(entries.map((each) => each.ref))) {
    const name = ref.replace(/^refs\/heads\//, "");
    const own = entries.filter((each) => each.ref === ref);
    if (name !== branch && namesBefore(name, own).includes(branch)) return name;
  }
  return undefined;
}

/** Returns the commits at which HEAD left a branch, newest first. `entries`: the reflog of HEAD. */
export function headDepartures(branch: string, entries: readonly ReflogEntry[]): string[] {
  const left = `checkout: moving from ${branch} to `;
  return entries.flatMap(({ message }, at) => (message.startsWith(left) ? (entries[at + 1]?.oid ?? []) : []));
}

/** Returns the commits that were on the session's branch according to its record, oldest first. */
export function knownCommits(state: SessionState, events: readonly SessionEvent[]): string[] {
  const { committed, dropped = {}, tip } = state.context;
  const logged = events.flatMap(commitsOf);
  const carriers = [...Object.values(dropped), ...Object.values(committed)];
  return [...new Set([...carriers, ...logged, ...(tip === undefined ? [] : [tip])])];
}

/**
 * Returns the commits that this clone made, from the branch's reflog (newest first) and the log. Includes
 * commits that replace one of them. An amended commit of another clone does not count.
 */
export function madeInThisClone(
  entries: readonly ReflogEntry[],
  logged: readonly string[],
  rewrites: ReadonlyMap<string, string>,
): Set<string> {
  const made = new Set(logged);
  let before = "";
  for (const { oid, message } of entries.toReversed()) {
    const isNew = /^commit(?: \((?:initial|merge)\))?: /.test(message);
    if (isNew || (message.startsWith("commit (amend): ") && made.has(before))) made.add(oid);
    before = oid;
  }
  for (const [old, now] of rewrites) if (made.has(old)) made.add(now);
  return made;
}

/**
 * Reports whether the branch was created after the session was last started or resumed on it. `entries`: the
 * reflog of the branch. Without a reflog, or with its beginning expired, returns false.
 */
export function isRecreated(
  entries: readonly ReflogEntry[],
  events: readonly SessionEvent[],
  known: readonly string[],
): boolean {
  const oldest = entries.at(-1);
  if (!oldest || !CREATED.test(oldest.message)) return false;
  const oids = new Set(entries.map((each) => each.oid));
  if (known.some((oid) => oids.has(oid))) return false;
  const last = events.findLastIndex((each) => TAKEN_UP.has(each.type));
  const taken = Math.floor(Date.parse(events[last]?.at ?? "") / 1000);
  if (Number.isNaN(taken)) return false;
  if (oldest.at < taken || oldest.at > taken + CHECKOUT) return oldest.at > taken;
  // During the checkout, decides by a commit made since: the reflog of the same branch would list it.
  return events.slice(last).some((each) => "commit" in each && each.commit !== undefined);
}

/**
 * Seconds that a checkout may take: `start` logs its time before git writes the files and creates the branch.
 */
const CHECKOUT = 60;

const TAKEN_UP = new Set(["session.started", "session.resumed", "branch.renamed"]);
