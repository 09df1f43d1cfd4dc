/** Compares the events that agents report about themselves with the log of a session. Pure. */

import { type AgentEvent, isAgentEvent, type SessionEvent } from "./events.ts";

/** Milliseconds within which two equal events are one: user and project settings may both report it. */
const TWICE = 2_000;

/** Last worker on a session, as far as its log tells. */
export interface Worker {
  readonly agent?: string | undefined;
  /** Vendor of the model. */
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
}

/** Returns the last agent that the log tells of, with its provider, and the last model that it named. */
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

/** Returns how many files a session changed, by its end or its checkpoints; undefined if neither tells. */
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
  // Some agents report an end with every turn.
  return event.type === "session:end" || Date.parse(event.at) - Date.parse(last.at) < TWICE;
}

/** Reports whether the log has any other event than an agent's own since the last compaction. */
export function changedSinceCompaction(events: readonly SessionEvent[]): boolean {
  const last = events.findLastIndex((each) => each.type === "context:compact");
  return events.slice(last + 1).some((each) => !isAgentEvent(each));
}
