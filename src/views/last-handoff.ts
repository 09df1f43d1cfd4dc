/**
 * Reads a session's last written handoff, and records the reader who acknowledges it. Writes no handoff text.
 */

import path from "node:path";
import type { Gathered } from "../facts/gather.ts";
import { isAncestor } from "../git/commits.ts";
import { changedFiles } from "../git/diff.ts";
import { currentBranch, requireBranch } from "../git/repository.ts";
import { userName } from "../git/settings.ts";
import { trackedChanges } from "../git/status.ts";
import type { Place } from "../place/place.ts";
import { event } from "../record/event.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import { readSmall } from "../store/files.ts";
import { environment } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { markForeign } from "../text/foreign-text.ts";
import { plural } from "../text/plural.ts";
import { isoTime, shortId } from "../text/time/format-time.ts";
import type { LastHandoffView } from "./shapes/session-views.ts";
import { foreignMarker } from "./view-parts.ts";

/**
 * Returns the last handoff in the session's folder, and the changes since then; undefined without a handoff.
 */
export async function lastHandoff(place: Place, gathered: Gathered): Promise<LastHandoffView | undefined> {
  const { session } = gathered;
  const { written, taken } = handoffEvents(session?.events ?? []);
  if (!session || !written) return undefined;
  // A session read from a snapshot has no folder: the events alone prove that the handoff exists.
  const { folder } = session;
  if (folder !== "" && !(await readSmall(path.join(folder, "handoff.md")).catch(() => undefined)))
    return undefined;
  const { commit } = written;
  const since = commit === undefined ? undefined : await changesSince(place, gathered, commit);
  const { summary, id } = gathered.state.context;
  return {
    ...(gathered.branch === currentBranch(place.repository) ? {} : { id }),
    when: isoTime(written.at),
    ...(commit === undefined ? {} : { commit: shortId(commit) }),
    ...(summary === undefined ? {} : { summary: foreignMarker(gathered)(summary) }),
    ...defined({ since }),
    ...(taken === undefined
      ? {}
      : {
          taken: {
            by: markForeign(taken.by ?? "somebody"),
            when: isoTime(taken.at),
            ...(taken.commit === undefined ? {} : { commit: shortId(taken.commit) }),
          },
        }),
  };
}

const isWritten = (each: SessionEvent) => each.type === "handoff.written";

/** Returns the event of the last written handoff, and the last event that acknowledges it. */
export function handoffEvents(events: readonly SessionEvent[]) {
  const at = events.findLastIndex(isWritten);
  return {
    written: events.slice(at).find((each) => each.type === "handoff.written"),
    taken: at < 0 ? undefined : events.slice(at).findLast((each) => each.type === "handoff.taken"),
  };
}

async function changesSince(place: Place, { commits, tip, status }: Gathered, commit: string) {
  if (tip === undefined) return undefined;
  const { root } = place.repository;
  const dirty = status ? trackedChanges(status).length : 0;
  if (commit === tip) return dirty === 0 ? undefined : `${plural(dirty, "uncommitted file")} since`;
  const [isThere, files] = await Promise.all([
    isAncestor(root, commit, tip),
    changedFiles(root, [commit, tip]).catch(() => undefined),
  ]);
  if (!isThere) return "that commit is no longer part of the branch: history was rewritten since";
  const at = commits.findIndex((each) => each.commit.oid === commit);
  const parts = [
    plural(at < 0 ? commits.length : at, "commit"),
    ...(files === undefined ? [] : [plural(files.length, "changed file")]),
    ...(dirty === 0 ? [] : [plural(dirty, "uncommitted file")]),
  ];
  return `${parts.join(", ")} since`;
}

/**
 * Records the name of the reader who acknowledges a session's last handoff, and the current commit. Without a
 * session name: the session of the checked-out branch.
 * @throws Failure `no-handoff`, `detached`, `unknown-session`
 */
export async function acknowledgeHandoff(place: Place, name: string | undefined) {
  if (name === undefined) requireBranch(place.repository);
  const { root, head } = place.repository;
  const agent = (environment().SESSION_AGENT ?? "").trim().slice(0, 100);
  const by = agent || (await userName(root)) || "somebody";
  const { changeRecord: file } = await import("../record/metadata.ts");
  const filed = await file(place, name ?? "@", (state, _known, events) => {
    if (!events.some(isWritten))
      throw new Failure("no-handoff", `no handoff was written for ${state.context.title}`, {
        hint: "session end",
      });
    return [state, event("handoff.taken", { by, commit: head })];
  });
  return { filed, by, ...defined({ commit: head }) };
}
