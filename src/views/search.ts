/** Searches session folders, kept sessions, snapshots and commit messages for words. Uses no index. */

import path from "node:path";
import { oversized } from "../git/cat-file.ts";
import { allRefs, log } from "../git/commits.ts";
import { refsHolding } from "../git/lines/grep.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import type { Worker } from "../session/events/agent-events.ts";
import type { SessionState } from "../session/state.ts";
import type { SnapshotHead } from "../snapshots/list-snapshots.ts";
import { leftOut, snapshotFiles, stateOfFiles } from "../snapshots/read-snapshot.ts";
import { readSmall } from "../store/files.ts";
import { hasTranscripts, keptTranscripts, messagesOf } from "../store/transcripts.ts";
import { workspaceTexts } from "../store/workspace.ts";
import { readCommits } from "../trailers/checkpoints.ts";
import { decisionKey } from "../trailers/keys.ts";
import { workerOf } from "./session-rows.ts";
import { isWithin, isWorkedOnBy } from "./shapes/listing.ts";
import {
  decisionText,
  type FoundSession,
  matches,
  matchingLines,
  messageMatch,
  type Part,
  type Passage,
  passagesOf,
  type Query,
} from "./shapes/search.ts";

/** Searchable parts that a session's state does not contain. */
const BESIDE: ReadonlySet<Part> = new Set(["handoffs", "workspace", "transcripts"]);

/** Maximum messages to list of one conversation. */
const MOST_SAID = 20;

/** Words to search for, and filters of sessions. */
export interface SearchRequest {
  readonly query: Query;
  readonly parts: readonly Part[];
  /** Earliest last activity of a session, in milliseconds since the epoch. */
  readonly since?: number;
  readonly until?: number;
  readonly tags: readonly string[];
  /** The agent, provider or model that last worked on the session. */
  readonly worker?: Worker;
}

interface Matched {
  readonly found: Passage[];
  readonly more: number;
}

/** Returns sessions with matches, last used first; sessions known only from commits come last. */
export async function searchSessions(place: Place, request: SearchRequest): Promise<FoundSession[]> {
  const [known, carried] = await Promise.all([
    knownSessions(place, { light: true }),
    request.parts.includes("decisions") ? decisionsInCommits(place, request) : [],
  ]);
  const { tags, worker = {} } = request;
  const asksWho = Object.values(worker).some((each) => each !== undefined);
  const wanted = known.filter(
    (each) =>
      isWithin(request, each.touched) &&
      tags.every((tag) => each.tags.includes(tag)) &&
      (!asksWho || isWorkedOnBy(workerOf(each), worker)),
  );
  const snapshots = await searchSnapshots(
    place,
    request,
    wanted.flatMap(({ loaded, snapshot }) => (!loaded && snapshot ? [snapshot] : [])),
  );
  const inFolders = await Promise.all(wanted.map((each) => searchFolder(request, each)));
  const ids = new Set(known.map((each) => each.id));
  const found = wanted.flatMap((session, at): FoundSession[] => {
    const parts = [snapshots.get(session.id), inFolders[at]].filter((each) => each !== undefined);
    const own = parts.flatMap((each) => each.found);
    const names = new Set(own.map((each) => each.id));
    const others = carried.filter((each) => each.session === session.id && !names.has(each.passage.id));
    const all = [...own, ...others.map((each) => each.passage)];
    const { id, title, branch, state, touched } = session;
    const more = parts.reduce((sum, each) => sum + each.more, 0);
    return all.length === 0 ? [] : [{ session: { id, title, branch, state, touched }, matches: all, more }];
  });
  // Sessions known only from commits have no tags or metadata, so such filters exclude them.
  const isOpen = tags.length === 0 && !asksWho;
  return [...found, ...(!isOpen ? [] : onlyInCommits(carried, ids, request))];
}

/** Searches snapshots. `git grep` selects snapshots with the words, and one process reads them all. */
async function searchSnapshots(
  place: Place,
  { query, parts }: SearchRequest,
  heads: readonly SnapshotHead[],
): Promise<Map<string, Matched>> {
  const { root } = place.repository;
  const inState = parts.some((part) => !BESIDE.has(part));
  const state = ["context.json", "objectives.md", "blockers.md"] as const;
  const names = [...(inState ? state : []), ...(parts.includes("handoffs") ? (["handoff.md"] as const) : [])];
  if (names.length === 0 || heads.length === 0) return new Map();
  const large = await tooLarge(place, heads, names);
  const refs = heads.map((each) => each.ref).filter((ref) => !large.has(ref));
  const { found, damaged } =
    query.sure.length === 0
      ? { found: new Set(refs), damaged: false }
      : await refsHolding(root, refs, names, query.sure);
  const opened = await snapshotFiles(
    root,
    heads.filter(({ ref }) => found.has(ref)),
    names,
    place.notices,
    damaged,
  );
  return new Map(
    [...opened].map(([id, files]) => {
      const record = stateOfFiles(files);
      const items = record ? itemsOf(record, query, parts) : [];
      const handoff = matchingLines(query, "handoffs", "handoff.md", files.get("handoff.md") ?? "");
      return [id, { found: [...items, ...handoff.found], more: handoff.more }];
    }),
  );
}

