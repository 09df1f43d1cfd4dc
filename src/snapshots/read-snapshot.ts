/** Reads sessions from their snapshots. */
import { namedFiles, readBlobs, readTree } from "../git/objects.ts";
import { refCommit } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { parseContext, withoutLocalKeys } from "../session/context.ts";
import { parseEvents, type SessionEvent } from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import { stateFromTexts } from "../session/files/state-files.ts";
import type { SessionContext, SessionState } from "../session/state.ts";
import { withHint } from "../text/hint.ts";
import type { SnapshotHead } from "./list-snapshots.ts";

/** Names of a snapshot's files, in git's order. Other entries of its tree are ignored. */
export const SNAPSHOT_FILES = [
  "blockers.md",
  "checkpoints.jsonl",
  "context.json",
  "events.jsonl",
  "handoff.md",
  "objectives.md",
] as const;

/** Location of a session's snapshot. */
export type SnapshotPlace = Pick<SnapshotHead, "id" | "ref" | "branch" | "remote">;

/** Returns the name of the ref of a session's snapshots. */
export const snapshotRef = (id: string) => `refs/sessions/${id}`;

/**
 * Reads a session from its snapshot; undefined without one.
 * @throws Failure `bad-snapshot`
 */
export async function readSnapshot(
  place: Place,
  head: Omit<SnapshotPlace, "remote">,
): Promise<{ context: SessionContext; files: Map<string, string>; commit: string } | undefined> {
  const { root } = place.repository;
  const { id, ref, branch } = head;
  const commit = await refCommit(root, ref);
  if (commit === undefined) return undefined;
  const files = await readTree(root, commit, SNAPSHOT_FILES);
  // Drops keys that concern only the clone that wrote the snapshot.
  const text = withoutLocalKeys(files.get("context.json") ?? "");
  files.set("context.json", text);
  const context = parseContext(text);
  if (!context || context.id !== id || context.ref !== `refs/heads/${branch}`)
    throw new Failure("bad-snapshot", `the snapshot ${ref} does not hold the session ${id}`, {
      hint: "session doctor",
    });
  return { context, files, commit };
}

/** Returns the state in a snapshot's files; undefined if the context is unreadable. */
export function stateOfFiles(files: ReadonlyMap<string, string>): SessionState | undefined {
  const context = parseContext(files.get("context.json") ?? "");
  const [objectives = "", blockers = ""] = [files.get("objectives.md"), files.get("blockers.md")];
  return context && stateFromTexts(context, { objectives, blockers });
}

/**
 * Reads one file of each snapshot, by session id, with one git process. Adds notices about files that are too
 * large.
 */
export async function snapshotTexts(
  root: string,
  heads: readonly SnapshotHead[],
  name: (typeof SNAPSHOT_FILES)[number],
  notices?: string[],
): Promise<Map<string, string>> {
  const names = heads.map(({ ref }) => `${ref}:${name}`);
  const texts = await readBlobs(root, names, leftOut(notices));
  return new Map(heads.flatMap(({ id }, at) => (texts[at] === undefined ? [] : [[id, texts[at]] as const])));
}

/**
 * Reads files of each snapshot, by session id, with one git process; a second one, with `checks`, finds out
 * whether an absent file should exist.
 */
export async function snapshotFiles(
  root: string,
  heads: readonly SnapshotHead[],
  names: readonly (typeof SNAPSHOT_FILES)[number][],
  notices?: string[],
  checks = false,
): Promise<Map<string, Map<string, string>>> {
  const paths = heads.flatMap(({ ref }) => names.map((name) => `${ref}:${name}`));
  const texts = await readBlobs(root, paths, leftOut(notices));
  // Every snapshot must have this file; the other files may be absent.
  const absent = paths.filter(
    (path, at) => texts[at] === undefined && (checks || path.endsWith(":context.json")),
  );
  for (const path of checks ? await namedFiles(root, absent) : absent) leftOut(notices)(path, MISSING);
  return new Map(
    heads.map(({ id }, at) => {
      const files = names.map((name, n) => [name, texts[at * names.length + n]] as const);
      return [id, new Map(files.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])))];
    }),
  );
}

/** Reason for leaving out a snapshot without a required file. */
export const MISSING = withHint("is missing", "session doctor");

/** Returns a function that adds a notice about the first file left out of each snapshot. */
export function leftOut(notices: string[] | undefined): (name: string, why: string) => void {
  return (name, why) => {
    const snapshot = `left out: ${name.slice(0, name.indexOf(":") + 1)}`;
    if (!notices?.some((each) => each.startsWith(snapshot))) notices?.push(`left out: ${name} ${why}`);
  };
}

/** Reads state and log of sessions from their snapshots. Skips unreadable snapshots. */
export async function snapshotSessions(
  place: Place,
  heads: readonly SnapshotHead[],
): Promise<Map<string, { state: SessionState; events: SessionEvent[] }>> {
  const { root } = place.repository;
  const [contexts, logs] = await Promise.all([
    snapshotTexts(root, heads, "context.json", place.notices),
    snapshotTexts(root, heads, "events.jsonl", place.notices),
  ]);
  return new Map(
    [...contexts].flatMap(([id, text]) => {
      const context = parseContext(text);
      if (context?.id !== id) return [];
      const state = stateFromTexts(context, { objectives: "", blockers: "" });
      return [[id, { state, events: parseEvents(logs.get(id) ?? "").events }] as const];
    }),
  );
}
