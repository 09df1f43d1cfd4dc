/** Sessions of all repositories in which this user works. */
import { isAnotherWorktree } from "../git/environment.ts";
import { openPlace } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { knownProjects } from "../store/settings/projects.ts";
import { mapLimited } from "../text/concurrency.ts";
import { type Survey, surveySessions } from "./session-rows.ts";
import type { SessionRow } from "./shapes/listing.ts";

/** Repositories that are looked into at a time. */
const AT_ONCE = 8;

/** As `surveySessions`, over every repository that is still there. */
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

/** Undefined for one that was moved or deleted. */
async function surveyOf(project: string, says: boolean): Promise<Survey | undefined> {
  // Whatever the environment says about the repository that we were called in.
  isAnotherWorktree(project);
  try {
    return await surveySessions(await openPlace(project, true), undefined, says);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
