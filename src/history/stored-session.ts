/** Reads the session stored under a branch's name, which may belong to an earlier branch. */

import path from "node:path";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { branchFolder } from "../session/files/folder.ts";
import { type LoadedSession, loadSession } from "../store/load.ts";
import { shellWord } from "../text/shell.ts";

/** Returns the folder in which a branch's session is stored. */
export function sessionFolder(place: Place, branch: string): string {
  return path.join(place.sessionsDir, branchFolder(branch));
}

/**
 * Reads the session stored under a branch's name; undefined without one.
 * @throws Failure `other-branch` if the folder belongs to another spelling of the name
 */
export async function storedSession(place: Place, branch: string): Promise<LoadedSession | undefined> {
  const session = await loadSession(sessionFolder(place, branch));
  if (session) checkBranch(session, branch);
  return session;
}

/**
 * Checks that a session belongs to this branch.
 * @throws Failure `other-branch`
 */
export function checkBranch(session: LoadedSession, branch: string): void {
  const ref = `refs/heads/${branch}`;
  if (session.state.context.ref === ref) return;
  const other = session.state.context.ref.replace(/^refs\/heads\//, "");
  throw new Failure("other-branch", `the session stored for ${branch} belongs to the branch ${other}`, {
    advice: "both names share one folder on this file system",
    hint: `session end ${shellWord(other)}`,
  });
}
