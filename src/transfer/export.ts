/**
 * Exports sessions to files and imports them from files, bundles and the records of other tools. The modules
 * in this folder contact no remotes and merge nothing: an imported session is new to this clone, or the
 * import refuses it.
 */

import path from "node:path";
import { allRefs, type Commit, log } from "../git/commits.ts";
import { namedFiles, readBlobs } from "../git/objects.ts";
import { listRefs } from "../git/refs.ts";
import { requireBranch } from "../git/repository.ts";
import { updatedFromBranch } from "../history/branch-updates.ts";
import type { Place } from "../place/place.ts";
import { noSession } from "../record/find-session.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { guardFiles, refuseSecrets } from "../secrets/secrets.ts";
import { exportTexts } from "../secrets/texts.ts";
import { parseContext } from "../session/context.ts";
import { parseEvents } from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import { EMPTY_TEXTS, stateFromTexts } from "../session/files/state-files.ts";
import { documentsOfSnapshot, documentsThatTravel, foldersThatTravel } from "../snapshots/documents.ts";
import { leftOut, MISSING, snapshotRef } from "../snapshots/read-snapshot.ts";
import { readSmall } from "../store/files.ts";
import type { LoadedSession } from "../store/load.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { checkpointsOf, type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import {
  EXPORT_FORMAT,
  EXPORT_SCHEMA,
  type ExportDocument,
  type ExportedCheckpoint,
  isCheckpoint,
  problemsOf,
} from "./portable/schema.ts";
import { checkpointsFrom, exportedOf, type WholeSession } from "./portable/session.ts";

/** The sessions to export: selected by name, by time, or all of them. */
export interface ExportRequest {
  readonly name?: string;
  readonly all?: boolean;
  /** Time in milliseconds since the epoch: only sessions used at or after this time are exported. */
  readonly since?: number;
}

/**
 * Returns the sessions to export: the named session, the current branch's session, or with `all` or `since`
 * many, last used first. Throws Failure `unknown-session`, `no-session`, `usage`.
 */
export async function sessionsToExport(place: Place, request: ExportRequest): Promise<KnownSession[]> {
  const { name, all, since } = request;
  if (name !== undefined) {
    if (all || since !== undefined)
      throw new Failure("usage", "a session, --all and --since cannot be used together");
    return [await resolveSession(place, name)];
  }
  const known = await knownSessions(place);
  if (!all && since === undefined) {
    const branch = requireBranch(place.repository);
    const own = known.find((each) => each.where === "local" && each.branch === branch);
    return [own ?? (await noSession(place, branch))];
  }
  const found = known.filter((each) => since === undefined || Date.parse(each.touched) >= since);
  if (found.length > 0) return found;
  throw new Failure(
    "no-session",
    since === undefined ? "no sessions to export" : "no session changed since then",
    { hint: "session list --all" },
  );
}

/**
 * Returns the export document, and problems for which an import of the document would fail. Throws Failure
 * `bad-snapshot` for a single unreadable session, `secrets-found`.
 */
export async function exportDocument(place: Place, known: readonly KnownSession[]) {
  const at = now();
  const sessions = (await wholeSessions(place, known)).map((each) => exportedOf(each, at));
  const [first] = sessions;
  const document: ExportDocument = {
    format: EXPORT_FORMAT,
    schema: EXPORT_SCHEMA,
    exported: at,
    ...(sessions.length === 1 && first ? { id: first.id, title: first.title } : {}),
    sessions,
  };
  const several = document.sessions.length > 1;
  for (const { documents: _documents, ...each } of document.sessions)
    await refuseSecrets(place, exportTexts(each), several ? `the export (${each.id})` : "the export");
  return { document, problems: problemsOf(document).map(({ path: where, what }) => `${where} ${what}`) };
}

/**
 * Reads each session with its files and commits. Runs a fixed number of git processes, plus one for each
 * session whose branch has moved on.
 */
async function wholeSessions(place: Place, known: readonly KnownSession[]): Promise<WholeSession[]> {
  const { root } = place.repository;
  const ids = known.map((each) => each.id);
  const [stored, commits, refs] = await Promise.all([
    storedOf(place, known),
    log(root, allRefs(), { grep: ids.length === 1 ? ids : ["Session-Id:"] }),
    listRefs(root, "refs/heads/"),
  ]);
  const read = readCommits(commits);
  return Promise.all(
    stored.map(async ({ where, loaded, handoff, checkpoints, folder, commit }) => {
      const { ref, tip, id } = loaded.state.context;
      const isBehind = where === "local" && refs.has(ref) && refs.get(ref) !== tip;
      const state = isBehind ? (await updatedFromBranch(place, loaded)).state : loaded.state;
      const lines = linesOf(checkpointsOf(read, id));
      const documents = await documentsToExport(place, folder, commit);
      const there = new Set(checkpoints.map((each) => each.commit));
      return {
        state,
        events: loaded.events,
        texts: loaded.texts,
        ...defined({ handoff }),
        ...(documents.length === 0 ? {} : { documents }),
        checkpoints: [...checkpoints, ...lines.filter((each) => !there.has(each.commit))],
      };
    }),
  );
}

