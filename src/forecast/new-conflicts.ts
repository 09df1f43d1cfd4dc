/** Finds the conflicts that a new commit adds with other sessions. */

import { listRefs } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { branchOf } from "../session/state.ts";
import { sessionFolders, sessionsNaming } from "../store/sessions.ts";
import { withHint } from "../text/hint.ts";
import type { Pair } from "./conflicts.ts";
import type { Side } from "./sides.ts";

/** A new commit on a branch, with its parent (undefined for a first commit) and the files that it changed. */
interface Made {
  readonly branch: string;
  readonly before: string | undefined;
  readonly commit: string;
  readonly files: readonly string[];
}

/**
 * Returns a sentence for each open session of this clone in which the new commit conflicts in files in which
 * its parent did not conflict. Merges only with sessions whose event logs name one of the changed files.
 */
export async function freshConflicts(place: Place, made: Made): Promise<string[]> {
  const folders = await sessionFolders(place.sessionsDir);
  if (made.before === undefined || folders.length < 2) return [];
  const files = new Set(made.files);
  const quotedFiles = made.files.map((each) => JSON.stringify(each));
  const branches = (await sessionsNaming(folders, quotedFiles))
    .filter(({ state: { context } }) => context.state !== "ended" && branchOf(context) !== made.branch)
    .filter(({ events }) =>
      events.some((each) => each.type === "checkpoint" && each.files?.some((file) => files.has(file))),
    )
    .map(({ state }) => branchOf(state.context));
  if (branches.length === 0) return [];
  const [{ withObjects }, { forecastsOf }, { conflictText, keepLook }] = await Promise.all([
    import("../worktree/compare-files.ts"),
    import("./conflicts.ts"),
    import("./last-conflicts.ts"),
  ]);
  const refs = await listRefs(place.repository.root, "refs/heads/");
  const side = (branch: string, tip: string): Side => ({
    ...{ branch, tip, commit: tip, session: null, uncommitted: 0 },
  });
  const pairs = branches.flatMap((branch): Pair[] => {
    const tip = refs.get(`refs/heads/${branch}`);
    if (tip === undefined || made.before === undefined) return [];
    const other = side(branch, tip);
    return [
      [side(made.branch, made.before), other],
      [side(made.branch, made.commit), other],
    ];
  });
  const found = await withObjects(place.repository, (objects) => forecastsOf(place, pairs, objects));
  const now = pairs.flatMap(([one, other], at) => {
    if (at % 2 === 0) return [];
    const before = new Set(found[at - 1]?.files.map((each) => each.path));
    const all = (found[at]?.files ?? []).map((each) => each.path);
    const fresh = all.filter((each) => !before.has(each));
    return all.length === 0 ? [] : [{ one, other, files: all, fresh }];
  });
  await keepLook(
    place,
    now.map(({ fresh: _, ...each }) => each),
    made.branch,
  );
  return now.flatMap(({ other, fresh }) =>
    fresh.length === 0
      ? []
      : [withHint(`this would conflict with ${conflictText(other.branch, fresh)}`, "session conflicts")],
  );
}
