/** Sessions that were started from another one: the parent's log names them, so a brief need not look through all. */
import { storedSession } from "../history/stored.ts";
import type { Place } from "../place/place.ts";
import { progress, type SessionContext } from "../session/state.ts";
import type { LoadedSession } from "../store/state.ts";
import { defined } from "../text/defined.ts";
import type { ChildView, ParentView } from "../views/shapes/views.ts";

/** Children that are looked up, the newest ones. */
const MAX_CHILDREN = 5;

/** Returns the session that another one stands on; undefined for one that stands on none. Asks git for nothing. */
export async function parentOf(
  place: Place,
  { parent: id, base }: SessionContext,
): Promise<ParentView | undefined> {
  if (id === undefined || base.branch === undefined) return undefined;
  const stored = await storedSession(place, base.branch).catch(() => undefined);
  const found = stored?.state.context.id === id ? stored.state.context : undefined;
  return { id, branch: base.branch, ...defined({ title: found?.title, state: found?.state }) };
}

/** Returns the newest children of a session. Asks git only if some are no longer in their branch's folder. */
export async function childrenOf(place: Place, session: LoadedSession | undefined): Promise<ChildView[]> {
  const started = (session?.events ?? [])
    .filter((each) => each.type === "child.started")
    .slice(-MAX_CHILDREN);
  if (started.length === 0) return [];
  const here = await Promise.all(
    started.map(async ({ child, branch }) => {
      const stored = await storedSession(place, branch).catch(() => undefined);
      return stored?.state.context.id === child ? stored : undefined;
    }),
  );
  const known = here.every(Boolean) ? [] : await allSessions(place);
  return started.map(({ child: id, branch }, at) => {
    const loaded = here[at];
    if (loaded) {
      const { title, state } = loaded.state.context;
      return { id, branch, title, state, ...defined({ progress: progress(loaded.state.objectives) }) };
    }
    const found = known.find((each) => each.id === id);
    return { id, branch, ...defined({ title: found?.title, state: found?.state }) };
  });
}

async function allSessions(place: Place) {
  const { knownSessions } = await import("./resolve.ts");
  return knownSessions(place, { light: true });
}
