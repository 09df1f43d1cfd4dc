import path from "node:path";
import { type Commit, mergeBase } from "../git/commits.ts";
import { changedFiles, emptyTree, type FileChange, globs, patch, touches } from "../git/diff.ts";
import { defaultBranch, refCommit } from "../git/refs.ts";
import { type Operation, unfinishedOperation, type WorkTreeStatus, workTreeStatus } from "../git/status.ts";
import { type ReadCommit, readCommits, withCarried } from "../model/checkpoints.ts";
import { type Annotation, annotationsInDiff } from "../model/facts/annotations.ts";
import { testsInDiff } from "../model/facts/tests.ts";
import { branchOf, newSession, type SessionState } from "../model/state.ts";
import { readSmall } from "../store/files.ts";
import type { LoadedSession } from "../store/state.ts";
import { coverageNow } from "./coverage.ts";
import { minutesOf } from "./minutes.ts";
import type { Place } from "./place.ts";
import { type SessionRange, sessionCommits, sessionRange } from "./range.ts";

/** Everything that git and the session's files say now, for status, brief and handoff. */
export interface Gathered {
  readonly branch: string;
  /** False on a branch where nobody started a session: the state is empty, the rest comes from git. */
  readonly recorded: boolean;
  readonly state: SessionState;
  readonly session?: LoadedSession;
  readonly tip?: string;
  readonly range: SessionRange;
  /** Commits of the session, newest first. */
  readonly commits: readonly ReadCommit<Commit>[];
  /** The work tree; undefined for a branch that is not checked out here. */
  readonly status?: WorkTreeStatus;
  readonly operation?: Operation;
  /** Files changed since the start of the session, uncommitted changes included. */
  readonly files: readonly FileChange[];
  readonly annotations: readonly Annotation[];
  readonly minutes: number;
}

/** What only the longer texts need. */
export interface Details {
  readonly tests: { readonly added: number; readonly removed: number };
  readonly coverage?: number;
  readonly touches: ReadonlyMap<string, number>;
  readonly architectureText?: string;
  readonly conventionsText?: string;
}

/** Reads all of it, independent git commands side by side. */
export async function gather(
  place: Place,
  branch: string,
  session: LoadedSession | undefined,
): Promise<Gathered> {
  const here = branch === place.repository.branch;
  const [status, operation, tip] = await Promise.all([
    here ? workTreeStatus(place.repository) : undefined,
    here ? unfinishedOperation(place.repository) : undefined,
    here ? place.repository.head : refCommit(place.repository.root, `refs/heads/${branch}`),
  ]);
  const state = session?.state ?? (await unrecorded(place, branch, tip));
  const range = await sessionRange(place, state.context, tip);
  const between = await diffArguments(place, range, tip, here);
  const [read, files, annotations] = await Promise.all([
    sessionCommits(place, range),
    between === undefined ? [] : changedFiles(place.repository.root, between, watchedPaths(place)),
    between === undefined ? [] : newAnnotations(place, between),
  ]);
  const commits = readCommits(read);
  return {
    branch,
    recorded: session !== undefined,
    state: withCarried(state, commits),
    ...(session === undefined ? {} : { session }),
    ...(tip === undefined ? {} : { tip }),
    range,
    commits,
    ...(status === undefined ? {} : { status }),
    ...(operation === undefined ? {} : { operation }),
    files,
    annotations,
    minutes: minutesOf(place, session?.events.map((each) => each.at) ?? [], commits),
  };
}

/** The slower facts: tests in the diff, coverage, how often files were touched, the project's own texts. */
export async function gatherDetails(place: Place, gathered: Gathered): Promise<Details> {
  const { root } = place.repository;
  const here = gathered.status !== undefined;
  const between = await diffArguments(place, gathered.range, gathered.tip, here);
  const text = async (name: string) =>
    proseOf(await readSmall(path.join(place.projectDir, name)).catch(() => undefined));
  const [diff, coverage, counts, architectureText, conventionsText] = await Promise.all([
    between === undefined ? "" : patch(root, between),
    coverageNow(place),
    gathered.range.revisions.length === 0
      ? new Map<string, number>()
      : touches(root, gathered.range.revisions),
    text("architecture.md"),
    text("conventions.md"),
  ]);
  return {
    tests: testsInDiff(diff),
    touches: counts,
    ...(coverage === undefined ? {} : { coverage: coverage.percent }),
    ...(architectureText === undefined ? {} : { architectureText }),
    ...(conventionsText === undefined ? {} : { conventionsText }),
  };
}

/** A text of the project without its title and the notice that `init` wrote: what is left is worth quoting. */
function proseOf(text: string | undefined): string | undefined {
  const prose = text
    ?.replace(/^# .*\n+/, "")
    .replace(/^_A first draft,.*_\n+/m, "")
    .trim();
  return prose === "" ? undefined : prose;
}

/** The state of a branch without a session: where it left the default branch is where its work began. */
async function unrecorded(place: Place, branch: string, tip: string | undefined): Promise<SessionState> {
  const base = await defaultBranch(place.repository.root);
  const fork =
    base === undefined || base === branch || tip === undefined
      ? undefined
      : await mergeBase(place.repository.root, tip, `refs/heads/${base}`);
  const from = {
    ...(base === undefined || base === branch ? {} : { branch: base }),
    ...(fork === undefined ? {} : { commit: fork }),
  };
  return newSession({ id: "", branch, base: from, now: "" });
}

/** Arguments for `git diff`: from the start of the session to the work tree, or to the branch where it is not checked out. */
async function diffArguments(
  place: Place,
  range: SessionRange,
  tip: string | undefined,
  here: boolean,
): Promise<string[] | undefined> {
  if (tip === undefined) return undefined;
  const from = range.from ?? (range.revisions.length > 1 ? tip : await emptyTree(place.repository.root));
  return here ? [from] : [from, tip];
}

/** Only the part of the diff that has a tag in it is read. */
async function newAnnotations(place: Place, between: readonly string[]): Promise<Annotation[]> {
  const tags = place.config.tracking.annotations;
  if (tags.length === 0) return [];
  const pattern = tags.map((tag) => tag.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return annotationsInDiff(
    await patch(place.repository.root, ["-G", pattern, ...between], watchedPaths(place)),
    tags,
  );
}

/** Files that count as the session's work: `tracking.watch_patterns` without `ignore_patterns`, and never our own. */
function watchedPaths(place: Place): string[] {
  const { watch_patterns, ignore_patterns } = place.config.tracking;
  return globs(watch_patterns, [...ignore_patterns, ".session/**"]);
}

export function title(gathered: Gathered): string {
  return gathered.recorded ? gathered.state.context.title : branchOf(gathered.state.context);
}
