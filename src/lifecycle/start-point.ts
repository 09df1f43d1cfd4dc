/** Chooses the start point of a new session's branch, and the session from which it inherits. */
import { resolveCommit } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import { baseBranch, defaultBranch, refCommit } from "../git/refs.ts";
import { forkOf, refuseRemoteName, remoteBranch } from "../history/base.ts";
import { updatedFromBranch } from "../history/branch-updates.ts";
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { recordOf, recordOfHead } from "../record/head/head.ts";
import { recordOfCommit } from "../record/head/head-fallback.ts";
import type { ParentRecord } from "../record/head/head-record.ts";
import { Failure } from "../session/failure.ts";
import type { SessionContext } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { plural } from "../text/plural.ts";
import { shellWord } from "../text/shell.ts";
import { shortId } from "../text/time/format-time.ts";

/** The user's wishes and the facts from which the start point of a new branch is chosen. */
export interface StartPointRequest {
  readonly branch: string;
  readonly from?: string;
  /** Branch of a template, and its ref: the start point of a new branch if `from` is missing. */
  readonly base?: { readonly branch: string; readonly from: string };
  /** Asks whether a new branch may include these commits; only called without the setting `start.base`. */
  readonly stacks?: (begins: StartPoint) => Promise<boolean>;
}

/** Start point of a new branch. */
export interface StartPoint {
  /** Name of the start point: a branch, a tag or a short commit id. */
  readonly at: string;
  readonly commit: string;
  /** Commits that the default branch `of` lacks; absent if the start point is the default branch. */
  readonly ahead?: { readonly commits: number; readonly of: string; readonly ref: string };
  /** True if neither the user nor a setting chose this start point. */
  readonly unasked?: boolean;
}

/** Source from which a branch is created. */
export interface Origin {
  readonly exists: boolean;
  /** The revision from which the branch is created; undefined for HEAD. */
  readonly from?: string;
  /** True if the source is a remote's branch of the same name, which the branch tracks. */
  readonly track?: boolean;
  readonly base: SessionContext["base"];
  /** Start point of the branch; absent for an existing branch, and in a repository without commits. */
  readonly begins?: StartPoint;
}

/** Returns text such as `from feature/x with 3 commits that are not in main` for a start point. */
export function startPointText({ at, ahead }: StartPoint): string {
  return `from ${at}${ahead?.commits ? ` with ${missingCommitsText(ahead)}` : ""}`;
}

/** Returns text such as `3 commits that are not in main`, for commits that the default branch lacks. */
export function missingCommitsText(
  { commits, of }: NonNullable<StartPoint["ahead"]> = { commits: 0, of: "", ref: "" },
): string {
  return `${plural(commits, "commit")} that ${commits === 1 ? "is" : "are"} not in ${of}`;
}

/**
 * Finds the source from which a branch is created.
 * @throws Failure `usage`, `unknown-revision`, `ambiguous-branch`, `bad-branch`
 */
export async function findOrigin(place: Place, wanted: StartPointRequest): Promise<Origin> {
  const { root, branch: current } = place.repository;
  const { branch, from } = wanted;
  const own = await refCommit(root, `refs/heads/${branch}`);
  if (own !== undefined || branch === current) {
    // An interrupted command may have created the branch.
    if (from !== undefined && own !== (await resolveCommit(root, from)))
      throw new Failure("usage", `--from needs a new branch, but ${branch} already exists`, {
        hint: `session start ${shellWord(branch)}`,
      });
    const { base } =
      from === undefined ? await forkOf(place, branch, own) : { base: await baseAt(place, from) };
    return { exists: true, base: own === undefined ? {} : { ...base, commit: base.commit ?? own } };
  }
  await refuseRemoteName(place, branch, "start");
  if (from !== undefined) {
    const base = await baseAt(place, from);
    return { exists: false, from, base, begins: await beginsAt(place, from, base.commit) };
  }
  const remote = await remoteBranch(place, branch);
  if (remote !== undefined) {
    const tip = await refCommit(root, remote);
    const { base } = await forkOf(place, branch, tip);
    const commit = base.commit ?? tip;
    return { exists: false, from: remote, track: true, base: { ...base, ...defined({ commit }) } };
  }
  return (await fromTemplate(place, wanted)) ?? fromHere(place, wanted);
}

