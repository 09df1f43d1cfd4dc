/** A session's context out of its log, for the day `context.json` is damaged. */
import type { SessionEvent } from "./events.ts";
import { isSessionId } from "./ids.ts";
import type { Decision, Verification } from "./session.ts";
import { type Note, SCHEMA, type SessionContext, type SessionPhase, titleOfBranch } from "./state.ts";

/** Undefined where the log does not say which session it is. */
export function rebuildFromEvents(events: readonly SessionEvent[]): SessionContext | undefined {
  const started = events.find((event) => event.type === "session.started");
  if (
    !started ||
    typeof started.id !== "string" ||
    !isSessionId(started.id) ||
    typeof started.ref !== "string"
  )
    return undefined;
  const of = (type: string) => events.filter((event) => event.type === type);
  const base =
    typeof started.base === "object" && started.base !== null ? (started.base as SessionContext["base"]) : {};
  return {
    schema: SCHEMA,
    id: started.id,
    title: lastText(events, "title") ?? titleOfBranch(started.ref.replace("refs/heads/", "")),
    ref: started.ref,
    base,
    ...(typeof started.parent === "string" ? { parent: started.parent } : {}),
    state: phase(events),
    created: started.at,
    ...(Array.isArray(started.checklist) ? { checklist: started.checklist.map(String) } : {}),
    tags: tagsOf(events),
    meta: metaOf(of("session.meta")),
    decisions: of("decision.added").map((event) => event.decision as Decision),
    verified: of("verified").map((event) => event.verified as Verification),
    notes: of("note").map((event): Note => ({ text: String(event.text), added: event.at })),
    items: {},
    committed: {},
    last: { obj: highest(of("objective.added")), blk: highest(of("blocker.added")), dec: 0 },
  };
}

const NAMING = ["session.started", "session.renamed"];

function lastText(events: readonly SessionEvent[], key: string): string | undefined {
  const last = events.findLast((event) => NAMING.includes(event.type) && typeof event[key] === "string");
  return last && String(last[key]);
}

function tagsOf(events: readonly SessionEvent[]): string[] {
  const told = ["session.started", "session.tagged"];
  const last = events.findLast((event) => told.includes(event.type) && Array.isArray(event.tags));
  return last ? (last.tags as unknown[]).map(String) : [];
}

function metaOf(events: readonly SessionEvent[]): Record<string, string> {
  const meta = new Map<string, string>();
  for (const { key, value } of events) {
    if (typeof value === "string") meta.set(String(key), value);
    else meta.delete(String(key));
  }
  return Object.fromEntries(meta);
}

function phase(events: readonly SessionEvent[]): SessionPhase {
  const last = events.findLast((event) =>
    [
      ...["session.started", "session.resumed", "session.paused", "session.ended"],
      ...["session.archived", "session.unarchived"],
    ].includes(event.type),
  );
  if (last?.type === "session.archived") return "archived";
  if (last?.type === "session.unarchived") return "ended";
  if (last?.type === "session.ended") return "ended";
  return last?.type === "session.paused" ? "paused" : "active";
}

function highest(events: readonly SessionEvent[]): number {
  return events.reduce((most, event) => Math.max(most, Number(String(event.id).slice(4)) || 0), 0);
}
