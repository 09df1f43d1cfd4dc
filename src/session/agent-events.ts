/** Compares the events that agents report about themselves with the log of a session. Pure. */

import { type AgentEvent, isAgentEvent, type SessionEvent } from "./events.ts";

/** Milliseconds within which two equal events are one: user and project settings may both report it. */
const TWICE = 2_000;

/** Reports whether the log already has an event. */
export function isToldAlready(events: readonly SessionEvent[], event: AgentEvent): boolean {
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