async function fromTemplate({ repository }: Place, { base }: StartPointRequest): Promise<Origin | undefined> {
  if (base === undefined || repository.head === undefined) return undefined;
  const commit = await refCommit(repository.root, base.from);
  const begins = commit === undefined ? undefined : { at: base.branch, commit };
  return {
    exists: false,
    from: base.from,
    base: { branch: base.branch, ...defined({ commit }) },
    ...defined({ begins }),
  };
}

/** Returns HEAD as start point, or the default branch if the user or `start.base` chose it. */
async function fromHere(place: Place, { stacks }: StartPointRequest): Promise<Origin> {
  const { root, branch: current, head, bare } = place.repository;
  // Nothing is checked out in a bare repository, but new branches begin at its HEAD.
  const branch = bare ? await defaultBranch(root) : current;
  if (head === undefined) return { exists: false, base: {} };
  const base = { ...defined({ branch }), commit: head };
  const begins = await beginsAt(place, branch ?? shortId(head), head);
  const { base: wanted } = place.config.start;
  const { ahead } = begins;
  if (ahead === undefined) return { exists: false, base, begins };
  // A session without commits cannot be inherited or merged.
  if (ahead.commits === 0 && branch !== undefined && (await storedSession(place, branch)))
    return { exists: false, base: { branch: ahead.of, commit: head }, begins };
  const isAsked = wanted === undefined && ahead.commits > 0 && stacks !== undefined;
  const stays = isAsked ? await stacks(begins) : wanted !== "default";
  if (stays) return { exists: false, base, begins: { ...begins, unasked: wanted === undefined && !isAsked } };
  const commit = (await refCommit(root, ahead.ref)) ?? head;
  return {
    exists: false,
    from: ahead.ref,
    base: { branch: ahead.of, commit },
    begins: { at: ahead.of, commit },
  };
}

async function baseAt(
  place: Place,
  revision: string,
): Promise<{ readonly branch?: string; readonly commit: string }> {
  const { root } = place.repository;
  const [commit, named] = await Promise.all([
    resolveCommit(root, revision),
    refCommit(root, `refs/heads/${revision}`),
  ]);
  if (commit === undefined)
    throw new Failure("unknown-revision", `not a commit: "${revision}"`, { hint: "git branch --all" });
  return named === undefined ? { commit } : { branch: revision, commit };
}

async function beginsAt({ repository }: Place, at: string, commit: string): Promise<StartPoint> {
  const found = await baseBranch(repository.root, at);
  const [ref] = found?.refs ?? [];
  const words = at === commit ? shortId(commit) : at;
  if (found === undefined || ref === undefined) return { at: words, commit };
  const args = ["rev-list", "--count", commit, ...found.refs.map((each) => `^${each}`), "--"];
  const commits = Number((await ask(repository.root, args)).stdout);
  return { at: words, commit, ahead: { commits, of: found.name, ref } };
}

/**
 * Returns the session whose commits a new branch would include and the default branch lacks; undefined
 * without such a session.
 */
export async function inheritedSession(
  place: Place,
  { begins, from, base }: Origin,
): Promise<ParentRecord | undefined> {
  if (begins === undefined) return undefined;
  const { branch: current } = place.repository;
  if (current === undefined && from === undefined) return (await recordOfHead(place)).parent;
  if (!begins.ahead?.commits) return undefined;
  if (base.branch === undefined) return (await recordOfCommit(place, begins.commit)).parent;
  const { parent, session, kind } = await recordOf(place, base.branch);
  if (parent) return { ...parent, base };
  if (session === undefined || kind === "guess") return undefined;
  const state = kind === "local" ? (await updatedFromBranch(place, session)).state : session.state;
  return { session: { ...session, state }, branch: base.branch, base };
}
