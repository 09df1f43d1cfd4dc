/**
 * Finds an existing session on a branch before `start` creates a new one: a session to resume, or a session
 * from which to inherit.
 */
import { listRefs } from "../git/refs.ts";
import { remoteBranch } from "../history/base.ts";
import type { Place } from "../place/place.ts";
import { recordOf } from "../record/head/head.ts";
import type { HeadRecord, ParentRecord } from "../record/head/head-record.ts";
import { Failure } from "../session/failure.ts";
import type { SessionState } from "../session/state.ts";
import { withoutMarks } from "../text/foreign-text.ts";
import { plural } from "../text/plural.ts";
import { shellWord } from "../text/shell.ts";

/** Returns the record that the commits of a branch carry; null for a new branch. */
export async function existingRecord(
  place: Place,
  { branch, from }: { readonly branch: string; readonly from?: string },
): Promise<HeadRecord | null> {
  const { root, branch: current } = place.repository;
  const own = `refs/heads/${branch}`;
  const refs = await listRefs(root, "refs/heads/", "refs/remotes/");
  if (branch === current || refs.has(own)) return recordOf(place, branch);
  const isRemote =
    from === undefined &&
    [...refs.keys()].some((each) => each.startsWith("refs/remotes/") && each.endsWith(`/${branch}`));
  return isRemote && (await remoteBranch(place, branch)) ? recordOf(place, branch) : null;
}

/** Reports whether a record belongs to the branch itself, so that `start` resumes its session. */
export function carriesSession({ kind, branch }: HeadRecord): boolean {
  return kind !== "guess" && kind !== "inherited" && branch !== "";
}

/** Returns Failure `session-exists` for a branch with a session, with the command that resumes it. */
export function carriesFailure({ session, command, words = "" }: HeadRecord, branch: string): Failure {
  const { title = branch, id = "" } = session?.state.context ?? {};
  return new Failure(
    "session-exists",
    `${branch} carries a session: ${title} (${id}), ${withoutMarks(words)}`,
    { hint: `${command}\nsession start ${shellWord(branch)} --new` },
  );
}

/** Returns lines that report the items which a new session inherited; empty without a parent session. */
export function inheritsText(
  fresh: SessionState,
  state: SessionState,
  parent: ParentRecord | undefined,
): string[] {
  if (!parent) return [];
  const { title } = parent.session.state.context;
  const counts = [
    plural(state.objectives.length - fresh.objectives.length, "objective"),
    plural(state.blockers.length, "blocker"),
    plural(state.context.decisions.length, "decision"),
  ];
  return [`inherited from ${parent.branch || title}: ${counts.join(", ")}`];
}
