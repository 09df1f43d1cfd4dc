/** Pushes sessions to a remote: one ref per session, never forced. */

import { setTimeout as wait } from "node:timers/promises";
import { gatherStored } from "../facts/gather-stored.ts";
import { listRefs, moveRefs } from "../git/refs.ts";
import type { PushedRef } from "../git/remote/parse-output.ts";
import { fits, pushRefs, type Remote } from "../git/remote/refs.ts";
import type { RemoteOptions } from "../git/remote/run-remote.ts";
import { currentBranch } from "../git/repository.ts";
import type { Place } from "../place/place.ts";
import { findSession } from "../record/find-session.ts";
import {
  expandName,
  isShared,
  type KnownSession,
  knownSessions,
  pickSession,
  unknownSession,
} from "../record/resolve-session.ts";
import { guardSnapshots } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import { snapshotRef } from "../snapshots/read-snapshot.ts";
import { filesOfSession, makeSnapshot, withDocuments } from "../snapshots/write-snapshot.ts";
import { withHint } from "../text/hint.ts";
import { pullSessions } from "./pull.ts";
import {
  type Interaction,
  type Refs,
  recordSeen,
  remoteNamed,
  remoteOptions,
  remoteSessionRef,
  remotesHere,
  sessionRefs,
} from "./remote.ts";

export interface PushResult {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  /** Result of the push. `same`: the remote already had the snapshot. */
  readonly outcome: "pushed" | "same" | "refused";
  /** Id of the snapshot that the remote has now. */
  readonly commit?: string;
  /** True if the remote had changes too, which were merged first. */
  readonly merged: boolean;
  /** Reason why the remote refused the session. */
  readonly reason?: string;
}

/** A session to push. This clone's ref names the snapshot only after the remote accepted it. */
interface Parcel {
  readonly id: string;
  readonly known: KnownSession;
  readonly commit: string;
}

/** Maximum attempts if other clones keep pushing first. */
const TRIES = 4;

/**
 * Pushes sessions to a remote. Fetches and merges unknown states of the remote first. Changes nothing in this
 * clone unless a push succeeds.
 * @throws Failure `push-refused` if the remote accepts none; as `remoteFailure`; `no-identity`,
 * `secrets-found`
 */
export async function pushSessions(
  place: Place,
  remote: Remote,
  sessions: readonly KnownSession[],
  company: Interaction,
): Promise<PushResult[]> {
  const { root } = place.repository;
  const manner = remoteOptions(place, company);
  const sent = new Map<string, PushResult>();
  const merged = new Set<string>();
  let left = sessions;
  for (let tries = 1; left.length > 0; tries++) {
    const refs = await sessionRefs(place, remote);
    const packs = await packed(place, left, refs);
    const damaged = await damagedOf(place, packs, [...refs.seen.values()], remote);
    for (const { known } of damaged) sent.set(known.id, { ...refusedOf(known), reason: DAMAGED });
    const parcels = packs.filter((each) => !damaged.includes(each));
    if (parcels.length === 0) break;
    const said = await pushedBy(root, remote, parcels, refs, manner);
    const outcomeOf = ({ id }: Parcel) => said.get(snapshotRef(id));
    await noteArrived(
      place,
      remote,
      parcels.filter((each) => outcomeOf(each)?.taken),
      refs,
    );
    const behind: string[] = [];
    for (const parcel of parcels) {
      const { id, known, commit } = parcel;
      const one = outcomeOf(parcel);
      const base = { ...refusedOf(known), merged: merged.has(id) };
      if (one?.outcome === "sent") sent.set(id, { ...base, outcome: "pushed", commit });
      else if (one?.outcome === "same") sent.set(id, { ...base, outcome: "same", commit });
      else sent.set(id, { ...base, reason: reasonOf(one) });
      if (one?.outcome === "behind") behind.push(id);
    }
    if (behind.length === 0 || tries === TRIES) break;
    await wait(50 + Math.random() * 150 * tries);
    const pulled = await pullSessions(place, remote, behind, company);
    for (const each of pulled.united) {
      if (each.outcome === "skipped")
        sent.set(each.id, { ...refusedOf(each), reason: `the remote's copy was not merged: ${each.reason}` });
      else merged.add(each.id);
      place.notices.push(...each.notes.map((note) => `${each.id}: ${note}`));
    }
    const again = new Set(behind.filter((id) => merged.has(id)));
    left = (await knownSessions(place, { light: true })).filter((each) => again.has(each.id));
  }
  const all = [...sent.values()];
  if (all.length > 0 && all.every((each) => each.outcome === "refused")) throw refused(remote, all);
  return all;
}

