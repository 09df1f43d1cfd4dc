/** Formats the message of a snapshot's commit, which contains all data that lists show. */
import type { Commit } from "../git/commits.ts";
import { filesIn, workerIn } from "../session/events/agent-events.ts";
import { parseEvents } from "../session/events/events.ts";
import { openObjectives } from "../session/progress.ts";
import { type SessionContext, type SessionState, sentBranchOf } from "../session/state.ts";
import { checkpointsOf, type ReadCommit } from "../trailers/checkpoints.ts";

/** Content of a snapshot: the session's state, and git's facts about its branch. */
export interface SnapshotSource {
  readonly state: SessionState;
  /** Commits of the session, newest first, without merges. */
  readonly commits: readonly ReadCommit<Commit>[];
  /** Working time in minutes. */
  readonly minutes: number;
  readonly tip?: string;
  readonly range: { readonly from?: string };
}

/** Returns the message of a snapshot: the session's title as subject, and trailers with the data of lists. */
export function snapshotMessage({ state, commits, minutes }: SnapshotSource, log: string): string {
  const checkpoints = checkpointsOf(commits, state.context.id).length;
  return messageOf(state, log, checkpoints, minutes, undefined);
}

/**
 * Returns the message for a merge of snapshots. `messages`: messages of the merged snapshots, from which the
 * facts about commits are copied.
 */
export function mergedMessage(
  messages: readonly string[],
  state: SessionState,
  checkpoints: number,
  log: string,
): string {
  const told = (key: string) => messages.flatMap((each) => trailerOf(each, key) ?? []).sort();
  const minutes = told("Session-Minutes").map(Number).filter(Number.isFinite);
  const most = minutes.length === 0 ? undefined : Math.max(...minutes);
  return messageOf(state, log, checkpoints, most, told("Session-Touched").at(-1));
}

function messageOf(
  { context, objectives, blockers }: SessionState,
  log: string,
  checkpoints: number,
  minutes: number | undefined,
  touched: string | undefined,
): string {
  const counted = objectives.filter((each) => each.mark !== "dropped");
  return written(context.title, [
    ["Session-Id", context.id],
    ["Session-Branch", sentBranchOf(context)],
    ["Session-Created", context.created],
    ...changing(context),
    ["Session-Progress", `${counted.length - openObjectives(counted).length}/${counted.length}`],
    ["Session-Blockers", `${blockers.filter((each) => !each.resolved).length}`],
    ["Session-Decisions", `${context.decisions.length}`],
    ["Session-Checkpoints", `${checkpoints}`],
    ["Session-Minutes", minutes === undefined ? undefined : `${minutes}`],
    ...worked(log),
    ["Session-Log", `${Buffer.byteLength(log)}`],
    ["Session-Touched", touched],
  ]);
}

/** Returns facts about the work that only the log contains. */
function worked(log: string): Trailers {
  const { events } = parseEvents(log);
  const { agent, provider, model } = workerIn(events);
  const files = filesIn(events);
  return [
    ["Session-Files", files === undefined ? undefined : `${files}`],
    ["Session-Agent", agent],
    ["Session-Provider", provider],
    ["Session-Model", model],
  ];
}

function trailerOf(message: string, key: string): string | undefined {
  const line = message.split("\n").findLast((each) => each.startsWith(`${key}: `));
  return line?.slice(key.length + 2);
}

type Trailers = readonly (readonly [string, string | undefined])[];

/** Returns the trailers that may change after a session ended. */
function changing(context: SessionContext): Trailers {
  return [
    ["Session-State", context.state],
    ["Session-Ended", context.ended],
    ["Session-Tags", context.tags.length > 0 ? context.tags.join(", ") : undefined],
    ["Session-Meta", Object.keys(context.meta).length > 0 ? JSON.stringify(context.meta) : undefined],
    ["Session-Parent", context.parent],
    ["Session-Shared", context.shared],
  ];
}

function written(title: string, trailers: Trailers): string {
  const lines = trailers.flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value.replace(/\s+/g, " ")}`],
  );
  return `${title}\n\n${lines.join("\n")}\n`;
}

/** Returns a message with the changeable trailers updated from the context; facts about commits stay. */
export function changedMessage(message: string, context: SessionContext, log: string, at: string): string {
  const now = changing(context);
  const anew = new Set([...now.map(([key]) => key), "Session-Log", "Session-Touched"]);
  const lines = message
    .split("\n")
    .slice(1)
    .flatMap((line): [string, string][] => {
      const [, key, value] = /^([\w-]+): (.*)$/.exec(line) ?? [];
      return key === undefined || value === undefined || anew.has(key) ? [] : [[key, value]];
    });
  return written(context.title, [
    ...lines,
    ...now,
    ["Session-Log", `${Buffer.byteLength(log)}`],
    ["Session-Touched", at],
  ]);
}
