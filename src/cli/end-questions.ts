/**
 * Asks on the terminal about the open items of a session that is about to end, unless options answer the
 * questions.
 */

import type { EndAnswers, EndPlan } from "../lifecycle/end-plan.ts";
import { incomingText } from "../lifecycle/incoming-commits.ts";
import { leftOpenLines } from "../lifecycle/left-open.ts";
import { Failure } from "../session/failure.ts";
import { changeLine, moreLine } from "../terminal/lines.ts";
import type { Output } from "../terminal/output.ts";
import { confirm } from "../terminal/prompt.ts";
import { bold, dim } from "../terminal/style.ts";
import { pathList } from "../worktree/stash-work.ts";

/** Maximum files that a question lists. */
const SHOWN = 20;

/**
 * Shows open items and asks about other sessions' commits, the last checkpoint and the worktree. After a no
 * to the checkpoint, a session ends without it.
 * @throws Failure `declined` after a no to the commits or to an end without untracked files, and after a no
 * to the checkpoint of a session to be merged.
 */
export async function askToEnd(out: Output, plan: EndPlan): Promise<EndAnswers> {
  const { branch, target, last, along, worktree, open } = plan;
  for (const line of leftOpenLines(open)) out.warn(line);
  if (along.length > 0) {
    out.say(`The merge into ${target} includes work of other sessions than ${bold(branch)}:`);
    for (const each of along) out.say(`  ${incomingText(each)}`);
    if (!(await confirm("Merge it as well?", false))) throw declined();
  }
  const commit = last === undefined || (await asksToCommit(out, last));
  if (!commit && target !== undefined) throw declined();
  const removes =
    worktree !== undefined && (await confirm(`Remove the worktree ${worktree} after the merge?`, false));
  return { commit, removeWorktree: removes };
}

async function asksToCommit(
  out: Output,
  { subject, files, leftOut }: NonNullable<EndPlan["last"]>,
): Promise<boolean> {
  out.say("Not committed:");
  for (const each of files.slice(0, SHOWN)) out.say(changeLine(each));
  if (files.length > SHOWN) out.say(moreLine(`${files.length - SHOWN} more`));
  if (files.length === 0) {
    out.say(`  ${pathList(leftOut)}`);
    if (await confirm("End the session without these files?", true)) return true;
    throw declined();
  }
  if (leftOut.length > 0) out.say(dim(`Left out: ${pathList(leftOut)}`));
  return confirm(`Commit these files as the last checkpoint, "${subject}"?`, true);
}

function declined(): Failure {
  return new Failure("declined", "nothing was done; the session is still active");
}
