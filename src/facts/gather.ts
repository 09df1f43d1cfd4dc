/**
 * Gathers the current facts of a branch and its session: from git, the session's files, and the reports of
 * tools. This room changes no ref and no file, and prints nothing.
 */
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
import { localRecord, recordOfHead } from "../record/head/head.ts";
import type { HeadRecord } from "../record/head/head-record.ts";
import { withSpool } from "../record/spool.ts";
import type { ToRebase } from "../record/stacked-branches.ts";
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
import { type MergedInto, mergedInto, rebaseNeeded } from "./merged.ts";

/** Number of newest commits to show for a branch with an unknown start. */
const RECENT = 30;

/** All facts from git and the session's files, for status, brief and handoff. */
export interface Gathered {
  /** Name of the branch; empty if HEAD is detached and no session is known for it. */
  readonly branch: string;
  readonly detached: boolean;
  /** True if the branch has a session in local state, which commands then change. */
  readonly recorded: boolean;
  /** Source of the state. For a guess the state is empty, and only the facts from git are known. */
  readonly source: RecordSource;
  /** The command with which the user continues the work on the checked-out branch. */
  readonly command: string;
  readonly state: SessionState;
  readonly session?: LoadedSession;
  /** Commit of the branch, or the last commit that it had before it was deleted. */
  readonly tip?: string;
  readonly range: SessionRange;
  /** True if the start of the work is unknown: `commits` are then the newest commits of the branch. */
  readonly recent: boolean;
  /** Commits of the session without merges, newest first. */
  readonly commits: readonly ReadCommit<Commit>[];
  /** Commits of the session with merges, newest first. */
  readonly history: readonly ReadCommit<Commit>[];
  /** Checks that ran on the current files. */
  readonly standing: ReadonlySet<Verification>;
  /** Ids of reverted commits, each with the id of the commit that reverted it. */
  readonly reverts: ReadonlyMap<string, string>;
  /** Status of the work tree. Undefined if the branch is not checked out in it. */
  readonly status?: WorkTreeStatus;
  readonly operation?: Operation;
  /** An interrupted command of this program that moved HEAD, index and files. */
  readonly move?: MoveNote;
  readonly annotations: readonly Annotation[];
  readonly minutes: number;
  /** Authorship of the record's texts: tells the texts of this clone from those of others. */
  readonly own: Authorship;
  /** True if the clone is shallow and lacks older commits. */
  readonly shallow: boolean;
  /** Changes from the checkpoints of other clones that this clone has not yet recorded. */
  readonly taken: readonly string[];
  /** The commit of each decision, and the decisions that became pending again. */
  readonly trace: Trace;
  /** The base into which the session was merged, and the commit of a squash or rebase. */
  readonly merged?: MergedInto;
  /** The rebase that comes next, because the base of this branch was merged. */
  readonly rebase?: ToRebase;
  /** True if the session's branch no longer exists, or another branch took its name. */
  readonly gone: boolean;
  /** The stored session that the user may mean, on a branch without a session. */
  readonly offer?: Offer;
}

/**
 * Gathers the facts of the checked-out branch or commit, with its session if it has one. Checks whether local
 * state belongs to the branch only if no commit of the session is on it: the check costs git processes.
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
  // Commits that the base also contains may be older than this branch.
  const isAhead = gathered.range.drift?.ahead !== 0;
  const isThere =
    isAhead && gathered.commits.some((each) => each.record?.id === id || known.has(each.commit.oid));
  if (isThere || (await standingOf(place, stored)) !== "earlier") return gathered;
  return gatherElsewhere(place, branch);
}

async function gatherElsewhere(place: Place, branch: string): Promise<Gathered> {
  const { fallbackRecord: recordElsewhere } = await import("../record/head/head-fallback.ts");
  return gatherRecord(place, await recordElsewhere(place, branch));
}

function gatherRecord(place: Place, record: HeadRecord): Promise<Gathered> {
  const how = record.detached ? "detached" : undefined;
  return gather(place, record.branch, record.session, how, record);
}

/**
 * Gathers all facts, with independent git commands in parallel. `earlier`: the branch's name now belongs to
 * other work. `detached`: HEAD stands for the branch. `all`: includes the whole history of a default branch.
 * `record`: source of the session, if it is not in local state.
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
  // During a rebase or bisect the branch stays at its old commit, and the work tree holds other files.
  const away = repository.branch === undefined && branch === repository.about;
  const tip = here && !away ? repository.head : earlier ? undefined : await branchTip(repository, branch);
  const [status, operation, { state: recorded, range, history, beyond, recent }] = await Promise.all([
    here ? workTreeStatus(repository) : undefined,
    here ? unfinishedOperation(repository) : undefined,
    placed(place, record, { branch, tip, session, all: how === "all" }),
  ]);
  // On a branch with an unknown start, reports only marks in uncommitted changes: the commits may be older
  // work.
  const uncommitted = tip === repository.head && isDirty(status) && tip !== undefined ? [tip] : undefined;
  const between = (recent ? undefined : await diffArguments(place, range, tip, here)) ?? uncommitted;
  const unchanged = tip === recorded.context.base.commit && !isDirty(status);
  const read = readCommits(history);
  const events = session?.events ?? [];
  const { state, taken } = await updatedFromCommits(place, { state: recorded, events }, read, beyond);
  const gone = session !== undefined && tip === undefined && !here;
  const [annotations, trace, standing, merged, rebase] = await Promise.all([
    between === undefined || unchanged ? [] : newAnnotations(place, between),
    traceSession(place, { state, events, range: read, branch: gone ? "gone" : mergeState(range) }),
    standingChecks(place, state.context.verified, read, tip, status),
    mergedInto(place, state.context, { range, tip, works: read.length > 0, events }),
    record.recorded && !gone && !detached && !operation ? rebaseNeeded(place, state.context) : undefined,
  ]);
  const work = gone
    ? await (await import("../history/last-work.ts")).lastWork(place, { state, events }, trace.elsewhere)
    : { tip, range, history: read, named: read };
  const reverts = await revertsWith(repository.root, work.named, trace, work.tip);
  const commits = work.history.filter((each) => each.commit.parents.length < 2);
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
    ...defined({ offer: record.offer, session, tip: work.tip }),
    range: work.range,
    recent,
    commits,
    history: work.history,
    reverts,
    ...defined({
      merged,
      rebase,
      status,
      operation,
      move: here ? interruptedMove(repository.gitDir) : undefined,
    }),
    annotations,
    standing,
    own: authorshipOf(state.context.own, events),
    shallow: repository.shallow,
    minutes: minutesOf(place, { context: state.context, events }, commits),
  };
}

/**
 * Returns the branch into which the session's work is to be merged; undefined without a base, once it is
 * merged, and while it must be rebased first.
 */
