import { plural } from "../../text/plural.ts";
import type { MovedWork } from "../../worktree/work.ts";

/** What was put away and what came back: a sentence each. */
export function workLines({
  away,
  back,
}: {
  readonly away?: MovedWork;
  readonly back?: MovedWork;
}): string[] {
  return [
    ...(away ? [`Put away the unfinished work of ${away.branch}: ${plural(away.files, "file")}.`] : []),
    ...(back ? [`Brought back its unfinished work: ${plural(back.files, "file")}.`] : []),
  ];
}
