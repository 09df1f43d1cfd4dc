/** Pushes sessions to a remote: one ref per session, never forced. */
import { setTimeout as wait } from "node:timers/promises";
import { moveRefs } from "../git/refs.ts";
import { bundleCommand } from "../git/remote/names.ts";
import type { PushedRef } from "../git/remote/parse-output.ts";
import { fits, pushRefs, type Remote } from "../git/remote/refs.ts";
import type { RemoteOptions } from "../git/remote/run-remote.ts";
import type { Place } from "../place/place.ts";
import { findSession } from "../record/find-session.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { snapshotRef } from "../snapshots/read-snapshot.ts";
import { noteSnapshot } from "../store/journal/snapshot-note.ts";
import { defined } from "../text/defined.ts";
import { withHint } from "../text/hint.ts";
import { damagedOf, type Parcel, packed } from "./pack-sessions.ts";
import { pullSessions } from "./pull.ts";
import {
  type Interaction,
  type Refs,
  recordSeen,
  remoteNamed,
  remoteOptions,
  remoteSessionRef,
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
  /** First lines that the remote printed when it refused. */
  readonly said?: string;
}

/** Maximum attempts if other clones keep pushing first. */
const TRIES = 4;

/**
 * Pushes sessions to a remote. Fetches and merges unknown states of the remote first. Changes nothing in this
 * clone unless a push succeeds; only merges snapshots that reached this clone's refs from outside.
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
  const moved = new Set<string>();
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
      else sent.set(id, { ...base, reason: reasonOf(one, moved.has(id)), ...defined({ said: one?.said }) });
      if (one?.outcome === "behind") behind.push(id);
    }
    if (behind.length === 0 || tries === TRIES) break;
    await wait(50 + Math.random() * 150 * tries);
    const pulled = await pullSessions(place, remote, behind, company).catch(unlessUnknown);
    if (pulled === undefined) break;
    for (const each of pulled.united) {
      if (each.outcome === "skipped")
        sent.set(each.id, { ...refusedOf(each), reason: `the remote's copy was not merged: ${each.reason}` });
      else merged.add(each.id);
      if (NEWS.has(each.outcome)) moved.add(each.id);
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

const DAMAGED = withHint("its snapshot is damaged in this clone", "session doctor");

/** Number of refs from which the whole folder is pushed: git compares each named ref with each remote ref. */
const MANY = 100;

async function pushedBy(
  root: string,
  remote: Remote,
  parcels: readonly Parcel[],
  { own, strange }: Refs,
  manner: RemoteOptions,
): Promise<Map<string, PushedRef>> {
  const settled = new Set(parcels.flatMap(({ id, commit, before }) => (before === commit ? [id] : [])));
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
  { seen }: Refs,
): Promise<void> {
  for (const { id, note } of arrived) if (note) await noteSnapshot(note.folder, id, note.own, note.noted);
  const fresh = arrived.flatMap(({ id, commit, before }) =>
    before === commit ? [] : [{ ref: snapshotRef(id), to: commit, before }],
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

/** Outcomes of a pull that mean that the remote's session has moved. */
const NEWS = new Set(["new", "forward", "merged"]);

/** Returns undefined if the remote lacks a session that it refused: its ref has not moved. */
function unlessUnknown(error: Error): undefined {
  if (!(error instanceof Failure && error.code === "unknown-session")) throw error;
}

function reasonOf(said: PushedRef | undefined, moved: boolean): string {
  if (said?.outcome === "behind" && moved) return "the remote kept changing it";
  return said?.reason ?? "the remote did not report a result";
}

function refused(remote: Remote, all: readonly PushResult[]): Failure {
  const reasons = [...new Set(all.map((each) => each.reason ?? ""))];
  const refs = all.length === 1 ? snapshotRef(all[0]?.id ?? "") : `${all.length} sessions`;
  const isNamespace = reasons.some((each) => /hidden ref|not allowed|prohibited|funny refname/i.test(each));
  const isLost = reasons.some((each) => /kept changing/.test(each));
  const why = isNamespace
    ? "this host does not accept refs/sessions, or not from you"
    : isLost
      ? "another process is pushing the same session"
      : "nothing was changed";
  // A hook may have any reason: its own words say which.
  const isFinal = isNamespace || reasons.some((each) => /hook declined/i.test(each));
  return new Failure(
    "push-refused",
    `${remote.shown} did not accept ${refs}: ${reasons.slice(0, 3).join("; ")}; ${why}`,
    { hint: isFinal ? bundleCommand(all.map((each) => each.id)) : SAME_COMMAND, details: saidBy(all) },
  );
}

/** Returns what the remote printed about refused sessions, each text once. */
export function saidBy(sent: readonly PushResult[]): string {
  return [...new Set(sent.flatMap((each) => each.said ?? []))].join("\n");
}
