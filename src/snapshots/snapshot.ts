import path from "node:path";
import { isAncestor, log, missingCommits } from "../git/commits.ts";
import { changedPath, patchIds } from "../git/history/patch-ids.ts";
import { commitTree, foldersOf, namedFiles, readBlobs, readTree, treeOf, writeTree } from "../git/objects.ts";
import { listRefs, refCommit, updateRef } from "../git/refs.ts";
import { resolveName } from "../git/resolve.ts";
import type { Place } from "../place/place.ts";
import { guardFiles } from "../secrets/secrets.ts";
import { contextText, parseContext, withoutLocalKeys } from "../session/context.ts";
import { eventLine, parseEvents, type SessionEvent } from "../session/events/events.ts";
import { missingEvents } from "../session/events/rebuild.ts";
import { Failure } from "../session/failure.ts";
import { DOCUMENT_FOLDERS } from "../session/files/documents.ts";
import {
  contextOfState,
  type SessionTexts,
  stateFromTexts,
  textsOfState,
} from "../session/files/state-files.ts";
import type { SessionContext, SessionState } from "../session/state.ts";
import { commitsIn, mergeCheckpoints } from "../sharing/merge/documents.ts";
import { readSmall } from "../store/files.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { withHint } from "../text/hint.ts";
import { checkpointsOf } from "../trailers/checkpoints.ts";
import type { WholeWork } from "../trailers/snapshot-work.ts";
import { documentsThatTravel, foldersThatTravel } from "./documents.ts";
import type { SnapshotHead } from "./list-snapshots.ts";
import { changedMessage, type SnapshotSource, snapshotMessage } from "./message.ts";

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
type SnapshotPlace = Pick<SnapshotHead, "id" | "ref" | "branch" | "remote">;

/** Returns the name of the ref of a session's snapshots. */
export const snapshotRef = (id: string) => `refs/sessions/${id}`;

/**
 * Writes the session's record as a commit on `refs/sessions/<id>`, on top of the current snapshot.
 * Idempotent: if the tree is unchanged, writes nothing.
 * @throws Failure `no-identity`, `ref-moved`
 */
export async function writeSnapshot(
  place: Place,
  source: SnapshotSource,
  files: ReadonlyMap<string, string>,
  leaving?: string,
): Promise<string> {
  const { root } = place.repository;
  const ref = snapshotRef(source.state.context.id);
  const { commit, before } = await makeSnapshot(place, source, files, leaving);
  if (commit === before) return commit;
  try {
    await updateRef(root, ref, commit, before);
  } catch (error) {
    const lost = before === undefined ? (await listRefs(root, ref)).get(ref) : undefined;
    // Continues without the unreadable snapshot: the record is complete without it, and the ref's reflog
    // still names it.
    if (lost === undefined || (await refCommit(root, ref)) !== undefined) throw error;
    await updateRef(root, ref, commit, lost);
    place.notices.push(`the earlier snapshot ${lost} cannot be read: ${ref} starts a new history`);
  }
  return commit;
}

/**
 * Makes the commit of `writeSnapshot` without moving the ref. Keeps the documents of the earlier snapshot,
 * unless they are sent again. `leaving`: folder of a session if its snapshot leaves this machine; its texts
 * are scanned before git stores them.
 * @throws Failure `no-identity`, `secrets-found`
 */
export async function makeSnapshot(
  place: Place,
  source: SnapshotSource,
  files: ReadonlyMap<string, string>,
  leaving?: string,
) {
  const { root } = place.repository;
  const { state } = source;
  const [lines, before, documents] = await Promise.all([
    checkpointLines(place, source),
    refCommit(root, snapshotRef(state.context.id)),
    leaving === undefined ? undefined : documentsThatTravel(place, leaving),
  ]);
  const content = new Map(
    [
      ...files,
      ["context.json", withoutLocalKeys(files.get("context.json") ?? "")] as const,
      ["checkpoints.jsonl", await withOthers(root, before, lines)] as const,
    ].filter(([, text]) => text !== ""),
  );
  const where = `the snapshot of ${state.context.id}`;
  const checked = documents && (await guardFiles(place, new Map([...content, ...documents]), where));
  const anew = leaving === undefined ? [] : foldersThatTravel(place);
  const kept = await keptFolders(root, before, anew);
  const tree = await writeTree(root, checked ?? content, kept);
  if (before !== undefined && (await treeOf(root, before)) === tree) return { commit: before, before };
  const message = snapshotMessage(source, files.get("events.jsonl") ?? "");
  return { commit: await commitTree(root, tree, message, before === undefined ? [] : [before]), before };
}

