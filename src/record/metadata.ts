/**
 * Changes title, tags, metadata and archive state of any session, in local state, a kept folder or a
 * snapshot. Changes no items.
 */

import type { Place } from "../place/place.ts";
import { refuseNewSecrets } from "../secrets/secrets.ts";
import {
  archived,
  unarchived,
  withMeta,
  withoutMeta,
  withoutTags,
  withShared,
  withTags,
  withTitle,
} from "../session/edits/metadata.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import type { SessionContext, SessionState } from "../session/state.ts";
import { changeKeptSnapshot, changeSnapshot } from "../snapshots/write-snapshot.ts";
import { withLock } from "../store/journal/lock.ts";
import type { LoadedSession } from "../store/load.ts";
import { loadForWriting, saveKept, saveSession } from "../store/save.ts";
import { now } from "../surroundings.ts";
import { withSessionFolder } from "./change.ts";
import { event } from "./event.ts";
import { type KnownSession, loadKnown } from "./known-sessions.ts";
import { loadNamed, resolveSession } from "./resolve-session.ts";

export interface ChangedRecord {
  readonly known: KnownSession;
  readonly context: SessionContext;
  /** False if the record already had this content. */
  readonly changed: boolean;
}

/** Renames a session. @throws Failure `bad-title`, `unknown-session` */
export function rename(place: Place, name: string, title: string): Promise<ChangedRecord> {
  return changeRecord(place, name, (state) => {
    const after = withTitle(state, title);
    return [after, event("session.renamed", { title: after.context.title, from: state.context.title })];
  });
}

/** Adds tags, or removes them. @throws Failure `bad-tag`, `no-such-tag` */
export function tag(
  place: Place,
  name: string,
  tags: readonly string[],
  remove: boolean,
): Promise<ChangedRecord> {
  return changeRecord(place, name, (state) => {
    const after = remove ? withoutTags(state, tags) : withTags(state, tags);
    return [after, event("session.tagged", { tags: after.context.tags })];
  });
}

/** Sets a metadata value; without a value, removes the key. @throws Failure `bad-key`, `no-such-key` */
export function setMeta(
  place: Place,
  name: string,
  key: string,
  value: string | undefined,
): Promise<ChangedRecord> {
  return changeRecord(place, name, (state) => [
    value === undefined ? withoutMeta(state, key) : withMeta(state, key, value),
    event("session.meta", { key, value }),
  ]);
}

/** Archives an ended session, so that lists hide it. @throws Failure `not-ended` */
export function archive(place: Place, name: string): Promise<ChangedRecord> {
  return changeRecord(place, name, (state) => [archived(state), event("session.archived")]);
}

/** Shows an archived session in lists again. @throws Failure `not-archived` */
export function unarchive(place: Place, name: string): Promise<ChangedRecord> {
  return changeRecord(place, name, (state, known) => {
    // Lists also hide sessions that ended long ago: this change makes the session recent.
    if (known.state !== "archived")
      throw new Failure("not-archived", `${known.title} is ${known.state}, not archived`, {
        hint: "session list",
      });
    return [unarchived(state), event("session.unarchived")];
  });
}

/** Marks a session as shared, so that every push includes it, or removes the mark. */
export function markShared(place: Place, name: string, shared: boolean): Promise<ChangedRecord> {
  const at = now();
  return changeRecord(place, name, (state) => [
    withShared(state, shared ? at : undefined),
    event(shared ? "session.shared" : "session.unshared", {}, at),
  ]);
}

/** Returns the record of a named session. @throws Failure `unknown-session`, `ambiguous-session` */
export async function contextOf(place: Place, name: string): Promise<SessionContext> {
  return (await loadNamed(place, name)).state.context;
}

type Change = (
  state: SessionState,
  known: KnownSession,
  events: readonly SessionEvent[],
) => readonly [SessionState, SessionEvent];

/** Changes the record of a session in local state, a kept folder or a snapshot. */
export async function changeRecord(place: Place, name: string, change: Change): Promise<ChangedRecord> {
  const known = await resolveSession(place, name);
  let made: { context: SessionContext; changed: boolean } | undefined;
  const apply = async (
    session: LoadedSession,
    save: (after: SessionState, events: readonly SessionEvent[]) => Promise<unknown>,
  ) => {
    const { state } = session;
    const [after, told] = change(state, known, session.events);
    await refuseNewSecrets(place, session, after);
    const changed =
      told.type === "session.unarchived" ||
      told.type === "handoff.taken" ||
      JSON.stringify(after.context) !== JSON.stringify(state.context);
    if (changed) await save(after, [told]);
    made = { context: after.context, changed };
  };
  if (known.where === "local")
    await withSessionFolder(place, known.branch, async (folder, lock) => {
      const session = same(await loadForWriting(folder, lock), known);
      await apply(session, (after, events) => saveSession(session, after, events, lock));
    });
  else if (known.loaded)
    await withLock(known.loaded.folder, async (lock) => {
      const session = same(await loadForWriting(known.loaded?.folder ?? "", lock), known);
      await apply(session, async (after, events) => {
        // Writes the snapshot first, because that may be refused; after it, only the folder matters.
        await changeKeptSnapshot(place, session.folder, after, events);
        await saveKept(session, after, events, lock);
      });
    });
  else {
    const { snapshot } = known;
    if (snapshot)
      await apply(await loadKnown(place, known), (after, events) =>
        changeSnapshot(place, snapshot, after, events),
      );
  }
  if (!made) throw new Failure("no-session", `the record of ${known.id} is gone`);
  return { known, ...made };
}

function same(session: LoadedSession | undefined, known: KnownSession): LoadedSession {
  if (session?.state.context.id === known.id) return session;
  throw new Failure("session-moved", `the session ${known.id} was moved by another process`, {
    hint: SAME_COMMAND,
  });
}
