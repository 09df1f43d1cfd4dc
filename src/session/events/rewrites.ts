/** Reads from the log of a session which commits replaced others. Pure. */

import type { SessionEvent } from "./events.ts";

/** Returns the commits that the log names as rewritten, each with its new id. */
export function loggedRewrites(events: readonly SessionEvent[]): Map<string, string> {
  const all = events.flatMap((each) =>
    each.type === "commits.rewritten" ? Object.entries(each.commits) : [],
  );
  return new Map(all);
}

/** Returns the last rewritten form of a commit. */
export function lastForm(oid: string, rewrites: ReadonlyMap<string, string>): string {
  const seen = new Set([oid]);
  let last = oid;
  for (let next = rewrites.get(last); next !== undefined && !seen.has(next); next = rewrites.get(last)) {
    seen.add(next);
    last = next;
  }
  return last;
}