/** Returns refs of fetched snapshots with oversized files: `git grep` would read files of any size. */
async function tooLarge(place: Place, heads: readonly SnapshotHead[], names: readonly string[]) {
  const fetched = heads.filter(({ remote }) => remote !== undefined);
  const files = fetched.flatMap(({ ref }) => names.map((name) => `${ref}:${name}`));
  const large = await oversized(place.repository.root, files);
  for (const [file, bytes] of large) leftOut(place.notices)(file, `has ${bytes} bytes, which is too large`);
  return new Set([...large.keys()].map((file) => file.slice(0, file.lastIndexOf(":"))));
}

function itemsOf(state: SessionState, query: Query, parts: readonly Part[]): Passage[] {
  return passagesOf(state, parts).filter((each) => matches(query, each.text));
}

/** Searches a session's folder. If its snapshot was searched, reads only files that a snapshot lacks. */
async function searchFolder({ query, parts }: SearchRequest, { loaded, folder }: KnownSession) {
  const items = loaded ? itemsOf(loaded.state, query, parts) : [];
  const where = loaded?.folder ?? folder;
  if (where === undefined) return { found: items, more: 0 };
  const texts = parts.includes("workspace") ? await workspaceTexts(where) : new Map<string, string>();
  const found = [...texts].map(([file, text]) => matchingLines(query, "workspace", file, text));
  if (loaded && parts.includes("handoffs")) {
    const handoff = await readSmall(path.join(where, "handoff.md")).catch(() => undefined);
    found.unshift(matchingLines(query, "handoffs", "handoff.md", handoff ?? ""));
  }
  if (parts.includes("transcripts") && hasTranscripts(where))
    found.push(...(await searchTranscripts(query, where)));
  return {
    found: [...items, ...found.flatMap((each) => each.found)],
    more: found.reduce((sum, each) => sum + each.more, 0),
  };
}

/**
 * Searches stored conversations of a session. Streams each conversation, because it may be larger than
 * memory.
 */
async function searchTranscripts(query: Query, folder: string): Promise<Matched[]> {
  const all: Matched[] = [];
  for (const { id } of await keptTranscripts(folder)) {
    const found: Passage[] = [];
    let more = 0;
    let n = 0;
    for await (const { text, tools = [] } of messagesOf(folder, id)) {
      n++;
      const said = [text, ...tools.flatMap((each) => each.input ?? [])].join("\n");
      const passage = messageMatch(query, `transcripts/${id}.jsonl`, n, said);
      if (passage && found.length < MOST_SAID) found.push(passage);
      else if (passage) more++;
    }
    all.push({ found, more });
  }
  return all;
}

interface CarriedMatch {
  readonly session: string | undefined;
  readonly passage: Passage;
  /** Time of the message in ISO 8601. */
  readonly at: string;
}

/** Returns matching decisions from commit messages of all branches, tags and remotes, each once. */
async function decisionsInCommits(place: Place, { query }: SearchRequest): Promise<CarriedMatch[]> {
  const grep = query.sure.length === 0 ? ["Session-Id:", "Session-Objectives:"] : query.sure;
  const options = { grep, ignoreCase: true, allOf: query.sure.length > 0 };
  const commits = readCommits(await log(place.repository.root, allRefs(), options));
  const found = new Map<string, CarriedMatch>();
  for (const { commit, record } of commits) {
    for (const decision of record?.decisions ?? []) {
      const key = decisionKey(decision, record?.id);
      const text = decisionText(decision);
      if (found.has(key) || !matches(query, text)) continue;
      found.set(key, {
        session: decision.session ?? record?.id,
        passage: { part: "decisions", id: decision.id, text },
        at: new Date(commit.authored * 1000).toISOString(),
      });
    }
  }
  return [...found.values()];
}

function onlyInCommits(
  carried: readonly CarriedMatch[],
  known: ReadonlySet<string>,
  period: Pick<SearchRequest, "since" | "until">,
): FoundSession[] {
  const bySession = new Map<string | undefined, CarriedMatch[]>();
  for (const each of carried) {
    if (each.session !== undefined && known.has(each.session)) continue;
    if (!isWithin(period, each.at)) continue;
    bySession.set(each.session, [...(bySession.get(each.session) ?? []), each]);
  }
  return [...bySession].map(([id, some]) => ({
    session: { id: id ?? null, title: null, branch: null, state: null, touched: some[0]?.at ?? null },
    matches: some.map((each) => each.passage),
    more: 0,
  }));
}
