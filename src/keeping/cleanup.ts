/**
 * Moves old ended sessions without a user's title or tags into the trash, and deletes expired sessions from
 * the trash. Deletes no commit.
 */

import type { Place } from "../place/place.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { isLive } from "../session/state.ts";
import { titleOfBranch } from "../session/titles.ts";
import { type DeletedSession, isExpired, TRASH_DAYS } from "../session/trash.ts";
import { clock } from "../surroundings.ts";
import { dropAside, listAside, type SetAsideFiles } from "../worktree/set-aside-files.ts";
import { type Deletion, type SessionToKeep, sessionsToDelete } from "./delete.ts";
import { deletedSessions, emptyTrash, trashSessions } from "./trash.ts";

/** Sessions and files that `session cleanup` removes. */
export interface Cleanup extends Deletion {
  /** Deleted sessions that have been in the trash long enough. */
  readonly emptied: readonly DeletedSession[];
  /** Files set aside after an interrupted command that were kept long enough. */
  readonly asides: readonly SetAsideFiles[];
}

/**
 * Returns the plan of a cleanup: ended sessions without activity for `days` days, and the reasons why others
 * stay. `named`: includes sessions to which a user gave a title or tags.
 */
export async function planCleanup(place: Place, days: number, named = false): Promise<Cleanup> {
  const [known, deleted, asides] = await Promise.all([
    knownSessions(place, { light: true }),
    deletedSessions(place),
    listAside(place.repository.gitDir),
  ]);
  const limit = clock() - days * 86_400_000;
  const old = known.filter((each) => Date.parse(each.touched) < limit);
  const staying: SessionToKeep[] = old.flatMap((session) => {
    const why = reasonOf(session, named);
    return why === undefined ? [] : [{ session, why }];
  });
  let going = old.filter((each) => reasonOf(each, named) === undefined);
  // All ancestors of a session that stays also stay.
  for (let before = -1; before !== going.length; ) {
    before = going.length;
    const ids = new Set(going.map((each) => each.id));
    const parents = new Map(
      known.flatMap((each) => (each.parent && !ids.has(each.id) ? [[each.parent, each]] : [])),
    );
    for (const session of going) {
      const child = parents.get(session.id);
      if (child) staying.push({ session, why: `parent of ${child.title} (${child.id})` });
    }
    going = going.filter((each) => !parents.has(each.id));
  }
  return {
    going: sessionsToDelete(known, going),
    staying,
    emptied: deleted.filter((each) => isExpired(each, clock())),
    asides: asides.filter((each) => clock() - Date.parse(each.at) > TRASH_DAYS * 86_400_000),
  };
}

/** Carries out the plan of a cleanup. Returns the sessions that were moved into the trash. */
export async function cleanUp(place: Place, plan: Cleanup): Promise<DeletedSession[]> {
  const deleted = await trashSessions(place, plan.going);
  await emptyTrash(place);
  await dropAside(place.repository.gitDir, plan.asides);
  return deleted;
}

function reasonOf({ state, title, branch, tags }: KnownSession, named: boolean): string | undefined {
  if (isLive(state)) return state;
  if (named) return undefined;
  if (title !== titleOfBranch(branch)) return "named";
  return tags.length > 0 ? `tagged ${tags.join(", ")}` : undefined;
}
