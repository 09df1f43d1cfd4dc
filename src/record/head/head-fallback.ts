/**
 * Finds the record of HEAD outside of local state: in snapshots or in commits. `head.ts` loads this file only
 * when needed.
 */
import { isAncestor, mergeBase } from "../../git/commits.ts";
import { branchTip, defaultBranch, refCommit, remoteCopies } from "../../git/refs.ts";
import { branchReflog, offerOn, standingOf } from "../../history/branch-identity.ts";
import { updatedFromBranch } from "../../history/branch-updates.ts";
import type { Rebuilt } from "../../history/rebuild.ts";
import { storedSession } from "../../history/stored-session.ts";
import type { Place } from "../../place/place.ts";
import { inheritedWords } from "../../session/authorship.ts";
import { EMPTY_TEXTS } from "../../session/files/state-files.ts";
import type { RecordSource } from "../../session/session.ts";
import {
  branchOf,
  isEnded,
  newSession,
  type SessionContext,
  type SessionState,
} from "../../session/state.ts";
import type { LoadedSession } from "../../store/load.ts";
import { now } from "../../surroundings.ts";
import { defined } from "../../text/defined.ts";
import { markForeign } from "../../text/foreign-text.ts";
import { shellWord } from "../../text/shell.ts";
import { age } from "../../text/time/duration.ts";
import { withContextOf } from "../../trailers/fork-state.ts";
import { type KnownSession, loadKnown } from "../known-sessions.ts";
import type { HeadRecord, ParentRecord } from "./head-record.ts";
import { carriedByDetachedHead, carriedSession, type Parent } from "./session-from-commits.ts";

/** Returns the record of a branch whose session is not in local state. */
export async function fallbackRecord(place: Place, branch: string): Promise<HeadRecord> {
  const tip = await branchTip(place.repository, branch);
  const [entries, { carried, base }] = await Promise.all([
    branchReflog(place, branch),
    carriedSession(place, branch, tip),
  ]);
  const offer = await offerOn(place, branch, entries);
  const on = { branch, detached: false, recorded: false, ...defined({ offer }) };
  const resume = `session resume ${shellWord(branch)}`;
  if (offer?.why === "renamed") return { ...on, ...stored(offer.session), command: resumeId(offer.session) };
  if (carried?.kind === "known") {
    const { known } = carried;
    const session = await loadKnown(place, known);
    const source = sourceOf(known, session);
    if (known.where !== "local") return { ...on, ...source, session, command: resume };
    return { ...on, ...source, session, offer: { session, why: "commits" }, command: resumeId(session) };
  }
  if (carried?.kind === "commits") return { ...on, ...committed(carried.rebuilt, branch), command: resume };
  if (carried && tip !== undefined) return { ...on, ...(await inherited(place, branch, carried, tip)) };
  // Suggests a new branch if the current branch is a default branch.
  const isDefault =
    base === undefined
      ? tip === undefined && (await defaultBranch(place.repository.root)) === branch
      : base.branch === undefined;
  const command = `session start ${isDefault ? "<new-branch>" : shellWord(branch)}`;
  return { ...on, ...defined({ base }), kind: "guess", command };
}

/** Returns the record of the session to which the commits of a detached HEAD belong. */
export async function recordOfDetached(place: Place): Promise<HeadRecord> {
  const { head } = place.repository;
  return head === undefined ? { ...DETACHED, kind: "guess" } : recordOfCommit(place, head);
}

const DETACHED = { branch: "", detached: true, recorded: false, command: "session start <branch>" } as const;

/** Returns the record for a detached HEAD. */
export async function recordOfCommit(place: Place, head: string): Promise<HeadRecord> {
  const { carried, base } = await carriedByDetachedHead(place, head);
  if (!carried) return (await ofDefaultBranch(place, head, DETACHED)) ?? { ...DETACHED, kind: "guess", base };
  const { known, branch, rebuilt } = carried;
  const session = known ? await loadKnown(place, known) : undefined;
  const source = known && session ? { ...sourceOf(known, session), session } : committed(rebuilt, branch);
  const parent = { session: source.session, branch, base: { commit: head } };
  return { ...DETACHED, ...source, parent };
}

/**
 * Returns the record if HEAD is detached at the tip of the default branch, which has a session in this
 * clone.
 */
