/** Lists the sessions of this clone that a user can name, and loads them. */
import { renameLog } from "../git/history/reflog.ts";
import { listRefs } from "../git/refs.ts";
import { standingOf } from "../history/branch-identity.ts";
import type { Place } from "../place/place.ts";
import { renamedTo } from "../session/branches.ts";
import { parseEvents } from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import { stateFromTexts } from "../session/files/state-files.ts";
import { branchOf } from "../session/state.ts";
import { countsAsDeleted } from "../session/trash.ts";
import { listSnapshots, type SnapshotHead } from "../snapshots/list-snapshots.ts";
import { type LoadedSession, loadSession } from "../store/load.ts";
import { keptSessions, localSessions, unchangedKept } from "../store/sessions.ts";
import { unfinishedDeletions } from "../store/trash.ts";
import { clock } from "../surroundings.ts";
import { defined } from "../text/defined.ts";

/** A session that a user can name: in local state, kept, or only in a snapshot. */
export interface KnownSession {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly state: string;
  readonly created: string;
  /** Time of the last activity, in ISO 8601. */
  readonly touched: string;
  readonly tags: readonly string[];
  /** Id of the parent session. */
  readonly parent?: string | undefined;
  readonly where: "local" | "kept" | "snapshot";
  /** The remote from which its snapshot was fetched. */
  readonly remote?: string | undefined;
  readonly loaded?: LoadedSession;
  /** Path of the kept folder, if it was not read because the snapshot has the same content. */
  readonly folder?: string | undefined;
  readonly snapshot?: SnapshotHead | undefined;
  /** True for a local session whose branch is gone; `renamedTo` has the new name, if it was renamed. */
  readonly gone?: boolean;
  readonly renamedTo?: string;
}

/**
 * Returns every session of this clone, last used first, each once. With `light`, does not read a kept session
 * whose snapshot has the same content.
 */
export async function knownSessions(
  place: Place,
  options: { readonly light?: boolean } = {},
): Promise<KnownSession[]> {
  const { sessionsDir } = place;
  const [local, snapshots] = await Promise.all([localSessions(sessionsDir), listSnapshots(place)]);
  const heads = new Map(snapshots.map((each) => [each.id, each]));
  const same = options.light
    ? await unchangedKept(sessionsDir, (id) => heads.get(id)?.log)
    : new Map<string, string>();
  const kept = await keptSessions(sessionsDir, same);
  const known = new Map<string, KnownSession>();
  const archiveBefore = clock() - place.config.session.archive_after_days * 86_400_000;
  const phase = (state: string, time: number) =>
    state === "ended" && time < archiveBefore ? "archived" : state;
  for (const head of snapshots)
    known.set(head.id, new SnapshotSession(head, phase(head.state, head.time), same.get(head.id)));
  for (const [each, where] of [
    ...kept.map((one) => [one, "kept"] as const),
    ...local.map((one) => [one, "local"] as const),
  ]) {
    const found = fromLoaded(each, where);
    known.set(found.id, { ...found, state: phase(found.state, Date.parse(found.touched)) });
  }
  for (const entry of await unfinishedDeletions(sessionsDir, known))
    if (countsAsDeleted(entry, known.get(entry.id))) known.delete(entry.id);
  return lastTouchedFirst([...known.values()]);
}

/** A session known only from its snapshot. Parses fields lazily: parsing 10,000 messages is slow. */
class SnapshotSession implements KnownSession {
  constructor(
    readonly snapshot: SnapshotHead,
    readonly state: string,
    readonly folder: string | undefined,
  ) {}

  get id() {
    return this.snapshot.id;
  }
  get title() {
    return this.snapshot.title;
  }
  get branch() {
    return this.snapshot.branch;
  }
  get created() {
    return this.snapshot.created;
  }
  get touched() {
    return this.snapshot.touched;
  }
  get tags() {
    return this.snapshot.tags;
  }
  get parent() {
    return this.snapshot.parent;
  }
  get where() {
    return this.folder === undefined ? "snapshot" : "kept";
  }
  get remote() {
    return this.folder === undefined ? this.snapshot.remote : undefined;
  }
}