/**
 * Returns the workspace and transcript documents that the settings allow to leave the clone, with secrets
 * redacted. Reads them from the session's folder, or else from its snapshot.
 */
async function documentsToExport(place: Place, folder: string | undefined, commit: string | undefined) {
  const wanted = foldersThatTravel(place);
  if (wanted.length === 0) return [];
  const found =
    folder === undefined
      ? await documentsOfSnapshot(place.repository.root, commit ?? "")
      : await documentsThatTravel(place, folder);
  const chosen = new Map([...found].filter(([path]) => wanted.some((each) => path.startsWith(`${each}/`))));
  return [...(await guardFiles(place, chosen, "the export"))].map(([path, text]) => ({ path, text }));
}

interface Stored {
  /**
   * Source of the documents: the path of the session's folder, or else `commit`, the snapshot's ref or
   * commit.
   */
  readonly folder?: string;
  readonly commit?: string;
  readonly where: KnownSession["where"];
  readonly loaded: Pick<LoadedSession, "state" | "events" | "texts">;
  readonly handoff?: string;
  readonly checkpoints: readonly ExportedCheckpoint[];
}

const SNAPSHOT = [
  "checkpoints.jsonl",
  "context.json",
  "objectives.md",
  "blockers.md",
  "events.jsonl",
  "handoff.md",
];

/**
 * Reads sessions from local state or snapshots. Skips an unreadable snapshot with a notice; throws Failure
 * `bad-snapshot` if it is the only session.
 */
async function storedOf(place: Place, known: readonly KnownSession[]): Promise<Stored[]> {
  // For a session with a folder only checkpoints.jsonl is read from the snapshot: its other files may be out
  // of date.
  const wanted = known.map((each) =>
    SNAPSHOT.slice(0, each.loaded ? 1 : SNAPSHOT.length).map(
      (name) => `${each.snapshot?.ref ?? snapshotRef(each.id)}:${name}`,
    ),
  );
  const { root } = place.repository;
  const say = leftOut(place.notices);
  const blobs = await readBlobs(root, wanted.flat(), say);
  let next = 0;
  const texts = wanted.map((names) => names.map(() => blobs[next++]));
  const absent = wanted.flatMap((names, at) =>
    known[at]?.snapshot ? names.filter((_name, n) => texts[at]?.[n] === undefined) : [],
  );
  for (const file of await namedFiles(root, absent)) say(file, MISSING);
  const stored = known.map(async (each, at) => {
    const [lines, ...files] = texts[at] ?? [];
    const found = each.loaded ? await fromFolder(each.loaded, lines) : fromSnapshot(each.id, lines, files);
    const documents = each.loaded
      ? { folder: each.loaded.folder }
      : { commit: each.snapshot?.ref ?? snapshotRef(each.id) };
    if (found) return [{ ...found, ...documents, where: each.where }];
    const wrong = `the snapshot of ${each.id} does not hold that session`;
    if (known.length === 1) throw new Failure("bad-snapshot", wrong, { hint: "session doctor" });
    place.notices.push(`left out: ${wrong}`);
    return [];
  });
  return (await Promise.all(stored)).flat();
}

function fromSnapshot(
  id: string,
  lines: string | undefined,
  [contextJson = "", objectives = "", blockers = "", events = "", handoff]: readonly (string | undefined)[],
): Omit<Stored, "where"> | undefined {
  const context = parseContext(contextJson);
  if (context?.id !== id) return undefined;
  const texts = { objectives, blockers };
  return {
    loaded: { state: stateFromTexts(context, texts), events: parseEvents(events).events, texts },
    ...defined({ handoff }),
    checkpoints: checkpointsFrom(lines ?? ""),
  };
}

async function fromFolder(loaded: LoadedSession, snapshot: string | undefined) {
  const [handoff, own] = await Promise.all(
    ["handoff.md", "checkpoints.jsonl"].map((name) => readSmall(path.join(loaded.folder, name))),
  );
  const texts = {
    objectives: loaded.texts.objectives || EMPTY_TEXTS.objectives,
    blockers: loaded.texts.blockers || EMPTY_TEXTS.blockers,
  };
  return {
    loaded: { ...loaded, texts },
    ...defined({ handoff }),
    checkpoints: checkpointsFrom(snapshot ?? own ?? ""),
  };
}

/** Returns commits in the format of `checkpoints.jsonl`, oldest first. */
function linesOf(commits: readonly ReadCommit<Commit>[]): ExportedCheckpoint[] {
  return commits
    .map(({ commit: { oid, parents, authored, message }, record }) => ({
      commit: oid,
      parents: [...parents],
      authored,
      message,
      impact: (record?.impact ?? []).map((each) => ({ ...each })),
    }))
    .filter(isCheckpoint)
    .reverse();
}