/**
 * Returns the sessions to push: the named sessions, else this branch's session and the shared sessions; with
 * `all`, every session of this clone.
 * @throws Failure `unknown-session`, `ambiguous-session`; `no-session` if no session can be pushed
 */
export async function sessionsToPush(
  place: Place,
  remote: Remote,
  { names, all }: { readonly names: readonly string[]; readonly all: boolean },
): Promise<KnownSession[]> {
  const [known, refs] = await Promise.all([
    knownSessions(place, { light: true }),
    sessionRefs(place, remote),
  ]);
  // Leaves out sessions that this clone only fetched from another remote.
  if (all) return known.filter((each) => each.loaded || each.folder !== undefined || refs.own.has(each.id));
  if (names.length > 0) {
    const found = await Promise.all(names.map((name) => namedSession(place, known, name)));
    return [...new Map(found.map((each) => [each.id, each])).values()];
  }
  const branch = currentBranch(place.repository);
  const here = branch === undefined ? undefined : await findSession(place, branch);
  const id = here?.state.context.id;
  const shared = sharedToPush(known, refs);
  const own = known.filter((each) => each.id === id && !shared.includes(each));
  if (own.length + shared.length > 0 || known.some(isShared)) return [...own, ...shared];
  throw new Failure("no-session", "no session to push: this branch has none, and none is shared", {
    hint: "session list\nsession push --all",
  });
}

async function namedSession(
  place: Place,
  known: readonly KnownSession[],
  name: string,
): Promise<KnownSession> {
  const wanted = await expandName(place, name);
  const local = known.find((each) => each.where === "local" && each.branch === wanted);
  const found = local ?? pickSession(known, wanted);
  if (found) return found;
  const remotes = await remotesHere(place);
  const { message, hint } = unknownSession(known, wanted, "session list");
  throw new Failure("unknown-session", message, {
    advice: remotes.includes(wanted) ? `${wanted} is a remote: name it last` : "",
    hint: hint ?? "session list",
  });
}

/**
 * Pushes the sessions of pushed branches (full refs) to the branches' remote, if the settings ask for it.
 * Never prompts.
 * @throws Failure `push-refused`, with git's message
 */
export async function pushWithBranches(place: Place, name: string, refs: readonly string[]): Promise<void> {
  if (!place.config.sharing.auto_push) return;
  const branches = refs.map((ref) => ref.replace("refs/heads/", ""));
  const found = await Promise.all(branches.map((branch) => findSession(place, branch)));
  const ids = new Set(found.flatMap((each) => each?.state.context.id ?? []));
  if (ids.size === 0) return;
  const remote = await remoteNamed(place, name);
  const known = (await knownSessions(place, { light: true })).filter((each) => ids.has(each.id));
  try {
    const sent = await pushSessions(place, remote, known, { asks: "hook" });
    const bad = sent.filter((each) => each.outcome === "refused");
    if (bad.length > 0) throw refused(remote, bad);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure("push-refused", `sessions were not pushed to ${remote.shown}: ${error.message}`);
  }
}

/** Returns the shared sessions with changes that the remote did not have when this clone last saw it. */
export function sharedToPush(known: readonly KnownSession[], refs: Refs): KnownSession[] {
  return known.filter((each) => isShared(each) && hasNews(each, refs));
}

/** Reports whether the remote may lack a part of a session. */
export function hasNews({ id, where }: KnownSession, { own, seen }: Refs): boolean {
  const last = seen.get(id);
  return where === "local" || last === undefined || own.get(id) !== last;
}

const DAMAGED = withHint("its snapshot is damaged in this clone", "session doctor");

/**
 * Scans sessions for secrets. Returns sessions with unreadable objects, found by halving: these are not
 * pushed.
 */
async function damagedOf(
  place: Place,
  parcels: readonly Parcel[],
  seen: readonly string[],
  remote: Remote,
): Promise<Parcel[]> {
  try {
    await guardSnapshots(place, parcels, seen, remote.shown);
    return [];
  } catch (error) {
    if (!(error instanceof Failure) || !/^(git-failed|bad-snapshot)$/.test(error.code)) throw error;
    if (parcels.length === 1) return [...parcels];
    const half = parcels.length >> 1;
    return [
      ...(await damagedOf(place, parcels.slice(0, half), seen, remote)),
      ...(await damagedOf(place, parcels.slice(half), seen, remote)),
    ];
  }
}