/** Adds checkpoints of other clones from the earlier snapshot: this clone lacks their commits. */
async function withOthers(root: string, before: string | undefined, lines: string): Promise<string> {
  const [known = ""] = before === undefined ? [] : await readBlobs(root, [`${before}:checkpoints.jsonl`]);
  const own = new Set(commitsIn(lines));
  const others = commitsIn(known).filter((oid) => !own.has(oid));
  const missing = await missingCommits(root, others);
  const theirs = known.split("\n").filter((line) => commitsIn(line).some((oid) => missing.has(oid)));
  return theirs.length === 0 ? lines : mergeCheckpoints("", lines, theirs.join("\n"));
}

/**
 * Adds the documents to send from a folder to the snapshot of an ended session. Returns the same commit if no
 * document changed.
 */
export async function withDocuments(place: Place, commit: string, folder: string): Promise<string> {
  const { root } = place.repository;
  const anew = foldersThatTravel(place);
  if (anew.length === 0) return commit;
  const [found, files, [before]] = await Promise.all([
    documentsThatTravel(place, folder),
    readTree(root, commit, SNAPSHOT_FILES),
    log(root, [commit], { limit: 1 }),
  ]);
  const documents = await guardFiles(place, found, "the snapshot");
  const kept = await keptFolders(root, commit, anew);
  const tree = await writeTree(root, new Map([...files, ...documents]), kept);
  if ((await treeOf(root, commit)) === tree) return commit;
  return commitTree(root, tree, before?.message ?? "", [commit]);
}

/** Returns the document folders of a snapshot that are not written again. */
async function keptFolders(
  root: string,
  commit: string | undefined,
  anew: readonly string[] = [],
): Promise<Map<string, string>> {
  const names = DOCUMENT_FOLDERS.filter((each) => !anew.includes(each));
  return commit === undefined || names.length === 0 ? new Map() : foldersOf(root, commit, names);
}

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

/**
 * Makes a fetched snapshot this clone's own, so that the next snapshot follows it. A diverged own snapshot
 * stays.
 */
export async function adoptSnapshot(place: Place, head: SnapshotPlace, commit: string): Promise<void> {
  if (head.remote === undefined) return;
  const { root } = place.repository;
  const ref = snapshotRef(head.id);
  const own = await refCommit(root, ref);
  if (own === commit || (own !== undefined && !(await isAncestor(root, own, commit)))) return;
  await updateRef(root, ref, commit, own);
}

/**
 * Writes a snapshot with a changed record to this clone's own ref. Keeps the facts about commits; without
 * `texts`, keeps the task lists too.
 * @throws Failure `no-identity`, `ref-moved`, `bad-snapshot`
 */
