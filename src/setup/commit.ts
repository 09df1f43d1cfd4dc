/** The commit of what `init` wrote: those files alone, whatever else is staged. */
import { commit } from "../git/commit.ts";
import { unfinishedOperation } from "../git/status.ts";
import { changed } from "../git/write.ts";
import type { Place } from "../place/place.ts";
import { withScratch } from "../worktree/scratch-index.ts";

const SETUP_MESSAGE = "chore: set up session";

/** Whether the files can be committed now: not while a merge or the like is in progress. */
export async function canCommit({ repository }: Place): Promise<boolean> {
  return (await unfinishedOperation(repository)) === undefined;
}

/** Commits the files, with the user's hooks. Returns the commit. @throws Failure as `commit`. */
export async function commitSetup(place: Place, paths: readonly string[]): Promise<string> {
  const { repository } = place;
  await changed(repository.root, ["--literal-pathspecs", "add", "--", ...paths]);
  const { oid } = await withScratch(place, ({ scratch }) =>
    commit(repository, {
      message: `${SETUP_MESSAGE}\n`,
      paths,
      ...{ amend: false, allowEmpty: false, verify: true, scratch },
    }),
  );
  return oid;
}