export function mergeTarget(gathered: Gathered): string | undefined {
  return gathered.rebase || gathered.merged ? undefined : baseOf(gathered);
}

/** Reports whether the session's branch still builds on its parent's branch. */
export function isStacked(gathered: Gathered): boolean {
  const { parent, base } = gathered.state.context;
  return gathered.recorded && parent !== undefined && baseOf(gathered) === base.branch;
}

/** Returns the base that git has for the work, else the recorded base. */
function baseOf({ range, state }: Gathered): string | undefined {
  return range.base ?? state.context.base.branch;
}

/** Returns the record of a branch without a session. */
function nothing(branch: string): HeadRecord {
  const command = `session start ${branch === "" ? "<branch>" : shellWord(branch)}`;
  return { kind: "guess", branch, detached: branch === "", recorded: false, command };
}

/** Returns whether tracked files have uncommitted changes. */
export function isDirty(status: WorkTreeStatus | undefined): boolean {
  return status !== undefined && status.staged.length + status.unstaged.length > 0;
}

/** Returns the state of the session or of a branch without one, with the range of its work. */
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
  // On a default branch, uses only the newest commits: its history is not the work of one session.
  const isBased = all || (base.branch !== undefined && (branch !== "" || base.commit !== tip));
  const commit = isBased || tip === undefined ? undefined : await ancestor(root, tip, RECENT);
  const { branch: name } = base;
  const named = name === undefined ? {} : { branch: name };
  const from = isBased ? base : { ...named, ...defined({ commit }) };
  const work = await sessionWork(place, begun(from).context, tip, isBased ? undefined : RECENT);
  return { state: begun(isBased ? base : named), recent: !isBased, ...work };
}

/**
 * Returns arguments for `git diff`: from the start of the session to the work tree, or to the branch's tip if
 * it is not checked out. Returns undefined without a tip, and if git lacks the start of the session.
 */
export async function diffArguments(
  place: Place,
  range: SessionRange,
  tip: string | undefined,
  here: boolean,
): Promise<string[] | undefined> {
  if (tip === undefined) return undefined;
  // Only a session that began with the first commit has no start. A shallow clone may lack the start.
  if (range.from === undefined && (range.revisions.length > 1 || place.repository.shallow)) return undefined;
  const from = range.from ?? (await emptyTree(place.repository.root));
  // During a rebase or bisect the work tree does not hold the branch's files.
  return here && tip === place.repository.head ? [from] : [from, tip];
}

/**
 * Finds annotation marks in added lines. Lets git filter the diff with `-G`, so that only files with a mark
 * are read.
 */
async function newAnnotations(place: Place, between: readonly string[]): Promise<Annotation[]> {
  const tags = place.config.tracking.annotations;
  if (tags.length === 0) return [];
  const pattern = tags.map((tag) => tag.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return annotationsInDiff(
    await patch(place.repository.root, ["-G", pattern, ...between], readPaths(place)),
    tags,
  );
}

/** Returns pathspecs for all files but `tracking.ignore_patterns` and `.session/`. */
function readPaths(place: Place): string[] {
  return globPathspecs([], [...place.config.tracking.ignore_patterns, ".session/**"]);
}
