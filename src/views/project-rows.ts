/** Lists sessions of all repositories that this user works in. Only reads the known repositories. */
import { isAnotherWorktree } from "../git/environment.ts";
import { openPlace } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { knownProjects } from "../store/settings/projects.ts";
import { mapLimited } from "../text/concurrency.ts";
import { type Survey, surveySessions } from "./session-rows.ts";
import type { SessionRow } from "./shapes/listing.ts";

/** Number of repositories to read at the same time. */
const AT_ONCE = 8;

/**
 * Returns rows of all known repositories, last used first. See `surveySessions`. Skips missing repositories.
 */
export async function surveyProjects(
  choose: (rows: readonly SessionRow[]) => readonly SessionRow[],
  says: boolean,
): Promise<Pick<Survey, "rows" | "ids">> {
  const found = await mapLimited(await knownProjects(), AT_ONCE, async (project) => {
    const { rows = [], ids = [] } = (await surveyOf(project, says)) ?? {};
    return { rows: rows.map((row) => ({ ...row, project })), ids };
  });
  const rows = found.flatMap((each) => each.rows);
  rows.sort((one, other) => Date.parse(other.touched) - Date.parse(one.touched));
  return { rows: choose(rows), ids: found.flatMap((each) => each.ids) };
}

/** Returns the rows of one repository; undefined if it was moved or deleted. */
async function surveyOf(project: string, says: boolean): Promise<Survey | undefined> {
  // Ignores GIT_DIR and similar variables, which describe the current repository, not this one, see git(1).
  isAnotherWorktree(project);
  try {
    return await surveySessions(await openPlace(project, true), undefined, says);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
