/** Tidying up: what ended long ago and nobody named goes into the trash, what was there long enough goes for good. */

import type { Place } from "../place/place.ts";
import { type KnownSession, knownSessions } from "../record/resolve-session.ts";
import { titleOfBranch } from "../session/state.ts";
import { type DeletedSession, isExpired, TRASH_DAYS } from "../session/trash.ts";
import { clock } from "../surroundings.ts";
import { type Aside, dropAside, listAside } from "../worktree/set-aside-files.ts";
import { type Deletion, goingOf, type Staying } from "./delete.ts";
import { deletedSessions, emptyTrash, trashSessions } from "./trash.ts";

export interface Cleanup extends Deletion {
  /** Deleted before, and long enough ago. */
  readonly emptied: readonly DeletedSession[];
  /** Files that an interrupted command left, kept aside long enough ago. */
  readonly asides: readonly Aside[];
}

/**
 * What a cleanup would do: sessions without a sign of life for so many days go, with the reasons why others stay. `named`:
 * those with a title or tags of their own go, too.
 */
export async function planCleanup(place: Place, days: number, named = false): Promise<Cleanup> {
  const [known, deleted, asides] = await Promise.all([
    knownSessions(place, { light: true }),
    deletedSessions(place),
    listAside(place.repository.gitDir),
  ]);
  const limit = clock() - days * 86_400_000;
  const old = known.filter((each) => Date.parse(each.touched) < limit);
  const staying: Staying[] = old.flatMap((session) => {
    const why = reasonOf(session, named);
    return why === undefined ? [] : [{ session, why }];
  });
  let going = old.filter((each) => reasonOf(each, named) === undefined);
  // A parent stays with its child, and so does that one's parent.
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
    going: goingOf(known, going),
    staying,
    emptied: deleted.filter((each) => isExpired(each, clock())),
    asides: asides.filter((each) => clock() - Date.parse(each.at) > TRASH_DAYS * 86_400_000),
  };
}

/** Carries it out. */
export async function cleanUp(place: Place, plan: Cleanup): Promise<DeletedSession[]> {
  const deleted = await trashSessions(place, plan.going);
  await emptyTrash(place);
  await dropAside(place.repository.gitDir, plan.asides);
  return deleted;
}

function reasonOf({ state, title, branch, tags }: KnownSession, named: boolean): string | undefined {
  if (state === "active" || state === "paused") return state;
  if (named) return undefined;
  if (title !== titleOfBranch(branch)) return "named";
  return tags.length > 0 ? `tagged ${tags.join(", ")}` : undefined;
}
