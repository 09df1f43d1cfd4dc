/** What a branch's reflog tells about its name: where it came from, and whether it is the branch it was. Pure. */

import { commitsOf, type SessionEvent } from "./events.ts";
import type { SessionState } from "./state.ts";

export interface ReflogEntry {
  readonly oid: string;
  /** Full ref, or HEAD. */
  readonly ref: string;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly message: string;
}

const RENAMED = /^Branch: renamed refs\/heads\/(\S+) to refs\/heads\/(\S+)$/;
/** An update without a message is a creation too, where it is the first of its reflog. */
const CREATED = /^(?:branch: Created from|clone: from|commit \(initial\)|fetch\b.*: storing head|$)/;

/** Names that a branch had before, the last one first. */
export function namesBefore(branch: string, entries: readonly ReflogEntry[]): string[] {
  const names: string[] = [];
  for (const { message } of entries) {
    const [, from, to] = RENAMED.exec(message) ?? [];
    if (from !== undefined && to === (names.at(-1) ?? branch)) names.push(from);
  }
  return names;
}

/** The branch that a branch of this name became, out of the rename entries of all branches. */
export function renamedTo(branch: string, entries: readonly ReflogEntry[]): string | undefined {
  for (const ref of new Set(entries.map((each) => each.ref))) {
    const name = ref.replace(/^refs\/heads\//, "");
    const own = entries.filter((each) => each.ref === ref);
    if (name !== branch && namesBefore(name, own).includes(branch)) return name;
  }
  return undefined;
}

/** Commits at which HEAD left a branch, the last one first. `entries` are those of HEAD. */
export function leftAt(branch: string, entries: readonly ReflogEntry[]): string[] {
  const left = `checkout: moving from ${branch} to `;
  return entries.flatMap(({ message }, at) => (message.startsWith(left) ? (entries[at + 1]?.oid ?? []) : []));
}

/** Commits that the session's own record knows to have been on its branch, the last one last. */
export function knownCommits(state: SessionState, events: readonly SessionEvent[]): string[] {
  const { committed, dropped = {}, tip } = state.context;
  const logged = events.flatMap(commitsOf);
  const carriers = [...Object.values(dropped), ...Object.values(committed)];
  return [...new Set([...carriers, ...logged, ...(tip === undefined ? [] : [tip])])];
}

/**
 * Returns the commits that this clone made, by the reflog of their branch, newest first, and by what the log tells. What
 * takes the place of one of them is one of them; an amended commit may have come from another clone.
 */
export function madeHere(
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
 * Whether the branch was created after the session was last taken up on it. `entries` are those of the branch's reflog;
 * where it has none, or its beginning has expired, nobody can tell, and it counts as the same branch.
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
  // A start notes its time before git makes the branch, which may be in the second after.
  if (oldest.at < taken || oldest.at > taken + 1) return oldest.at > taken;
  // Within that time only a commit made since can tell: the branch's own reflog would know it.
  return events.slice(last).some((each) => "commit" in each && each.commit !== undefined);
}

const TAKEN_UP = new Set(["session.started", "session.resumed", "branch.renamed"]);
