/** Selects recorded checks and the files they depend on. Pure. */

import type { Verification } from "../session/session.ts";

/** Checkpoints write this log, so no check depends on it. */
const DECISION_LOG = ".session/decision-log.md";

/** Returns pathspecs for all files on which the results of checks depend. */
export function checkedPaths(checks: readonly Verification[]): string[] {
  const apart = checks.flatMap((each) => each.apart ?? []).filter((each) => /^[^/\n][^\n]*$/.test(each));
  return [":(top)", ...[...new Set([DECISION_LOG, ...apart])].map((each) => `:(top,exclude,glob)${each}`)];
}

/** Returns the last record of each check, newest first. */
export function lastChecks(verified: readonly Verification[]): Verification[] {
  const last = new Map<string, Verification>();
  for (const each of verified) {
    last.delete(each.command);
    last.set(each.command, each);
  }
  return [...last.values()].reverse();
}

/** Marks a check as run at an earlier commit, because the commit that carries it has other files. */
export function markEarlier(check: Verification): Verification {
  return { ...check, earlier: check.earlier ?? (check.commit ?? "").slice(0, 8) };
}
