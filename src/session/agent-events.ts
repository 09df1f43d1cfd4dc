/** What agents tell of themselves, in the log of a session. */

import { type AgentEvent, isAgentEvent, type SessionEvent } from "./events.ts";

/** The same moment told twice, by settings of the user and of the project: within so many milliseconds. */
const TWICE = 2_000;

/** Whether an event is in the log already. */
export function isToldAlready(events: readonly SessionEvent[], event: AgentEvent): boolean {
  if (event.type.startsWith("tool:")) return false;
  const { agent, agentSession } = event;
  const last = events
    .filter(isAgentEvent)
    .findLast((each) => each.agent === agent && each.agentSession === agentSession);
  if (last?.type !== event.type || last.source !== event.source) return false;
  // Some agents say with every turn that they end.
  return event.type === "session:end" || Date.parse(event.at) - Date.parse(last.at) < TWICE;
}

/** Whether anything but an agent's own events came since the last compaction was told. */
export function changedSinceCompaction(events: readonly SessionEvent[]): boolean {
  const last = events.findLastIndex((each) => each.type === "context:compact");
  return events.slice(last + 1).some((each) => !isAgentEvent(each));
}
