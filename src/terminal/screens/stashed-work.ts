import { oneLine } from "../../text/foreign-text.ts";
import { plural } from "../../text/plural.ts";
import { type MovedWork, pathList } from "../../worktree/stash-work.ts";

/** Returns a sentence for stashed work, and a sentence for restored work. */
export function workLines({ away, back }: { away?: MovedWork; back?: MovedWork }): string[] {
  return [
    ...(away ? [`Stashed the unfinished work of ${away.branch}: ${filesOf(away)}.`] : []),
    ...(back ? [restored(back)] : []),
  ];
}

function restored({ files }: MovedWork): string {
  return files === 0
    ? "The branch already has its unfinished work."
    : `Restored its unfinished work: ${plural(files, "file")}.`;
}

function filesOf({ names, files }: MovedWork): string {
  return names ? oneLine(pathList(names)) : plural(files, "file");
}
