/**
 * Stores changes while `.git` is read-only, shows them to readers, and applies them once a command may
 * write.
 */
import path from "node:path";
import { ask } from "../git/read.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import type { ChangedItem, SmallChange } from "../session/small-change.ts";
import type { LoadedSession } from "../store/load.ts";
import {
  newEntryId,
  readSpool,
  removeEntries,
  type SpoolFile,
  setEntryAside,
  spoolNames,
  unsafeReason,
  writeEntry,
} from "../store/spool.ts";
import { now } from "../surroundings.ts";
import { withHint } from "../text/hint.ts";

/**
 * Returns the entries of this worktree's spool that this user wrote. Reports entries of other users, or
 * entries that came with a clone, without applying them.
 */
async function spooled(place: Place): Promise<SpoolFile[]> {
  const { projectDir, repository, notices } = place;
  const names = spoolNames(projectDir);
  if (!names) return [];
  const say = (what: string) => {
    const text = `.session/.spool was not applied: ${what}`;
    if (!notices.includes(text)) notices.push(text);
  };
  const wrong = unsafeReason(projectDir);
  if (wrong) {
    say(wrong);
    return [];
  }
  const tracked = new Set(
    (await ask(repository.root, ["ls-files", "-z", "--", ".session/.spool"])).stdout
      .split("\0")
      .map((file) => path.posix.basename(file)),
  );
  const ours = names.filter((name) => {
    if (tracked.has(name))
      say(withHint("it is tracked by git, so others wrote it", "git rm -r --cached :/.session/.spool"));
    const odd = unsafeReason(projectDir, name);
    if (odd) say(odd);
    return !tracked.has(name) && odd === undefined;
  });
  return readSpool(projectDir, ours);
}

/** Returns a session with its spooled changes applied, for reading. */
export async function withSpool(place: Place, session: LoadedSession): Promise<LoadedSession> {
  const entries = (await entriesOf(place, session)).map((each) => each.entry);
  if (entries.length === 0) return session;
  const { takeEntries } = await import("../session/spool.ts");
  const { state, events } = takeEntries(session.state, session.events, entries);
  return { ...session, state, events: [...session.events, ...events] };
}

async function entriesOf(place: Place, session: LoadedSession): Promise<SpoolFile[]> {
  const { ref, id } = session.state.context;
  const all = await spooled(place);
  return all.filter(({ entry }) => `refs/heads/${entry.branch}` === ref || entry.session === id);
}

/**
 * Applies the spool to a locked session: `save` writes all changes, then the files are removed. After a crash
 * in between, the log shows the applied changes. Returns true if it saved changes.
 */
export async function applySpool(
  place: Place,
  session: LoadedSession,
  save: (state: LoadedSession["state"], events: LoadedSession["events"]) => Promise<void>,
): Promise<boolean> {
  const files = await entriesOf(place, session);
  if (files.length === 0) return false;
  const { takeEntries } = await import("../session/spool.ts");
  const { state, events, unfit } = takeEntries(
    session.state,
    session.events,
    files.map((each) => each.entry),
  );
  if (events.length > 0) {
    await save(state, events);
    place.notices.push(
      `applied from .session/.spool: ${events.length} ${events.length === 1 ? "change" : "changes"}`,
    );
  }
  const left = new Map(unfit.map(({ entry, error }) => [entry, error.message]));
  for (const { name, entry } of files) {
    const why = left.get(entry);
    if (why === undefined) continue;
    const aside = await setEntryAside(place.projectDir, name);
    place.notices.push(`not applied from .session/.spool: ${why}; it is kept in ${aside}`);
  }
  await removeEntries(
    place.projectDir,
    files.filter(({ entry }) => !left.has(entry)).map(({ name }) => name),
  );
  return events.length > 0;
}

/** Returns the branches for which the spool has changes. */
export async function spooledBranches(place: Place): Promise<string[]> {
  return [...new Set((await spooled(place)).map(({ entry }) => entry.branch))];
}

/**
 * Stores changes in the spool, and returns the session with these changes.
 * @throws as the changes; the failure `why` if the spool is not writable either
 */
export async function spoolChanges(
  place: Place,
  branch: string,
  session: LoadedSession,
  changes: readonly SmallChange[],
  why: Failure,
): Promise<ChangedItem[]> {
  const { projectDir, repository } = place;
  const { newEntry, spooledName, takeEntries } = await import("../session/spool.ts");
  const before = await withSpool(place, session);
  const added = before.events.slice(session.events.length);
  const entry = newEntry({
    id: newEntryId(),
    at: now(),
    session: session.state.context.id,
    branch,
    changes: changes.map((change) => {
      const of = spooledName(change, added);
      return of === undefined ? { change } : { change, of };
    }),
  });
  const { items, unfit } = takeEntries(before.state, before.events, [entry]);
  const [wrong] = unfit;
  if (wrong) throw wrong.error;
  const linked = unsafeReason(projectDir);
  try {
    if (linked) throw new Failure("unsafe-file", `.session/.spool: ${linked}`);
    await writeEntry(repository.root, projectDir, entry);
  } catch {
    throw why;
  }
  place.notices.push(
    `saved in .session/.spool, because .git is not writable (${reasonOf(why)}); the next command or hook that can write .git applies it`,
  );
  return [...items];
}

const reasonOf = (why: Failure): string => why.message.split(": ").at(-1) ?? why.message;