async function ofDefaultBranch(
  place: Place,
  head: string,
  on: Omit<HeadRecord, "kind">,
): Promise<HeadRecord | undefined> {
  const { root } = place.repository;
  const branch = await defaultBranch(root);
  const session = branch === undefined ? undefined : await storedSession(place, branch);
  if (branch === undefined || !session) return undefined;
  const [tip, standing] = await Promise.all([
    refCommit(root, `refs/heads/${branch}`),
    standingOf(place, session),
  ]);
  if (tip !== head || standing !== "own") return undefined;
  return { ...on, ...stored(session), parent: { session, branch, base: { commit: head } } };
}

/** Returns the record of a session in this clone, found without the name of HEAD's branch. */
function stored(session: LoadedSession) {
  const words = `from the session of ${markForeign(branchOf(session.state.context))}`;
  return { kind: "local", words, session } as const;
}

function committed(rebuilt: Rebuilt, branch: string) {
  const { title, id } = rebuilt.state.context;
  const words =
    branch === ""
      ? `from the commits of the session ${markForeign(title === "HEAD" ? id : title)}`
      : `from the commits of ${markForeign(branch)}`;
  return { kind: "commits", words, session: fromCommits(rebuilt) } as const;
}

function sourceOf(known: KnownSession, session: LoadedSession): RecordSource {
  const { state, ended } = session.state.context;
  const branch = markForeign(known.branch);
  if (isEnded(state))
    return { kind: "ended", words: `session ${branch} ended ${age(ended ?? known.touched, now())} ago` };
  if (known.where !== "snapshot") return { kind: "local", words: `from the session of ${branch}` };
  const remote = known.remote === undefined ? "" : ` on ${markForeign(known.remote)}`;
  return { kind: "snapshot", words: `from the snapshot of ${branch}${remote}` };
}

function resumeId({ state }: LoadedSession): string {
  return `session resume ${state.context.id}`;
}

/** Marks all text of a session from commits as foreign: none of it was recorded in this clone. */
function fromCommits({ state }: Rebuilt): LoadedSession {
  const own = { words: [], events: 0, from: "commits" };
  return {
    folder: "",
    state: { ...state, context: { ...state.context, own } },
    texts: EMPTY_TEXTS,
    events: [],
    problems: [],
    damaged: new Map(),
  };
}

/** Returns the record that `start` would inherit on a branch cut from a session's branch. */
async function inherited(place: Place, branch: string, from: Parent, tip: string) {
  const session = await parentSession(place, from);
  const base = await leftAt(place, from, tip);
  const parent: ParentRecord = { session, branch: from.branch, base };
  const fresh = newSession({ id: "", branch, base, now: "" });
  const { branch: name } = from;
  const title = markForeign(session.state.context.title);
  return {
    kind: "inherited",
    words: name === "" ? `inherited from the session ${title}` : `inherited from ${markForeign(name)}`,
    session: { ...session, folder: "", events: [], problems: [], state: withParentRecord(fresh, parent) },
    parent,
    command: `session start ${shellWord(branch)}`,
  } as const;
}

/** Returns a fresh session with the parent's open items and its decisions. */
export function withParentRecord(fresh: SessionState, { session, base }: ParentRecord): SessionState {
  const made = withContextOf(fresh, session.state, now());
  const { id } = session.state.context;
  // Marks decisions that are pending at the parent as the parent's: only the parent's next commit carries
  // them.
  const decisions = made.context.decisions.map((each) => ({ ...each, session: each.session ?? id }));
  const own = inheritedWords(session, fresh.context.title);
  return { ...made, context: { ...made.context, decisions, base, ...own } };
}

async function parentSession(place: Place, { known, rebuilt }: Parent): Promise<LoadedSession> {
  if (!known) return fromCommits(rebuilt);
  const session = await loadKnown(place, known);
  if (known.where !== "local") return session;
  return { ...session, state: (await updatedFromBranch(place, session)).state };
}

/**
 * Finds the commit at which a branch left its parent session's branch, with the session's commits up to that
 * commit.
 */
async function leftAt(
  place: Place,
  { branch, rebuilt }: Parent,
  tip: string,
): Promise<SessionContext["base"]> {
  const { root } = place.repository;
  const { carrier } = rebuilt;
  if (branch === "") return { commit: carrier };
  const refs = [`refs/heads/${branch}`, ...(await remoteCopies(root, branch))];
  const left = (await Promise.all(refs.map((ref) => mergeBase(root, tip, ref)))).find((each) => each);
  if (left === undefined) return { commit: carrier };
  // The session's branch may have been rewritten since.
  return { branch, commit: (await isAncestor(root, carrier, left)) ? left : carrier };
}
