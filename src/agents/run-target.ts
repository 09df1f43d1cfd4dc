/** Finds or starts the session for an agent, in the worktree that has its branch. */

import { existsSync } from "node:fs";
import { refuseOperation } from "../checkpoint/checkpoint.ts";
import { isAnotherWorktree } from "../git/environment.ts";
import { refCommit } from "../git/refs.ts";
import { requireBranch } from "../git/repository.ts";
import { worktreeBranches } from "../git/worktrees.ts";
import { freeBranch } from "../lifecycle/fork.ts";
import { resume } from "../lifecycle/resume.ts";
import { branchFor, type StartRequest } from "../lifecycle/start.ts";
import { resumeExisting, startOrResume } from "../lifecycle/start-or-resume.ts";
import { openPlace, type Place } from "../place/place.ts";
import { findSession, noSession } from "../record/find-session.ts";
import { otherHolders } from "../record/holder.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { expandName, findNamed, resolveSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { MAX_DEPTH } from "../session/runs.ts";
import type { SessionState } from "../session/state.ts";
import { environment } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";

/** The session and the worktree that the user wants an agent to run in. */
export interface TargetRequest {
  readonly agent: string;
  /** Session or branch to run the agent in. */
  readonly name?: string;
  readonly worktree?: string | true;
  /** Session that becomes the parent of the agent's session. */
  readonly parent?: string;
  readonly background: boolean;
  /** Title of a new session. */
  readonly title?: string;
}

/** The session and the place that an agent runs in. */
export interface Target {
  readonly place: Place;
  readonly state: SessionState;
  /** Id of the parent of the agent's session. */
  readonly parent?: string;
  readonly warnings: readonly string[];
  readonly created: boolean;
}

/**
 * Finds, starts or resumes the session of a request, in the worktree that has its branch.
 * @throws Failure `no-session`, `worktree-needed`, `checked-out-elsewhere`, `too-deep`, and those of `start`
 * and `resume`.
 */
export async function targetOf(place: Place, request: TargetRequest): Promise<Target> {
  const { worktree, title } = request;
  const parent = await parentOf(place, request.parent);
  const name = request.name ?? (title === undefined ? undefined : await branchFor(place, title));
  if (name === undefined) {
    if (parent !== undefined) return child(place, request, parent);
    if (worktree !== undefined)
      throw new Failure("usage", "--worktree needs a branch", {
        hint: `session run ${request.agent} <branch> --worktree`,
      });
    return here(place, request);
  }
  const known = await findNamed(place, name);
  const branch = known?.branch ?? (await expandName(place, name));
  if (known !== undefined && request.parent !== undefined && known.parent !== parent?.id)
    throw new Failure("usage", `--parent needs a new session, but ${branch} already has a session`);
  if (branch === place.repository.branch && worktree === undefined && known?.where !== "kept")
    return withParent(known, parent, await here(place, request, parent));
  const folder = (await worktreeBranches(place.repository.root)).get(branch);
  if (folder !== undefined && existsSync(folder) && (worktree === undefined || worktree === true)) {
    isAnotherWorktree(folder);
    return withParent(known, parent, await here(await openPlace(folder), request, parent));
  }
  if (worktree === undefined && request.background)
    throw new Failure("worktree-needed", `no worktree has ${branch} checked out`, {
      advice: "a background run does not switch your work tree",
      hint: "--worktree",
    });
  const again = await resumeExisting(place, known?.id ?? branch, worktree);
  if (again) return withParent(known, parent, { ...again, created: false });
  return begun(place, { branch, ...defined({ worktree, title }) }, parent);
}

/**
 * Returns the session of the checked-out branch. Throws Failure `no-session`, in the background
 * `unfinished-operation`.
 */
async function here(place: Place, request: TargetRequest, parent?: KnownSession): Promise<Target> {
  const branch = requireBranch(place.repository);
  if (request.background) await refuseOperation(place);
  const session = await findSession(place, branch);
  if (!session && request.name === undefined) {
    await noSession(place, branch).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      throw new Failure(error.code, error.message, { hint: `session run ${request.agent} <branch>` });
    });
  }
  if (!session) return begun(place, { branch, ...defined({ title: request.title }) }, parent);
  const warnings = await otherHolders(place, branch);
  const { state } = session;
  if (state.context.state !== "active") {
    const resumed = await resume(place, state.context.id);
    return { place: resumed.place, state: resumed.state, warnings, created: false };
  }
  return { place, state, warnings, created: false };
}

/** Starts a child session: a new branch at the tip of the parent's branch, in a new worktree. */
async function child(place: Place, request: TargetRequest, parent: KnownSession): Promise<Target> {
  const { root } = place.repository;
  const wanted = `${parent.branch}-${request.agent}`;
  const taken = await refCommit(root, `refs/heads/${wanted}`);
  const branch = taken === undefined ? wanted : await freeBranch(place, wanted);
  const from = await refCommit(root, `refs/heads/${parent.branch}`);
  return begun(
    place,
    {
      branch,
      worktree: request.worktree ?? true,
      ...defined({ title: request.title }),
      ...(from === undefined ? {} : { from: parent.branch }),
    },
    parent,
  );
}

async function begun(
  place: Place,
  asked: Pick<StartRequest, "branch" | "worktree" | "from" | "title">,
  parent: KnownSession | undefined,
): Promise<Target> {
  const made = await startOrResume(place, {
    ...asked,
    ...(parent === undefined
      ? {}
      : { adapt: (fresh) => ({ ...fresh, context: { ...fresh.context, parent: parent.id } }) }),
  });
  if ("resumed" in made) return { ...made.resumed, created: false };
  const { place: there, state, notes } = made.started;
  return {
    place: there,
    state,
    warnings: notes,
    created: true,
    ...(parent === undefined ? {} : { parent: parent.id }),
  };
}

/** Returns the target of a run with its parent session; an existing session keeps its own parent. */
function withParent(known: KnownSession | undefined, parent: KnownSession | undefined, target: Target) {
  const id = known ? known.parent : (target.state.context.parent ?? parent?.id);
  return id === undefined ? target : { ...target, parent: id };
}

/**
 * Returns the parent session: the named session, or the session of the agent that runs this command. Throws
 * Failure `unknown-session`, `too-deep`.
 */
async function parentOf(place: Place, named: string | undefined): Promise<KnownSession | undefined> {
  if (named !== undefined) return resolveSession(place, named);
  const { SESSION_ID: id } = environment();
  if (!id) return undefined;
  const known = new Map((await knownSessions(place, { light: true })).map((each) => [each.id, each]));
  const parent = known.get(id);
  let deep = 1;
  for (let at = parent; at?.parent !== undefined && deep <= MAX_DEPTH; deep++) at = known.get(at.parent);
  if (parent !== undefined && deep > MAX_DEPTH)
    throw new Failure("too-deep", `agents can start agents at most ${MAX_DEPTH} levels deep`, {
      hint: `session run <agent> ${shellWord(parent.branch)}`,
    });
  return parent;
}
