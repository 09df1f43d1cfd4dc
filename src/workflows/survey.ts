/** Every session as a row of a list, without opening what its snapshot's message tells already. */
import type { SessionRow } from "../model/listing.ts";
import { openObjectives } from "../model/state.ts";
import type { LoadedSession } from "../store/state.ts";
import { minutesOf } from "./minutes.ts";
import type { Place } from "./place.ts";
import { isShared, type KnownSession, listedSessions } from "./resolve.ts";
import type { SnapshotHead } from "./snapshot.ts";

export interface Survey {
  /** The last touched first. */
  readonly rows: readonly SessionRow[];
  /** In the order of the rows. */
  readonly known: readonly KnownSession[];
}

export async function surveySessions(place: Place): Promise<Survey> {
  const sessions = await listedSessions(place);
  return { rows: sessions.map((each) => rowOf(place, each)), known: sessions };
}

/** One object a row and no copies: there may be thousands. */
function rowOf(place: Place, known: KnownSession): SessionRow {
  const { id, title, branch, state, created, touched, tags, where, remote, renamedTo, loaded } = known;
  const counts = loaded ? countsOfLoaded(place, loaded) : countsOfSnapshot(known.snapshot);
  return {
    id,
    title,
    branch,
    state,
    created,
    ended: counts.ended,
    touched,
    tags,
    meta: counts.meta,
    parent: counts.parent,
    where,
    remote,
    shared: isShared(known),
    gone: known.gone ?? false,
    renamedTo,
    objectives: counts.objectives,
    blockers: counts.blockers,
    decisions: counts.decisions,
    checkpoints: counts.checkpoints,
    minutes: counts.minutes,
  };
}

type Counts = Pick<
  SessionRow,
  "meta" | "parent" | "ended" | "objectives" | "blockers" | "decisions" | "checkpoints" | "minutes"
>;

function countsOfLoaded(place: Place, { state, events }: LoadedSession): Counts {
  const { context, objectives, blockers } = state;
  const counted = objectives.filter((each) => each.mark !== "dropped");
  const checkpoints = events.flatMap((each) =>
    each.type === "checkpoint" && typeof each.commit === "string" ? [each.commit] : [],
  );
  return {
    meta: context.meta,
    parent: context.parent,
    ended: context.ended,
    objectives: { done: counted.length - openObjectives(counted).length, total: counted.length },
    blockers: blockers.filter((each) => !each.resolved).length,
    decisions: context.decisions.length,
    checkpoints: new Set(checkpoints).size,
    minutes: minutesOf(place, { context, events }, []),
  };
}

function countsOfSnapshot(snapshot: SnapshotHead | undefined): Counts {
  const progress = snapshot?.objectives ?? "0/0";
  const slash = progress.indexOf("/");
  return {
    meta: snapshot?.meta ?? {},
    parent: snapshot?.parent,
    ended: snapshot?.ended,
    objectives: {
      done: Number(progress.slice(0, slash)) || 0,
      total: Number(progress.slice(slash + 1)) || 0,
    },
    blockers: snapshot?.blockers ?? 0,
    decisions: snapshot?.decisions ?? 0,
    checkpoints: snapshot?.checkpoints ?? 0,
    minutes: snapshot?.minutes ?? null,
  };
}
