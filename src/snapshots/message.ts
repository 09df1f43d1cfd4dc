/** The message of a snapshot's commit, which holds all that a list needs. */
import type { Commit } from "../git/commits.ts";
import { filesIn, workerIn } from "../session/agent-events.ts";
import { parseEvents } from "../session/events.ts";
import { branchOf, openObjectives, type SessionContext, type SessionState } from "../session/state.ts";
import { checkpointsOf, type ReadCommit } from "../trailers/checkpoints.ts";

/** What a snapshot stores of a session: its state, and what git says of its branch. */
export interface SnapshotSource {
  readonly branch: string;
  readonly state: SessionState;
  /** Commits of the session, newest first, without merges. */
  readonly commits: readonly ReadCommit<Commit>[];
  /** Working time in minutes. */
  readonly minutes: number;
  readonly tip?: string;
  readonly range: { readonly from?: string };
}

/** The subject is the title; the trailers hold all that a list shows. */
export function snapshotMessage({ state, branch, commits, minutes }: SnapshotSource, log: string): string {
  const checkpoints = checkpointsOf(commits, state.context.id).length;
  return messageOf(state, log, branch, checkpoints, minutes, undefined);
}

/** The same for a record that was merged out of snapshots with these messages: what commits say is as those tell it. */
export function mergedMessage(
  messages: readonly string[],
  state: SessionState,
  checkpoints: number,
  log: string,
): string {
  const told = (key: string) => messages.flatMap((each) => trailerOf(each, key) ?? []).sort();
  const minutes = told("Session-Minutes").map(Number).filter(Number.isFinite);
  const most = minutes.length === 0 ? undefined : Math.max(...minutes);
  return messageOf(state, log, branchOf(state.context), checkpoints, most, told("Session-Touched").at(-1));
}

function messageOf(
  { context, objectives, blockers }: SessionState,
  log: string,
  branch: string,
  checkpoints: number,
  minutes: number | undefined,
  touched: string | undefined,
): string {
  const counted = objectives.filter((each) => each.mark !== "dropped");
  return written(context.title, [
    ["Session-Id", context.id],
    ["Session-Branch", branch],
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

/** What only the log tells of the work. */
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

/** What may change in the record of a session that has ended. */
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

/** The message of a snapshot with what may change as the context has it; what commits say stays as it was told. */
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
