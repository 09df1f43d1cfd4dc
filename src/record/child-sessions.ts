/**
 * Finds parent and children of a session. The parent's log names its children, so a brief need not
 * read all sessions.
 */
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { progress } from "../session/progress.ts";
import { headline } from "../session/session.ts";
import type { SessionContext, SessionState } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { defined } from "../text/defined.ts";
import type { ChildView, ParentView } from "../views/shapes/view-parts.ts";
import type { KnownSession } from "./known-sessions.ts";

/** Maximum children of a session to read, newest first. */
const MAX_CHILDREN = 5;

/** Returns the parent of a session; undefined without one. Starts no git process. */
export async function parentOf(
  place: Place,
  { parent: id, base }: SessionContext,
): Promise<ParentView | undefined> {
  if (id === undefined || base.branch === undefined) return undefined;
  const stored = await storedSession(place, base.branch).catch(() => undefined);
  const found = stored?.state.context.id === id ? stored.state.context : undefined;
  return { id, branch: base.branch, ...defined({ title: found?.title, state: found?.state }) };
}

/**
 * Returns the newest children of a session. Starts git only if a child is no longer in its branch's
 * folder.
 */
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
  const others = here.every(Boolean) ? undefined : await otherSessions(place);
  return Promise.all(
    started.map(async ({ child: id, branch }, at) => {
      const found = others?.known.find((each) => each.id === id);
      const loaded = here[at] ?? (found && (await others?.load(found).catch(() => undefined)));
      if (loaded) return { id, branch, ...didOf(loaded.state) };
      return { id, branch, ...defined({ title: found?.title, state: found?.state }) };
    }),
  );
}

/** Maximum finished objectives to name per child; names the last ones. */
const MAX_DONE = 2;

function didOf({ context, objectives }: SessionState) {
  const { title, state, summary, decisions } = context;
  const done = objectives.filter((each) => each.mark === "done").map((each) => headline(each.text));
  return {
    title,
    state,
    ...defined({ progress: progress(objectives), summary: summary && headline(summary) }),
    ...(done.length === 0 ? {} : { done: done.slice(-MAX_DONE) }),
    ...(decisions.length === 0 ? {} : { decisions: decisions.length }),
  };
}

/** Returns all sessions of this clone, and a function that loads one. */
async function otherSessions(place: Place) {
  const { knownSessions, loadKnown, withFolder } = await import("./known-sessions.ts");
  const known = await knownSessions(place, { light: true });
  return { known, load: async (each: KnownSession) => loadKnown(place, await withFolder(each)) };
}
