/** Compares events that agents send with the log of a session. Pure. */

import { type AgentEvent, isAgentEvent, type SessionEvent } from "./events.ts";

/**
 * Two equal events within this many milliseconds count as one: hooks in user and project settings may both
 * send it.
 */
const TWICE = 2_000;

/** The last agent that worked on a session, according to its log. */
export interface Worker {
  readonly agent?: string | undefined;
  /** Vendor of the agent's model. */
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
}

/** Returns the last agent in the log with its provider, and the last model in the log. */
export function workerIn(events: readonly SessionEvent[]): Worker {
  const told = events.filter(isAgentEvent);
  const last = told.findLast((each) => each.agent !== undefined);
  if (!last) return {};
  const { agent } = last;
  const of = told.filter((each) => each.agent === agent);
  return {
    agent,
    provider: of.findLast((each) => each.provider !== undefined)?.provider,
    model: of.findLast((each) => each.model !== undefined)?.model,
  };
}

/**
 * Returns the number of files that a session changed, from the event of its end or its checkpoints; undefined
 * if the log has neither.
 */
export function filesIn(events: readonly SessionEvent[]): number | undefined {
  const end = events.findLast((each) => each.type === "session.ended");
  if (end?.files !== undefined) return end.files;
  const named = events.flatMap((each) => (each.type === "checkpoint" ? (each.files ?? []) : []));
  return named.length === 0 ? undefined : new Set(named).size;
}

/** Reports whether the log already has an event. */
export function isLogged(events: readonly SessionEvent[], event: AgentEvent): boolean {
  if (event.type.startsWith("tool:")) return false;
  const { agent, agentSession } = event;
  const last = events
    .filter(isAgentEvent)
    .findLast((each) => each.agent === agent && each.agentSession === agentSession);
  if (last?.type !== event.type || last.source !== event.source) return false;
  // Counts an end of the conversation only once: some agents send it with every turn.
  return event.type === "session:end" || Date.parse(event.at) - Date.parse(last.at) < TWICE;
}

/** Reports whether the log has events other than an agent's own since the last compaction. */
export function changedSinceCompaction(events: readonly SessionEvent[]): boolean {
  const last = events.findLastIndex((each) => each.type === "context:compact");
  return events.slice(last + 1).some((each) => !isAgentEvent(each));
}
