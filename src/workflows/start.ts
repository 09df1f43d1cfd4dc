import { mergeBase, resolveCommit } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import {
  checkBranchName,
  createBranch,
  defaultBranch,
  deleteBranch,
  refCommit,
  switchBranch,
} from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { Failure } from "../model/failure.ts";
import { sessionId } from "../model/ids.ts";
import { word } from "../model/shell.ts";
import { addObjective, newSession, type SessionState } from "../model/state.ts";
import { emptySession, loadForWriting, saveSession } from "../store/save.ts";
import { keepAside } from "../store/sessions.ts";
import type { LoadedSession } from "../store/state.ts";
import { forkOf, remoteBranch } from "./base.ts";
import { event, withSessionFolder } from "./change.ts";
import { refuseUnfinished } from "./checkpoint.ts";
import { coverageNow } from "./coverage.ts";
import { now, type Place } from "./place.ts";
import { findSession } from "./session.ts";

export interface StartRequest {
  readonly branch: string;
  readonly objectives?: readonly string[];
  readonly title?: string;
  readonly from?: string;
  readonly tags?: readonly string[];
  /** `key=value` each. */
  readonly meta?: readonly string[];
  /** Check the branch out; default true. */
  readonly switch?: boolean;
}

export interface Started {
  /** The place after the branch was checked out. */
  readonly place: Place;
  readonly state: SessionState;
  readonly created: boolean;
  readonly notes: readonly string[];
}

/** Where the branch comes from. */
interface Origin {
  readonly exists: boolean;
  /** What to create it from: a revision; undefined for the commit that is checked out. */
  readonly from?: string;
  /** It is a remote's branch of the same name. */
  readonly track?: boolean;
  readonly base: { readonly branch?: string; readonly commit?: string };
}

/**
 * Starts a session on a branch, creating it or adopting an existing one.
 * Failures: `bad-branch`, `session-exists`, `unknown-revision`, `switch-refused`, `unfinished-operation`.
 */
export async function start(place: Place, request: StartRequest): Promise<Started> {
  const { branch } = request;
  await checkBranchName(place.repository.root, branch);
  const [origin, before] = await Promise.all([
    originOf(place, request),
    findSession(place, branch),
    refuseUnfinished(place),
  ]);
  if (
    before &&
    (origin.exists || branch === place.repository.branch) &&
    !(await isStale(place, before, branch))
  )
    throw exists(before, branch);
  const state = draft(
    request,
    origin,
    (await ask(place.repository.root, ["config", "user.name"])).stdout.trim(),
  );
  const notes = await noticesOf(place, branch);
  const undo = await checkOut(place, request, origin);
  try {
    const after = await withSessionFolder(place, branch, async (folder, lock) => {
      const stale = await loadForWriting(folder, lock);
      if (stale) {
        await keepAside(place.sessionsDir, folder, stale.state.context.id, lock);
        notes.push(
          `the session of an earlier branch ${branch} was kept: session resume ${stale.state.context.id}`,
        );
      }
      const coverage = await coverageNow(place);
      const full =
        coverage === undefined
          ? state
          : { ...state, context: { ...state.context, coverage: coverage.percent } };
      await saveSession(emptySession(folder, full), full, startEvents(full, coverage?.percent), lock);
      return full;
    });
    const repository = await openRepository(place.repository.root);
    return { place: { ...place, repository }, state: after, created: !origin.exists, notes };
  } catch (error) {
    await undo();
    throw error;
  }
}

function exists(before: LoadedSession, branch: string): Failure {
  const { id, title } = before.state.context;
  return new Failure("session-exists", `${branch} has a session already: ${title} (${id})`, {
    hint: `session resume ${word(branch)}, or add to it: session objectives add "…"`,
  });
}

/** A session whose first commit the branch of that name does not contain, nor git know any more, belonged to another branch. */
async function isStale(place: Place, session: LoadedSession, branch: string): Promise<boolean> {
  const { base } = session.state.context;
  const tip = await refCommit(place.repository.root, `refs/heads/${branch}`);
  if (tip === undefined) return branch !== place.repository.branch;
  if (base.commit === undefined) return false;
  return (await mergeBase(place.repository.root, base.commit, tip)) === undefined;
}

