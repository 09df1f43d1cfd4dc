/** `events.jsonl`: what happened in a session, one JSON object a line, only ever appended to. */

export interface SessionEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `session.started`, `objective.added`, `checkpoint`, … */
  readonly type: string;
  readonly [key: string]: unknown;
}

export function eventLine(event: SessionEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/** Events of a log; lines that are torn, empty or not events are counted, not fatal. */
export function parseEvents(text: string): { events: SessionEvent[]; damaged: number } {
  const events: SessionEvent[] = [];
  let damaged = 0;
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const event = parseLine(line);
    if (event) events.push(event);
    else damaged++;
  }
  return { events, damaged };
}

function parseLine(line: string): SessionEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const event = value as Record<string, unknown>;
    return typeof event.at === "string" && typeof event.type === "string"
      ? (event as SessionEvent)
      : undefined;
  } catch {
    return undefined;
  }
}
