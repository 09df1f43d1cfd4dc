/** Taking up what an agent did last: its session, and its conversation where it can. */

import type { Place } from "../place/place.ts";
import { type KnownSession, loadKnown, resolveSession } from "../record/resolve-session.ts";
import { isAgentEvent } from "../session/events.ts";
import { Failure } from "../session/failure.ts";
import type { RunRecord } from "../session/runs.ts";
import { readRuns } from "../store/runs.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";

export interface LastRun {
  readonly run: RunRecord;
  readonly session: KnownSession;
  /** The agent's own name of the conversation, where it told us, or took it from us. */
  readonly conversation?: string;
}

/**
 * The last run for a session; without a name that of this branch, else the last of all. Failure `no-run`, exit 3;
 * `unknown-session`.
 */
export async function lastRun(place: Place, name?: string): Promise<LastRun> {
  const all = await readRuns(place.sessionsDir);
  const { branch } = place.repository;
  const asked = name === undefined ? undefined : await resolveSession(place, name);
  const run = asked
    ? all.find(({ session }) => session.id === asked.id)
    : (all.find(({ session }) => session.branch === branch) ?? all[0]);
  if (!run && asked)
    throw new Failure("no-run", `no agent was started in ${asked.title} yet`, {
      hint: `session run <agent> ${shellWord(asked.branch)} -m "…"`,
    });
  if (!run) throw new Failure("no-run", "no agent was started here yet", { hint: "session run <agent>" });
  const session = asked ?? (await resolveSession(place, run.session.id));
  const conversation = await conversationOf(place, session, run, all);
  return { run, session, ...defined({ conversation }) };
}

/** What its hooks told of while it ran, else the name that we gave it. */
async function conversationOf(
  place: Place,
  session: KnownSession,
  run: RunRecord,
  all: readonly RunRecord[],
): Promise<string | undefined> {
  const { events } = await loadKnown(place, session);
  const next = all.findLast((each) => each.session.id === run.session.id && each.began > run.began);
  const told = events
    .filter(isAgentEvent)
    .findLast(
      (each) =>
        each.agent === run.agent &&
        each.agentSession !== undefined &&
        each.at >= run.began &&
        (next === undefined || each.at < next.began),
    );
  // A conversation that never began cannot be gone on with.
  const named = run.error === undefined && run.process !== undefined ? run.conversation : undefined;
  const id = told?.agentSession ?? named;
  // It becomes an argument.
  return id !== undefined && /^[\w][\w.:-]{0,127}$/.test(id) ? id : undefined;
}
