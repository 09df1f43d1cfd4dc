/** Starts a session at a point of another session's history, with its open objectives and decisions. */

import { resolveCommit } from "../git/commits.ts";
import { refCommit } from "../git/refs.ts";
import { standingOf } from "../history/branch-identity.ts";
import { updatedFromBranch } from "../history/branch-updates.ts";
import { lastTip } from "../history/find-by-content.ts";
import { sessionWork } from "../history/range.ts";
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { loadNamed } from "../record/resolve-session.ts";
import { inheritedWords } from "../session/authorship.ts";
import { Failure } from "../session/failure.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { nearest } from "../text/nearest.ts";
import { shellWord } from "../text/shell.ts";
import { type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { forkTitle, withParent } from "../trailers/fork-state.ts";
import { settleBeforeStart } from "../worktree/settle-before-change.ts";
import { finishStart, type Started, type StartRequest, start } from "./start.ts";

export interface ForkRequest {
  readonly session: string;
  /** Name of the new branch; default: the parent's branch with a number. */
  readonly branch?: string;
  /** Label or commit id of the parent's checkpoint at which the fork begins. */
  readonly at?: string;
  readonly title?: string;
  readonly switch?: boolean;
  /** Worktree of the fork, as for `start`. */
  readonly worktree?: StartRequest["worktree"];
  readonly keep?: boolean;
}

export interface Forked extends Started {
  readonly branch: string;
  readonly parent: { readonly id: string; readonly title: string; readonly branch: string };
  /** Id of the commit at which the fork begins. */
  readonly commit: string;
}

/**
 * Forks a session, which may be in local state, a snapshot or commits.
 * @throws Failure `unknown-session`, `unknown-checkpoint`, `commits-gone`, `branch-exists`; as `start`
 */
export async function fork(asked: Place, request: ForkRequest): Promise<Forked> {
  const { place, begun } = await settleBeforeStart(asked);
  const { root } = place.repository;
  const named = await loadNamed(place, request.session);
  // An interrupted fork may have checked its branch out: `@` means the fork then.
  const isFork = begun !== undefined && named.state.context.id === begun.context.id;
  const stored = isFork ? await loadNamed(place, begun.context.parent ?? request.session) : named;
  const own = (await standingOf(place, stored)) === "own";
  const { state: parent } = own ? await updatedFromBranch(place, stored) : stored;
  const { context } = parent;
  const from = branchOf(context);
  const tip = (own ? await refCommit(root, context.ref) : undefined) ?? (await lastTip(place, stored));
  if (tip === undefined) throw gone(stored);
  const asParent = { id: context.id, title: context.title, branch: from };
  const isBegun = begun?.context.parent === context.id;
  const name = begun && branchOf(begun.context);
  if (begun && name !== undefined && isBegun && (request.branch ?? name) === name)
    return {
      ...(await finishStart(place, begun)),
      branch: name,
      commit: begun.context.base.commit ?? tip,
      parent: asParent,
    };
  const { history } = await sessionWork(place, context, tip);
  const commits = readCommits(history);
  const commit = request.at === undefined ? tip : await pointOf(place, parent, commits, request.at);
  const at = commits.findIndex((each) => each.commit.oid === commit);
  // A fork at the start of its parent has none of the parent's commits.
  const below = request.at === undefined ? commits : at < 0 ? [] : await readBelow(place, context, commit);
  const branch = request.branch ?? (await freeBranch(place, from));
  if ((await refCommit(root, `refs/heads/${branch}`)) !== undefined)
    throw new Failure("branch-exists", `the branch ${branch} already exists`, { advice: "name another one" });
  const base = { ...(own ? { branch: from } : {}), commit };
  const title = request.title ?? forkTitle(context, from);
  const inherited = inheritedWords({ ...stored, state: parent }, request.title);
  const started = await start(place, {
    branch,
    from: commit,
    ...defined({ title, switch: request.switch, worktree: request.worktree, keep: request.keep }),
    adapt: (fresh) => {
      const made = withParent(fresh, parent, { below, past: request.at !== undefined }, now());
      return { ...made, context: { ...made.context, base, ...inherited } };
    },
  });
  return { ...started, branch, commit, parent: asParent };
}

async function readBelow(
  place: Place,
  context: SessionState["context"],
  commit: string,
): Promise<ReadCommit[]> {
  return readCommits((await sessionWork(place, context, commit)).history);
}

/** Returns the session's commit for a label or commit id. @throws Failure `unknown-checkpoint` */
async function pointOf(
  place: Place,
  { context }: SessionState,
  commits: readonly ReadCommit[],
  at: string,
): Promise<string> {
  const labelled = commits.filter(
    (each) => each.record?.id === context.id && each.record.label !== undefined,
  );
  const label = labelled.find((each) => each.record?.label === at);
  if (label) return label.commit.oid;
  const oid = await resolveCommit(place.repository.root, at);
  if (oid !== undefined && (oid === context.base.commit || commits.some((each) => each.commit.oid === oid)))
    return oid;
  const labels = labelled.flatMap((each) => each.record?.label ?? []);
  const close = nearest(at, labels);
  throw new Failure(
    "unknown-checkpoint",
    `"${at.slice(0, 60)}" is neither a commit nor a label of ${context.title}`,
    {
      advice: close.length > 0 ? `did you mean ${close.join(", ")}?` : "",
      hint: `session log ${context.id}`,
    },
  );
}

/** Returns `work-2`, or the next number that is free among branches and sessions. */
export async function freeBranch(place: Place, from: string): Promise<string> {
  for (let n = 2; ; n++) {
    const name = `${from}-${n}`;
    const taken = await Promise.all([
      refCommit(place.repository.root, `refs/heads/${name}`),
      storedSession(place, name).catch(() => true),
    ]);
    if (taken.every((each) => each === undefined)) return name;
  }
}

function gone({ state: { context } }: LoadedSession): Failure {
  return new Failure("commits-gone", `git no longer has the commits of ${context.title} (${context.id})`, {
    hint: `session start ${shellWord(branchOf(context))}`,
  });
}
