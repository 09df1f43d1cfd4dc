/** Finds the last run of an agent, with its session and its conversation, for `session continue`. */

import type { Place } from "../place/place.ts";
import { type KnownSession, loadKnown } from "../record/known-sessions.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { isAgentEvent } from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import type { RunRecord } from "../session/runs.ts";
import { readRuns } from "../store/runs.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";

/** The last run of an agent that can be continued. */
export interface LastRun {
  readonly run: RunRecord;
  readonly session: KnownSession;
  /** The agent's id of the conversation: from its hooks, or given by us at the start. */
  readonly conversation?: string;
}

/**
 * Returns the last run in a session. Without a name: the last run in this branch's session, else the last run
 * of all.
 * @throws Failure `no-run` (exit 3), `unknown-session`.
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
      hint: `session run <agent> ${shellWord(asked.branch)} -m "..."`,
    });
  if (!run)
    throw new Failure("no-run", "no agent was started in this clone yet", { hint: "session run <agent>" });
  const session = asked ?? (await resolveSession(place, run.session.id));
  const conversation = await conversationOf(place, session, run, all);
  return { run, session, ...defined({ conversation }) };
}

/**
 * Returns the conversation's id from the agent's hooks during the run, else the id that we passed at the
 * start; undefined without an id.
 */
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
  // A conversation that never began cannot be continued.
  const named = run.error === undefined && run.process !== undefined ? run.conversation : undefined;
  const id = told?.agentSession ?? named;
  // The id becomes a command-line argument, so it must not look like an option.
  return id !== undefined && /^[\w][\w.:-]{0,127}$/.test(id) ? id : undefined;
}
