import { existsSync } from "node:fs";
import path from "node:path";
import type { ReflogEntry } from "../../session/branches.ts";
import { ask } from "../read.ts";
import type { Repository } from "../repository.ts";

/** Returns the reflog of a full ref or HEAD, newest first; empty without one. */
export async function reflog(root: string, ref: string): Promise<ReflogEntry[]> {
  return entries(root, [ref]);
}

/** Returns the rename entries of all branches' reflogs, newest first per branch. */
export async function renameLog(root: string): Promise<ReflogEntry[]> {
  return entries(root, ["--branches", "--fixed-strings", "--grep-reflog=Branch: renamed refs/heads/"]);
}

/**
 * Returns the messages of this clone's stash entries, newest first: `On feature/x: try it`. Starts no
 * process if there is no stash.
 */
export async function stashes({ root, commonDir }: Repository): Promise<string[]> {
  if (
    !existsSync(path.join(commonDir, "refs", "stash")) &&
    !existsSync(path.join(commonDir, "logs", "refs", "stash"))
  )
    return [];
  return (await entries(root, ["refs/stash"])).map((each) => each.message);
}

async function entries(root: string, what: readonly string[]): Promise<ReflogEntry[]> {
  const answer = await ask(root, ["log", "-g", "--date=unix", "--format=%H %gD %gs", ...what, "--"]);
  return answer.stdout.split("\n").flatMap((line) => {
    const match = /^(\S+) (\S*)@\{(\d+)\} ?(.*)$/.exec(line);
    return match
      ? [{ oid: match[1] ?? "", ref: match[2] ?? "", at: Number(match[3]), message: match[4] ?? "" }]
      : [];
  });
}