/** Makes a commit for each session: a new snapshot if the session changed. */
async function packed(place: Place, sessions: readonly KnownSession[], { own }: Refs): Promise<Parcel[]> {
  const fetched = sessions.some((each) => !each.loaded && !own.has(each.id))
    ? await listRefs(place.repository.root, "refs/session-remotes/")
    : new Map<string, string>();
  const parcels: Parcel[] = [];
  // Makes snapshots one after the other: each already runs several git queries in parallel.
  for (const known of sessions) {
    const stored = own.get(known.id) ?? fetched.get(known.snapshot?.ref ?? "");
    const commit = known.loaded ? await fresh(place, known) : await complete(place, known, stored);
    if (commit === undefined)
      throw new Failure("no-session", `the snapshot of ${known.id} is gone`, { hint: "session doctor" });
    parcels.push({ id: known.id, known, commit });
  }
  return parcels;
}

async function fresh(place: Place, { branch, loaded }: KnownSession): Promise<string | undefined> {
  if (!loaded) return undefined;
  const gathered = await gatherStored(place, branch, loaded);
  const { commit } = await makeSnapshot(place, gathered, await filesOfSession(loaded.folder), loaded.folder);
  return commit;
}

/** Returns the snapshot of an ended session, with the documents to send. */
async function complete(place: Place, { folder }: KnownSession, stored: string | undefined) {
  return stored === undefined || folder === undefined ? stored : withDocuments(place, stored, folder);
}

/** Number of refs from which the whole folder is pushed: git compares each named ref with each remote ref. */
const MANY = 100;

async function pushedBy(
  root: string,
  remote: Remote,
  parcels: readonly Parcel[],
  { own, strange }: Refs,
  manner: RemoteOptions,
): Promise<Map<string, PushedRef>> {
  const settled = new Set(parcels.flatMap(({ id, commit }) => (own.get(id) === commit ? [id] : [])));
  const except = [...strange, ...[...own.keys()].filter((id) => !settled.has(id)).map(snapshotRef)];
  const folder = settled.size > MANY && fits(except) ? { pattern: snapshotRef("*"), except } : undefined;
  const named = folder ? parcels.filter((each) => !settled.has(each.id)) : parcels;
  const updates = named.map(({ id, commit }) => ({ commit, ref: snapshotRef(id) }));
  return pushRefs(root, remote, updates, manner, folder);
}

/** Updates this clone's refs, and its record of the remote, to the snapshots that the remote accepted. */
async function noteArrived(
  place: Place,
  remote: Remote,
  arrived: readonly Parcel[],
  { own, seen }: Refs,
): Promise<void> {
  const fresh = arrived.flatMap(({ id, commit }) =>
    own.get(id) === commit ? [] : [{ ref: snapshotRef(id), to: commit, before: own.get(id) }],
  );
  const news = arrived.filter(({ id, commit }) => seen.get(id) !== commit);
  const noted = news.map(({ id, commit }) => ({
    ref: remoteSessionRef(remote, id),
    to: commit,
    before: seen.get(id),
  }));
  const isFirst = [...fresh, ...noted].every((each) => each.before === undefined);
  if (isFirst && (await moveRefs(place.repository.root, [...fresh, ...noted]))) return;
  // If another command wrote a snapshot meanwhile, it stays, and the next push or pull merges it.
  if (!(await moveRefs(place.repository.root, fresh)))
    for (const move of fresh) await moveRefs(place.repository.root, [move]);
  await recordSeen(place, remote, news);
}

function refusedOf({ id, title, branch }: Pick<KnownSession, "id" | "title" | "branch">) {
  return { id, title, branch, outcome: "refused", merged: false } as const;
}

function reasonOf(said: PushedRef | undefined): string {
  if (said?.outcome === "behind") return "the remote kept changing it";
  return said?.reason ?? "the remote did not report a result";
}

function refused(remote: Remote, all: readonly PushResult[]): Failure {
  const reasons = [...new Set(all.map((each) => each.reason ?? ""))];
  const refs = all.length === 1 ? snapshotRef(all[0]?.id ?? "") : `${all.length} sessions`;
  const namespace = reasons.some((each) =>
    /hidden ref|hook declined|not allowed|prohibited|funny refname/i.test(each),
  );
  const lost = reasons.some((each) => /kept changing/.test(each));
  const why = namespace
    ? "; this host does not accept refs/sessions, or not from you"
    : lost
      ? "; another process is pushing the same session"
      : "; nothing was changed";
  return new Failure(
    "push-refused",
    `${remote.shown} did not accept ${refs}: ${reasons.slice(0, 3).join("; ")}${why}`,
    { hint: namespace ? "session export --format bundle" : "session push" },
  );
}
