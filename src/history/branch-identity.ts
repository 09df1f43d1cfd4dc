/**
 * Checks that a session's branch is still the same branch: branches are renamed, deleted and created again.
 */

import { readdir } from "node:fs/promises";
import { log, mergeBase } from "../git/commits.ts";
import { reflog } from "../git/history/reflog.ts";
import { baseBranch, branchTip } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { isRecreated, knownCommits, namesBefore, type ReflogEntry } from "../session/branches.ts";
import { branchOf } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { markForeign } from "../text/foreign-text.ts";
import { withHint } from "../text/hint.ts";
import { shellWord } from "../text/shell.ts";
import type { ReadCommit } from "../trailers/checkpoints.ts";
import { storedSession } from "./stored-session.ts";

/**
 * Relation of a session to its branch. `earlier`: a branch of that name exists, but was created after the
 * session's own branch was deleted.
 */
export type Standing = "own" | "gone" | "earlier";

/**
 * Returns the relation of a session to its branch. Asks git only if the session does not know the branch's
 * commit.
 */
export async function standingOf(place: Place, session: LoadedSession): Promise<Standing> {
  const { repository } = place;
  const branch = branchOf(session.state.context);
  const tip = await branchTip(repository, branch);
  if (tip === undefined) return branch === repository.branch ? "own" : "gone";
  return (await isOwn(repository.root, session, branch, tip)) ? "own" : "earlier";
}

async function isOwn(root: string, session: LoadedSession, branch: string, tip: string): Promise<boolean> {
  const { context } = session.state;
  const known = knownCommits(session.state, session.events);
  if (known.includes(tip)) return true;
  if (known.length === 0 && tip === context.base.commit) return true;
  const entries = await reflog(root, `refs/heads/${branch}`);
  if (entries.length === 0)
    return (
      context.base.commit === undefined || (await mergeBase(root, context.base.commit, tip)) !== undefined
    );
  if (!isRecreated(entries, session.events, known)) return true;
  const base = await baseBranch(root, branch);
  const range = [tip, ...(base?.refs ?? []).map((ref) => `^${ref}`)];
  return (await log(root, range, { grep: [context.id], limit: 1 })).length > 0;
}

/** A stored session of another branch that the user may mean. */
export interface Offer {
  readonly session: LoadedSession;
  readonly why: "earlier" | "renamed" | "commits";
}

/** Returns the reflog with a branch's earlier names. Asks git only if the clone has stored sessions. */
export async function branchReflog(place: Place, branch: string): Promise<ReflogEntry[]> {
  const names = await readdir(place.sessionsDir).catch(() => []);
  if (!names.some((name) => !name.startsWith("."))) return [];
  return (await branchTip(place.repository, branch)) === undefined
    ? []
    : reflog(place.repository.root, `refs/heads/${branch}`);
}

/**
 * Returns the session that a branch without one could resume: by its name, its earlier name, or its commits.
 */
export async function offerOn(
  place: Place,
  branch: string,
  entries: readonly ReflogEntry[],
  commits: readonly ReadCommit[] = [],
): Promise<Offer | undefined> {
  const stored = await storedSession(place, branch);
  if (stored) return { session: stored, why: "earlier" };
  for (const name of namesBefore(branch, entries)) {
    const session = await storedSession(place, name).catch(() => undefined);
    if (session && (await standingOf(place, session)) !== "own") return { session, why: "renamed" };
  }
  const ids = new Set(commits.flatMap((each) => each.record?.id ?? []));
  if (ids.size === 0) return undefined;
  const { localSessions } = await import("../store/sessions.ts");
  const local = await localSessions(place.sessionsDir);
  for (const session of local) {
    if (ids.has(session.state.context.id) && (await standingOf(place, session)) === "gone")
      return { session, why: "commits" };
  }
  return undefined;
}

/** Returns a sentence about the offered session, and the commands that resume or replace it. */
export function offerOf(
  { session, why }: Offer,
  branch: string,
): { readonly sentence: string; readonly commands: readonly string[] } {
  const { context } = session.state;
  const { id } = context;
  const title = markForeign(context.title);
  const before = markForeign(branchOf(context));
  const sentence = {
    earlier: `The stored session ${title} (${id}) belongs to an earlier branch ${markForeign(branch)}.`,
    renamed: `This branch was renamed from ${before}; its session ${title} is stored under that name.`,
    commits: `Commits on this branch belong to the session ${title} of the branch ${before}, which is gone.`,
  }[why];
  const again = why === "earlier" ? [`session start ${shellWord(branch)}`] : [];
  return { sentence, commands: [`session resume ${id}`, ...again] };
}

/** Returns the sentence about an offered session, with its commands as hints. */
export function offerText(offer: Offer, branch: string): string {
  const { sentence, commands } = offerOf(offer, branch);
  return commands.reduce(withHint, sentence);
}