function draft(request: StartRequest, origin: Origin, author: string): SessionState {
  const at = now();
  let state = newSession({
    id: sessionId(crypto.getRandomValues(new Uint8Array(12))),
    branch: request.branch,
    base: origin.base,
    now: at,
    ...(request.title === undefined ? {} : { title: request.title }),
    ...(author === "" ? {} : { author }),
    ...(request.tags === undefined ? {} : { tags: request.tags }),
    meta: Object.fromEntries((request.meta ?? []).map(pair)),
  });
  for (const text of request.objectives ?? []) [state] = addObjective(state, text, at);
  return state;
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  const key = text.slice(0, at).trim();
  if (at > 0 && key !== "" && key !== "__proto__") return [key, text.slice(at + 1).trim()];
  throw new Failure("usage", `--meta takes key=value, not "${text}"`, { exit: 2 });
}

function startEvents(state: SessionState, coverage: number | undefined) {
  const { id, ref, title, base, tags } = state.context;
  const started = event("session.started", {
    id,
    ref,
    title,
    base,
    tags,
    ...(coverage === undefined ? {} : { coverage }),
  });
  return [
    started,
    ...state.objectives.map((each) => event("objective.added", { id: each.id, text: each.text })),
  ];
}

async function originOf(place: Place, request: StartRequest): Promise<Origin> {
  const { root, branch: current, head } = place.repository;
  const { branch, from } = request;
  const own = await refCommit(root, `refs/heads/${branch}`);
  if (own !== undefined || branch === current) {
    if (from !== undefined)
      throw new Failure("branch-exists", `${branch} exists already, so --from has nothing to do`, {
        exit: 2,
        hint: `session start ${word(branch)}`,
      });
    const { base } = await forkOf(place, branch, own);
    return { exists: true, base: own === undefined ? {} : { ...base, commit: base.commit ?? own } };
  }
  if (from !== undefined) return { exists: false, from, base: await baseAt(place, from) };
  const remote = await remoteBranch(place, branch);
  if (remote !== undefined) {
    const tip = await refCommit(root, remote);
    const { base } = await forkOf(place, branch, tip);
    const commit = base.commit ?? tip;
    return { exists: false, from: remote, track: true, base: { ...base, ...(commit ? { commit } : {}) } };
  }
  return {
    exists: false,
    base: {
      ...(current === undefined || head === undefined ? {} : { branch: current }),
      ...(head === undefined ? {} : { commit: head }),
    },
  };
}

async function baseAt(place: Place, revision: string): Promise<Origin["base"]> {
  const { root } = place.repository;
  const [commit, named] = await Promise.all([
    resolveCommit(root, revision),
    refCommit(root, `refs/heads/${revision}`),
  ]);
  if (commit === undefined)
    throw new Failure("unknown-revision", `git knows no commit "${revision}"`, {
      hint: "git branch --all lists branches",
    });
  return named === undefined ? { commit } : { branch: revision, commit };
}

/** Creates and checks out the branch as asked; gives what takes that back. */
async function checkOut(place: Place, request: StartRequest, origin: Origin): Promise<() => Promise<void>> {
  const { root, branch: current, head } = place.repository;
  const { branch } = request;
  const nothing = async () => {};
  if (branch === current) return nothing;
  if (request.switch === false) {
    if (origin.exists) return nothing;
    const at = origin.from ?? head;
    if (at === undefined)
      throw new Failure("no-commits", "there is no commit yet that a branch could point to", {
        hint: `session start ${word(branch)}, without --no-switch`,
      });
    await createBranch(root, branch, at, origin.track ?? false);
    return () => deleteBranch(root, branch, true);
  }
  await switchBranch(root, branch, origin.exists ? undefined : origin);
  return async () => {
    if (current !== undefined && head !== undefined) await switchBranch(root, current);
    if (!origin.exists && head !== undefined) await deleteBranch(root, branch, true);
  };
}

async function noticesOf(place: Place, branch: string): Promise<string[]> {
  const main = await defaultBranch(place.repository.root);
  return main === branch ? [`${branch} is the default branch: checkpoints go straight to it`] : [];
}
