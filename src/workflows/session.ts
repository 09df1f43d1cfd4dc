import path from "node:path";
import { requireBranch } from "../git/repository.ts";
import { Failure } from "../model/failure.ts";
import { branchFolder } from "../model/folder.ts";
import { word } from "../model/shell.ts";
import { type LoadedSession, loadSession } from "../store/state.ts";
import type { Place } from "./place.ts";

/** Folder of a branch's session. */
export function sessionFolder(place: Place, branch: string): string {
  return path.join(place.sessionsDir, branchFolder(branch));
}

/** The session of a branch, or undefined. Failure `other-branch` where the folder belongs to a differently spelled one. */
export async function findSession(place: Place, branch: string): Promise<LoadedSession | undefined> {
  const session = await loadSession(sessionFolder(place, branch));
  if (session) checkBranch(session, branch);
  return session;
}

/** The session of the branch that is checked out. Failure `no-session`, `detached-head`. */
export async function currentSession(place: Place): Promise<LoadedSession> {
  const branch = requireBranch(place.repository);
  return (await findSession(place, branch)) ?? noSession(branch);
}

export function noSession(branch: string): never {
  throw new Failure("no-session", `there is no session on ${branch}`, {
    exit: 3,
    hint: `session start ${word(branch)}`,
  });
}

/** Failure `other-branch` unless the session is of this branch. */
export function checkBranch(session: LoadedSession, branch: string): void {
  const ref = `refs/heads/${branch}`;
  if (session.state.context.ref === ref) return;
  const other = session.state.context.ref.replace(/^refs\/heads\//, "");
  throw new Failure("other-branch", `the session stored for ${branch} belongs to the branch ${other}`, {
    exit: 3,
    hint: `the two names share one folder here; end the other session first: session end, on ${other}`,
  });
}