export async function changeSnapshot(
  place: Place,
  head: SnapshotPlace,
  after: SessionState,
  events: readonly SessionEvent[],
  texts?: SessionTexts,
): Promise<string> {
  const { root } = place.repository;
  const { remote } = head;
  const [found, own] = await Promise.all([readSnapshot(place, head), refCommit(root, snapshotRef(head.id))]);
  // Starts from a diverged own snapshot, so that its changes are not lost.
  if (remote !== undefined && found && own && !(await isAncestor(root, own, found.commit)))
    return changeSnapshot(
      place,
      { id: head.id, branch: head.branch, remote: undefined, ref: snapshotRef(head.id) },
      after,
      events,
      texts,
    );
  if (!found) throw new Failure("no-session", `the snapshot of ${head.id} is gone`);
  const [before] = await log(root, [found.commit], { limit: 1 });
  const at = events.at(-1)?.at ?? now();
  const files = new Map(found.files);
  const context = contextOfState(after, at);
  const told = files.get("events.jsonl") ?? "";
  const added = missingEvents(parseEvents(told).events, events, context, at);
  files.set("context.json", withoutLocalKeys(contextText(context)));
  files.set("events.jsonl", told + added.map(eventLine).join(""));
  if (texts !== undefined) {
    const { objectives, blockers } = textsOfState(after, texts);
    files.set("objectives.md", objectives).set("blockers.md", blockers);
  }
  const tree = await writeTree(root, files, await keptFolders(root, found.commit));
  const message = changedMessage(before?.message ?? "", after.context, files.get("events.jsonl") ?? "", at);
  const commit = await commitTree(root, tree, message, [found.commit]);
  await updateRef(root, snapshotRef(head.id), commit, own);
  return commit;
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

/**
 * Returns one JSON line per checkpoint, which stays useful if the commit is gone. The newest line also
 * describes the whole work.
 */
async function checkpointLines(place: Place, source: SnapshotSource): Promise<string> {
  const checkpoints = checkpointsOf(source.commits, source.state.context.id);
  const oids = checkpoints.map((each) => each.commit.oid);
  const { root } = place.repository;
  const own = changesOf(root, oids);
  const [{ patches, paths }, whole] = await Promise.all([
    own,
    wholeWork(root, source, (base) => {
      const isOne =
        checkpoints[0]?.commit.oid === source.tip && checkpoints[0]?.commit.parents.join() === base;
      return isOne && oids.length === 1 ? own : changesOf(root, [`${source.tip} ${base}`]);
    }),
  ]);
  const patchOf = new Map(patches.map((each) => [each.commit, each.patch]));
  return checkpoints
    .map(({ commit, record }, at) => {
      const { oid, parents, authored, message } = commit;
      const line = {
        commit: oid,
        patch: patchOf.get(oid),
        path: paths.get(oid),
        parents,
        authored,
        message,
        impact: record?.impact ?? [],
        ...(at === 0 ? { whole } : {}),
      };
      return `${JSON.stringify(line)}\n`;
    })
    .reverse()
    .join("");
}

/** Returns patch ids and a changed path for commits, or for pairs `<commit> <commit>`. */
async function changesOf(root: string, lines: readonly string[]) {
  const [patches, paths] = await Promise.all([patchIds(root, lines), changedPath(root, lines)]);
  return { patches, paths };
}

/**
 * Returns the facts by which a server's squash of the work can be found; undefined if the work changed
 * nothing. `changesFrom`: returns the changes between a commit and the tip.
 */
async function wholeWork(
  root: string,
  { range, tip }: SnapshotSource,
  changesFrom: (base: string) => ReturnType<typeof changesOf>,
): Promise<WholeWork | undefined> {
  if (tip === undefined || range.from === undefined) return undefined;
  const names = [`${tip}^{tree}`, `${range.from}^{commit}`, `${range.from}^{tree}`];
  const [tree, base, before] = await Promise.all(names.map((each) => resolveName(root, each)));
  // Without trees, as in a partial clone, these facts are unknown.
  if (tree === undefined || base === undefined || before === undefined || tree === before) return undefined;
  const { patches, paths } = await changesFrom(base);
  const path = paths.get(tip);
  return { tree, patches: patches.map((each) => each.patch), ...defined({ path }) };
}

/**
 * Reads the files of a session's folder that snapshots contain; empty without the folder.
 * @throws Failure `cannot-read`, `unsafe-file`
 */
export async function filesOfSession(folder: string): Promise<Map<string, string>> {
  const texts = await Promise.all(SNAPSHOT_FILES.map((name) => readSmall(path.join(folder, name))));
  return new Map(SNAPSHOT_FILES.map((name, at) => [name, texts[at] ?? ""]));
}