/**
 * Sorts sessions by last use. Compares times as numbers: comparing 10,000 texts takes longer than listing
 * them.
 */
function lastTouchedFirst(sessions: readonly KnownSession[]): KnownSession[] {
  const times = Float64Array.from(sessions, (each) =>
    each instanceof SnapshotSession ? each.snapshot.time : Date.parse(each.touched) || 0,
  );
  const order = Uint32Array.from(sessions, (_, at) => at);
  order.sort((one, other) => (times[other] ?? 0) - (times[one] ?? 0) || one - other);
  return Array.from(order, (at) => sessions[at] as KnownSession);
}

/**
 * Returns sessions like `knownSessions`, and marks branches that are gone or renamed; also returns all
 * branches, including branches of remotes.
 */
export async function listedSessions(place: Place) {
  const { root, branch } = place.repository;
  const [known, refs] = await Promise.all([
    knownSessions(place, { light: true }),
    listRefs(root, "refs/heads/", "refs/remotes/"),
  ]);
  const own = known.find((each) => each.where === "local" && each.branch === branch);
  const isEarlier = own?.loaded !== undefined && (await standingOf(place, own.loaded)) === "earlier";
  const isGone = (each: KnownSession) =>
    each === own ? isEarlier : each.where === "local" && !refs.has(`refs/heads/${each.branch}`);
  if (!known.some(isGone)) return { sessions: known, refs };
  const renames = await renameLog(root);
  const sessions = known.map((each) => {
    if (!isGone(each)) return each;
    const to = renamedTo(each.branch, renames);
    return { ...each, gone: true, ...defined({ renamedTo: to }) };
  });
  return { sessions, refs };
}

/** Reads the folder of a kept session of which only the snapshot was read before. */
export async function withFolder(known: KnownSession): Promise<KnownSession> {
  const loaded =
    known.folder === undefined ? undefined : await loadSession(known.folder).catch(() => undefined);
  const { state, snapshot, folder } = known;
  return loaded ? { ...fromLoaded(loaded, "kept"), state, snapshot, folder } : known;
}

/** Loads a session from its folder or snapshot. @throws Failure `no-session`, `bad-snapshot` */
export async function loadKnown(place: Place, known: KnownSession): Promise<LoadedSession> {
  if (known.loaded) return known.loaded;
  const { readSnapshot } = await import("../snapshots/read-snapshot.ts");
  const snapshot = known.snapshot && (await readSnapshot(place, known.snapshot));
  if (!snapshot) throw new Failure("no-session", `the snapshot of ${known.id} is gone`);
  const texts = {
    objectives: snapshot.files.get("objectives.md") ?? "",
    blockers: snapshot.files.get("blockers.md") ?? "",
  };
  const { events } = parseEvents(snapshot.files.get("events.jsonl") ?? "");
  // A snapshot does not record who wrote its text, so all text counts as foreign.
  const own = { words: [], events: events.length, from: "snapshot" };
  return {
    folder: "",
    state: stateFromTexts({ ...snapshot.context, own }, texts),
    texts,
    events,
    problems: [],
    damaged: new Map(),
  };
}

/** Reports whether a session is marked as shared. */
export function isShared({ loaded, snapshot }: KnownSession): boolean {
  return loaded ? loaded.state.context.shared !== undefined : (snapshot?.shared ?? false);
}

function fromLoaded(session: LoadedSession, where: "local" | "kept"): KnownSession {
  const { context } = session.state;
  return {
    id: context.id,
    title: context.title,
    branch: branchOf(context),
    state: context.state,
    created: context.created,
    touched: session.events.at(-1)?.at ?? context.ended ?? context.created,
    tags: context.tags,
    ...defined({ parent: context.parent }),
    where,
    loaded: session,
  };
}
