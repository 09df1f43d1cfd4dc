/** Commits the files that `init` wrote, and no other staged file. */
import { commit } from "../git/commit.ts";
import { unfinishedOperation } from "../git/status.ts";
import { changed } from "../git/write.ts";
import type { Place } from "../place/place.ts";
import { withScratch } from "../worktree/scratch-index.ts";

const SETUP_MESSAGE = "chore: set up session";

/** Returns whether git can commit now: not during a merge, rebase or the like. */
export async function canCommit({ repository }: Place): Promise<boolean> {
  return (await unfinishedOperation(repository)) === undefined;
}

/** Commits the files; the user's hooks run. Returns the commit's id. @throws Failures of `commit`. */
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
