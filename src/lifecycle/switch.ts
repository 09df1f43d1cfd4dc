import { refuseOperation } from "../checkpoint/checkpoint.ts";
import { checkBranchName, defaultBranch, refCommit } from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { refuseRemoteName, remoteBranch } from "../history/base.ts";
import { commandText, type Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { findSession } from "../record/find-session.ts";
import { noteHolder, otherHolders, releaseHolder } from "../record/holder.ts";
import { type KnownSession, knownSessions, listedSessions } from "../record/known-sessions.ts";
import { remoteSessions } from "../record/remote-branches.ts";
import { expandName, findNamed, resolveSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { isEnded } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import type { StatusView } from "../views/shapes/session-views.ts";
import { statusOf } from "../views/status.ts";
import { settleBeforeChange } from "../worktree/settle-before-change.ts";
import { arriveOnBranch, leaveBranch, moveOrRestore, type WorkMoves } from "../worktree/switch-work.ts";
import { checkOut } from "./checkout.ts";
import { reopen } from "./resume.ts";

export interface Switched extends WorkMoves {
  readonly branch: string;
  /** False if the branch was already checked out. */
  readonly switched: boolean;
  /** True if the switch made a paused session active again. */
  readonly resumed: boolean;
  readonly status: StatusView;
  /** The branch's last session, if that session has ended. */
  readonly ended?: { readonly id: string; readonly title: string };
  /** The branch's last session, if it has not ended and is not resumed in this clone. */
  readonly elsewhere?: { readonly id: string; readonly title: string };
  readonly warnings: readonly string[];
}

/**
 * Switches to a session, or to a branch without a session: stashes the unfinished work of the current
 * session, checks the branch out, restores its stashed work, and returns its state. `keep`: git carries
 * uncommitted changes to the new branch.
 * @throws Failure `unknown-session`, `bad-branch`, `branch-gone`, `checked-out-elsewhere`, `switch-refused`,
 * `unfinished-operation`; as `leaveBranch` and `arriveOnBranch`
 */
export async function switchTo(asked: Place, name: string, keep = false): Promise<Switched> {
  const place = await settleBeforeChange(asked);
  await refuseOperation(place);
  const found = await branchNamed(place, name);
  const { branch } = found;
  const away = await leaveBranch(place, branch, keep);
  const word = shellWord(branch);
  const command = await commandText(place, `session switch ${word}${keep ? " --keep" : ""}`, word);
  const how = { command, away: away !== undefined };
  const switched = await moveOrRestore(place, away, () => checkOut(place, found, how));
  const left = away === undefined ? {} : { away };
  const here = { ...place, repository: await openRepository(place.repository.root) };
  if (switched) await releaseHolder(place);
  const session = await findSession(here, branch);
  if (!session) {
    const [known, status] = await Promise.all([knownSessions(here, { light: true }), statusOf(here)]);
    const last = known.find((each) => each.branch === branch && each.where !== "local");
    const named = last && { id: last.id, title: last.title };
    return {
      // The warnings of `status` name a session that the user may have meant.
      ...{ branch, switched, resumed: false, status, warnings: status.warnings, ...left },
      ...defined(isEnded(last?.state) ? { ended: named } : { elsewhere: named }),
    };
  }
  const warnings = await otherHolders(here, branch);
  const resumed = session.state.context.state === "paused";
  if (resumed) await withSession(here, branch, (there, lock) => reopen(here, there, lock, "local"));
  else await noteHolder(here, branch);
  const back = await arriveOnBranch(here, keep).catch((error: unknown) => {
    if (!switched || !(error instanceof Failure) || error.exit !== 4) throw error;
    const { code, hint = "", details = "" } = error;
    throw new Failure(code, `switched to ${branch}, but ${error.message}`, { hint, details });
  });
  const moved = { ...left, ...defined({ back }) };
  return { branch, switched, resumed, status: await statusOf(here), warnings, ...moved };
}

/** A session to switch to. `name`: an argument for `switchTo`. */
export type OtherSession = Pick<KnownSession, "title" | "branch" | "state" | "touched"> & {
  readonly name: string;
};

/**
 * Returns the sessions to switch to, last used first: sessions of this clone, then sessions that only remote
 * branches carry.
 * @throws Failure `no-session` without any
 */
export async function otherSessions(place: Place): Promise<OtherSession[]> {
  const { branch } = place.repository;
  const { sessions, refs } = await listedSessions(place);
  const local = sessions
    .filter((each) => each.where === "local" && each.branch !== branch && !each.gone)
    .map((each) => ({ ...each, name: each.id }));
  const remote = await remoteSessions(place, new Set(sessions.map((each) => each.id)), refs);
  const others = [
    ...local,
    ...remote.map((each) => ({ ...each, name: each.branch, state: `on ${each.remote}` })),
  ];
  if (others.length > 0) return others;
  throw new Failure("no-session", "there is no other session to switch to", {
    hint: "session start <branch>",
  });
}

/** Returns the branch of a name: a branch name takes precedence over equal titles and ids. */
async function branchNamed(place: Place, name: string): Promise<{ branch: string; known?: KnownSession }> {
  const branch = await expandName(place, name);
  if ((await refCommit(place.repository.root, `refs/heads/${branch}`)) !== undefined) return { branch };
  const found = await findNamed(place, branch);
  if (!found) await refuseRemoteName(place, branch, "switch");
  if (!found && (await remoteBranch(place, branch)) !== undefined) return { branch };
  const known = found ?? (await resolveSession(place, branch, await startHint(place, branch)));
  return { branch: known.branch, known };
}

/** Returns the command that starts a session on a missing branch; undefined for an invalid branch name. */
async function startHint({ repository }: Place, branch: string): Promise<string | undefined> {
  const { root } = repository;
  const [isName, main] = await Promise.all([
    checkBranchName(root, branch).then(
      () => true,
      () => false,
    ),
    defaultBranch(root),
  ]);
  if (!isName) return undefined;
  return `session start ${shellWord(branch)}${main === undefined ? "" : ` --from ${shellWord(main)}`}`;
}
