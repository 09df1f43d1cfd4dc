import { ancestor, type Commit } from "../git/commits.ts";
import { emptyTree, globPathspecs, patch } from "../git/diff.ts";
import { interruptedMove, type MoveNote } from "../git/move/note.ts";
import { branchTip } from "../git/refs.ts";
import { currentBranch } from "../git/repository.ts";
import { type Operation, unfinishedOperation, type WorkTreeStatus, workTreeStatus } from "../git/status.ts";
import { type Offer, standingOf } from "../history/branch-identity.ts";
import { updatedFromCommits } from "../history/branch-updates.ts";
import { minutesOf } from "../history/minutes.ts";
import { mergeState, type SessionRange, sessionWork } from "../history/range.ts";
import { revertsWith } from "../history/reverts.ts";
import { storedSession } from "../history/stored-session.ts";
import { type Trace, traceSession, withTraced } from "../history/trace.ts";
import type { Place } from "../place/place.ts";
import { localRecord, recordOfHead } from "../record/head.ts";
import type { HeadRecord } from "../record/head-record.ts";
import { withSpool } from "../record/spool.ts";
import { type Authorship, authorshipOf } from "../session/authorship.ts";
import { knownCommits } from "../session/branches.ts";
import type { RecordSource, Verification } from "../session/session.ts";
import { newSession, type SessionContext, type SessionState } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import { type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { standingChecks } from "./checks.ts";
import { type Annotation, annotationsInDiff } from "./formats/annotations.ts";

/** How many commits are told of a branch that nothing says the beginning of. */
const RECENT = 30;

/** Everything that git and the session's files say now, for status, brief and handoff. */
export interface Gathered {
  /** Empty where HEAD is detached and nothing tells of which branch. */
  readonly branch: string;
  readonly detached: boolean;
  /** The branch has a session in local state, and commands write to it. */
  readonly recorded: boolean;
  /** Where the state comes from; of a guess it is empty, and the rest comes from git. */
  readonly source: RecordSource;
  /** The command with which work on what is checked out goes on. */
  readonly command: string;
  readonly state: SessionState;
  readonly session?: LoadedSession;
  readonly tip?: string;
  readonly range: SessionRange;
  /** Nothing says where work began: the commits are the newest ones. */
  readonly recent: boolean;
  /** Commits of the session, newest first. */
  readonly commits: readonly ReadCommit<Commit>[];
  /** The same with merges. */
  readonly history: readonly ReadCommit<Commit>[];
  /** The checks whose files are the ones that are there now. */
  readonly standing: ReadonlySet<Verification>;
  /** Reverted commits of the history, each with the commit that reverted it. */
  readonly reverts: ReadonlyMap<string, string>;
  /** The work tree; undefined for a branch that is not checked out here. */
  readonly status?: WorkTreeStatus;
  readonly operation?: Operation;
  /** A command of ours was interrupted while git moved HEAD, index and files. */
  readonly move?: MoveNote;
  readonly annotations: readonly Annotation[];
  readonly minutes: number;
  /** Which words of the record were written down here. */
  readonly own: Authorship;
  /** The clone does not have all commits. */
  readonly shallow: boolean;
  /** What checkpoints of other clones changed, and this one has not recorded. */
  readonly taken: readonly string[];
  /** Where each decision is now, and what is pending again. */
  readonly trace: Trace;
  /** The session's branch no longer exists, or another one has its name. */
  readonly gone: boolean;
  /** On a branch without a session: the stored one that may be meant. */
  readonly offer?: Offer;
}

/**
 * What is checked out, with the record that belongs to it. Whether a session in local state is still the branch's own is
 * asked of git only where no commit of the session is on the branch.
 */
export async function gatherHere(place: Place): Promise<Gathered> {
  const { branch } = place.repository;
  if (branch === undefined) return gatherRecord(place, await recordOfHead(place));
  const found = await storedSession(place, branch);
  if (!found) return gatherElsewhere(place, branch);
  const stored = await withSpool(place, found);
  const gathered = await gather(place, branch, stored);
  const { id } = stored.state.context;
  const known = new Set(knownCommits(stored.state, stored.events));
  // What is in the base as well may have been merged before this branch was made.
  const isAhead = gathered.range.drift?.ahead !== 0;
  const isThere =
    isAhead && gathered.commits.some((each) => each.record?.id === id || known.has(each.commit.oid));
  if (isThere || (await standingOf(place, stored)) !== "earlier") return gathered;
  return gatherElsewhere(place, branch);
}

async function gatherElsewhere(place: Place, branch: string): Promise<Gathered> {
  const { fallbackRecord: recordElsewhere } = await import("../record/head-fallback.ts");
  return gatherRecord(place, await recordElsewhere(place, branch));
}

function gatherRecord(place: Place, record: HeadRecord): Promise<Gathered> {
  const how = record.detached ? "detached" : undefined;
  return gather(place, record.branch, record.session, how, record);
}

/**
 * Reads all of it, independent git commands side by side. `earlier`: what is there under the branch's name now is not
 * the session's. `detached`: HEAD stands for the branch. `all`: a default branch with all of its history. `record`: where the
 * session comes from, unless local state has it.
 */
export async function gather(
  place: Place,
  branch: string,
  session: LoadedSession | undefined,
  how?: "earlier" | "detached" | "all",
  record: HeadRecord = session ? localRecord(branch, session) : nothing(branch),
): Promise<Gathered> {
  const { repository } = place;
  const earlier = how === "earlier";
  const detached = how === "detached";
  const here = (branch === currentBranch(repository) || detached) && !earlier;
  // Until a rebase or a bisect of it is over, the branch is where it was, and its work is not what is checked out.
  const away = repository.branch === undefined && branch === repository.about;
  const tip = here && !away ? repository.head : earlier ? undefined : await branchTip(repository, branch);
  const [status, operation, { state: recorded, range, history, beyond, recent }] = await Promise.all([
    here ? workTreeStatus(repository) : undefined,
    here ? unfinishedOperation(repository) : undefined,
    placed(place, record, { branch, tip, session, all: how === "all" }),
  ]);
  // Nobody working here is responsible for the newest commits of a branch without a beginning: only for what is not committed.
  const uncommitted = tip === repository.head && isDirty(status) && tip !== undefined ? [tip] : undefined;
  const between = recent ? uncommitted : await diffArguments(place, range, tip, here);
  const unchanged = tip === recorded.context.base.commit && !isDirty(status);
  const read = readCommits(history);
  const events = session?.events ?? [];
  const { state, taken } = await updatedFromCommits(place, { state: recorded, events }, read, beyond);
  const gone = session !== undefined && tip === undefined && !here;
  const [annotations, trace, standing] = await Promise.all([
    between === undefined || unchanged ? [] : newAnnotations(place, between),
    traceSession(place, { state, events, range: read, branch: gone ? "gone" : mergeState(range) }),
    standingChecks(place, state.context.verified, read, tip, status),
  ]);
  const found = gone ? trace.elsewhere : read;
  const reverts = await revertsWith(repository.root, found, trace, tip);
  const commits = found.filter((each) => each.commit.parents.length < 2);
  return {
    branch,
    detached,
    recorded: record.recorded,
    source: { kind: record.kind, ...defined({ words: record.words }) },
    command: record.command,
    state: withTraced(state, trace),
    taken,
    trace,
    gone,
    ...defined({ offer: record.offer, session, tip }),
    range,
    recent,
    commits,
    history: found,
    reverts,
    ...defined({ status, operation, move: here ? interruptedMove(repository.gitDir) : undefined }),
    annotations,
    standing,
    own: authorshipOf(state.context.own, events),
    shallow: repository.shallow,
    minutes: minutesOf(place, { context: state.context, events }, commits),
  };
}

/** Of a branch without a session, of which nobody asks whose commits it has. */
function nothing(branch: string): HeadRecord {
  const command = `session start ${branch === "" ? "<branch>" : shellWord(branch)}`;
  return { kind: "guess", branch, detached: branch === "", recorded: false, command };
}

/** Returns whether tracked files have changes that are not committed. */
export function isDirty(status: WorkTreeStatus | undefined): boolean {
  return status !== undefined && status.staged.length + status.unstaged.length > 0;
}

/** The state of the session, or of a branch without one, and where its work lies. */
async function placed(
  place: Place,
  { base: known }: HeadRecord,
  {
    branch,
    tip,
    session,
    all,
  }: {
    readonly branch: string;
    readonly tip: string | undefined;
    readonly session: LoadedSession | undefined;
    readonly all: boolean;
  },
) {
  if (session)
    return { state: session.state, recent: false, ...(await sessionWork(place, session.state.context, tip)) };
  const { root } = place.repository;
  const { forkOf } = await import("../history/base.ts");
  const base = known ?? (await forkOf(place, branch || "HEAD", tip)).base;
  const begun = (from: SessionContext["base"]) =>
    newSession({ id: "", branch: branch || "HEAD", base: from, now: "" });
  // A default branch holds everything: what is told of it is what happened lately, however long its history is.
  const isBased = all || (base.branch !== undefined && (branch !== "" || base.commit !== tip));
  const commit = isBased || tip === undefined ? undefined : await ancestor(root, tip, RECENT);
  const { branch: name } = base;
  const named = name === undefined ? {} : { branch: name };
  const from = isBased ? base : { ...named, ...defined({ commit }) };
  const work = await sessionWork(place, begun(from).context, tip, isBased ? undefined : RECENT);
  return { state: begun(isBased ? base : named), recent: !isBased, ...work };
}

/** Arguments for `git diff`: from the start of the session to the work tree, or to the branch where it is not checked out. */
export async function diffArguments(
  place: Place,
  range: SessionRange,
  tip: string | undefined,
  here: boolean,
): Promise<string[] | undefined> {
  if (tip === undefined) return undefined;
  // Of a whole tree in a clone without its history, nothing is known to be new.
  const unknown = range.revisions.length > 1 || place.repository.shallow;
  const from = range.from ?? (unknown ? tip : await emptyTree(place.repository.root));
  // While a rebase or a bisect is unfinished, the work tree is not that of the branch.
  return here && tip === place.repository.head ? [from] : [from, tip];
}

/** Only the part of the diff that has a tag in it is read. */
async function newAnnotations(place: Place, between: readonly string[]): Promise<Annotation[]> {
  const tags = place.config.tracking.annotations;
  if (tags.length === 0) return [];
  const pattern = tags.map((tag) => tag.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return annotationsInDiff(
    await patch(place.repository.root, ["-G", pattern, ...between], readPaths(place)),
    tags,
  );
}

/** Files in which annotations are looked for: all but `tracking.ignore_patterns` and our own. */
function readPaths(place: Place): string[] {
  return globPathspecs([], [...place.config.tracking.ignore_patterns, ".session/**"]);
}
