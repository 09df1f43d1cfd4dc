import { type Commit, log } from "../git/commits.ts";
import { reflog } from "../git/history/reflog.ts";
import { remoteCopies } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { branchOf, type SessionContext } from "../session/state.ts";

/**
 * Returns commits of the branch's remote copies that name the session and that this clone's branch never had,
 * newest first. A commit that the branch had before was undone.
 */
export async function notPulled(place: Place, context: SessionContext): Promise<Commit[]> {
  const { root } = place.repository;
  const branch = branchOf(context);
  const copies = await remoteCopies(root, branch);
  if (copies.length === 0) return [];
  const entries = await reflog(root, `refs/heads/${branch}`);
  const had = [`^refs/heads/${branch}`, ...new Set(entries.map((each) => `^${each.oid}`))];
  return log(root, copies, { grep: [context.id], stdin: had, ignoreMissing: true });
}
