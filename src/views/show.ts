/** Gathers a session's page from its folder, snapshot and commits. Its callers render the page. */

import path from "node:path";
import { changesOf } from "../facts/changes.ts";
import { gather } from "../facts/gather.ts";
import { measureSession } from "../facts/metrics.ts";
import { standingOf } from "../history/branch-identity.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, loadKnown } from "../record/known-sessions.ts";
import { checklistOf } from "../session/checklist.ts";
import { snapshotTexts } from "../snapshots/read-snapshot.ts";
import { readSmall } from "../store/files.ts";
import type { LoadedSession } from "../store/load.ts";
import { documentsOf } from "../store/workspace.ts";
import { defined } from "../text/defined.ts";
import { withEnds } from "../trailers/successors.ts";
import { conversationsOf, pageOf } from "../transcripts/transcripts.ts";
import { recordedLog } from "./log.ts";
import { workerOf } from "./session-rows.ts";
import type { SessionPage } from "./shapes/page.ts";
import type { FileView } from "./shapes/view-parts.ts";
import { fileViews } from "./view-parts.ts";

/** The part of a list to show. */
interface Part {
  readonly skip: number;
  readonly limit: number;
}

/**
 * Returns the page of a session. `skip` and `limit`: number of timeline entries. `said`: the same for
 * messages of conversations, which are left out without it.
 */
export async function sessionPage(
  place: Place,
  known: KnownSession,
  { skip, limit, said }: Part & { readonly said?: Part },
): Promise<SessionPage> {
  const session = await loadKnown(place, known);
  const standing = await standingOf(place, session);
  const goesOn = known.where === "local" && standing === "own";
  const [metrics, log, handoff, files, { folder, heads }] = await Promise.all([
    measureSession(place, known),
    recordedLog(place, known.branch, session, { events: false, limit: Number.MAX_SAFE_INTEGER }),
    handoffOf(place, known, session),
    goesOn ? changedBy(place, known, session) : [],
    conversationsOf(known),
  ]);
  const carried = new Map(
    log.entries.flatMap(({ commit, decisions }) =>
      decisions.map(({ id, reverted }) => [id, { commit, ...defined({ reverted }) }] as const),
    ),
  );
  const { context, objectives, blockers } = session.state;
  // Leaves out commits after the end of the session.
  const entries = log.entries.filter(
    ({ kind, at }) =>
      goesOn || kind !== "commit" || context.ended === undefined || (at ?? "") <= context.ended,
  );
  return {
    session: {
      id: known.id,
      title: known.title,
      branch: known.branch,
      state: known.state,
      where: known.where,
      created: context.created,
      updated: known.touched,
      ended: context.ended ?? null,
      author: context.author ?? null,
      base: context.base,
      parent: context.parent ?? null,
      tags: context.tags,
      meta: context.meta,
      worker: workerOf({ loaded: session }),
      summary: context.summary ?? null,
      gone: standing !== "own",
    },
    metrics,
    objectives,
    blockers,
    decisions: withEnds(context.decisions).map((each) => ({
      ...each,
      commit: null,
      ...carried.get(each.id),
    })),
    notes: context.notes,
    checklist: checklistOf(context),
    timeline: {
      entries: entries.slice(skip, skip + limit),
      skipped: Math.min(skip, entries.length),
      more: Math.max(0, entries.length - skip - limit),
    },
    files,
    handoff,
    transcripts: heads,
    ...(said ? { said: await pageOf(folder, heads, said.skip, said.limit) } : {}),
    documents: folder === "" ? [] : (await documentsOf(folder)).map(({ name, size }) => ({ name, size })),
  };
}

async function changedBy(
  place: Place,
  { branch }: KnownSession,
  session: LoadedSession,
): Promise<FileView[]> {
  const changes = await changesOf(place, await gather(place, branch, session));
  return fileViews({ ...changes, touches: new Map() });
}

async function handoffOf(
  place: Place,
  { id, snapshot, where }: KnownSession,
  { folder }: LoadedSession,
): Promise<string | null> {
  const kept = folder === "" ? undefined : await readSmall(path.join(folder, "handoff.md"));
  if (kept !== undefined || where === "local" || !snapshot) return kept ?? null;
  return (
    (await snapshotTexts(place.repository.root, [snapshot], "handoff.md", place.notices)).get(id) ?? null
  );
}
