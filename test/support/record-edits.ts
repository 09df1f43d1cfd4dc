/** The record of a session as files, and the edits of people on several devices. */

import fc from "fast-check";
import { contextText, parseContext } from "../../src/session/context.ts";
import { addBlocker, resolveBlocker } from "../../src/session/edits/blockers.ts";
import { addVerification } from "../../src/session/edits/checks.ts";
import { addDecision } from "../../src/session/edits/decisions.ts";
import { withMeta, withoutMeta, withoutTags, withTags, withTitle } from "../../src/session/edits/metadata.ts";
import { addNote } from "../../src/session/edits/notes.ts";
import { addObjective, editObjective, markObjective } from "../../src/session/edits/objectives.ts";
import type { EventType, FieldsOf } from "../../src/session/events/event-table.ts";
import {
  eventAt,
  eventLine,
  parseEvents,
  type SessionEvent,
  startedEvent,
} from "../../src/session/events/events.ts";
import { missingEvents } from "../../src/session/events/rebuild.ts";
import {
  contextOfState,
  EMPTY_TEXTS,
  stateFromTexts,
  textsOfState,
} from "../../src/session/files/state-files.ts";
import type { ObjectiveMark } from "../../src/session/session.ts";
import { applyChange, MARKS, type SmallChange } from "../../src/session/small-change.ts";
import { type Note, newSession, type SessionContext, type SessionState } from "../../src/session/state.ts";

const STATES = {
  active: "session.resumed",
  paused: "session.paused",
  ended: "session.ended",
  archived: "session.archived",
} as const;

export type Files = ReadonlyMap<string, string>;

const START = Date.parse("2026-03-01T10:00:00.000Z");
const ID = "k3f9qzm2x7ab";

/** Returns a time of a device; no two devices share one. */
function momentOf(device: number, tick: number): string {
  return new Date(START + tick * 60_000 + device).toISOString();
}

export function newRecord(): Files {
  const state = newSession({ id: ID, branch: "work", base: { branch: "main" }, now: momentOf(0, 0) });
  return filesOf(state, EMPTY_TEXTS, [startedEvent(state.context)]);
}

function filesOf(
  state: SessionState,
  texts: { objectives: string; blockers: string },
  events: readonly SessionEvent[],
  others: Files = new Map(),
): Files {
  const at = events.at(-1)?.at ?? momentOf(0, 0);
  const files = new Map(others);
  const context = contextOfState(state, at);
  files.set("context.json", contextText(context));
  const { objectives, blockers } = textsOfState(state, texts);
  files.set("objectives.md", objectives).set("blockers.md", blockers);
  files.set("events.jsonl", missingEvents([], events, context, at).map(eventLine).join(""));
  return files;
}

export function stateOf(files: Files): SessionState {
  const context = parseContext(files.get("context.json") ?? "");
  if (!context) throw new Error("no context");
  return stateFromTexts(context, {
    objectives: files.get("objectives.md") ?? "",
    blockers: files.get("blockers.md") ?? "",
  });
}

export const eventsOf = (files: Files) => parseEvents(files.get("events.jsonl") ?? "").events;

export type Edit =
  | { readonly do: "objective" | "blocker" | "decision" | "note" | "verify"; readonly text: string }
  | { readonly do: "supersede"; readonly at: number; readonly text: string }
  | { readonly do: "mark"; readonly at: number; readonly mark: ObjectiveMark }
  | { readonly do: "edit" | "resolve"; readonly at: number; readonly text: string }
  | { readonly do: Changed; readonly at: number; readonly text: string }
  | { readonly do: "tag" | "untag"; readonly tag: string }
  | { readonly do: "meta"; readonly key: string; readonly value: string | undefined }
  | { readonly do: "title"; readonly text: string }
  | { readonly do: "state"; readonly state: SessionContext["state"] }
  | { readonly do: "prose" | "by hand"; readonly text: string }
  | { readonly do: "take out"; readonly at: number }
  | { readonly do: "workspace"; readonly name: string; readonly at: number; readonly text: string }
  | { readonly do: "handoff"; readonly text: string }
  | { readonly do: "checkpoint"; readonly text: string };

/** Returns the changes that commands request; undefined if there is no item to change. */
const CHANGES = {
  "reword decision": (decision, _blocker, _note, text) => ({ do: "decision.edit", id: decision, text }),
  withdraw: (decision, _blocker, _note, reason) => ({ do: "decision.withdraw", id: decision, reason }),
  "reword blocker": (_decision, blocker, _note, text) => ({ do: "blocker.edit", id: blocker, text }),
  drop: (_decision, blocker, _note, note) => ({ do: "blocker.drop", id: blocker, note }),
  reopen: (_decision, blocker) => ({ do: "blocker.reopen", id: blocker }),
  "reword note": (_decision, _blocker, note, text) => ({ do: "note.edit", note, text }),
  "remove note": (_decision, _blocker, note) => ({ do: "note.remove", note }),
} as const satisfies Record<
  string,
  (decision: string, blocker: string, note: Note, text: string) => SmallChange
>;
type Changed = keyof typeof CHANGES;

/** Returns the record after an edit, or the same record if there is no item to edit. */
export function applyEdit(files: Files, edit: Edit, device: number, tick: number): Files {
  const now = momentOf(device, tick);
  const state = stateOf(files);
  const texts = { objectives: files.get("objectives.md") ?? "", blockers: files.get("blockers.md") ?? "" };
  const save = <T extends EventType>(
    after: SessionState,
    type: T,
    rest: FieldsOf<T>,
    others: Files = files,
  ) => filesOf(after, texts, [...eventsOf(files), eventAt(now, type, rest)], others);
  const put = (name: string, text: string) => new Map(files).set(name, text);
  const some = <T>(items: readonly T[], at: number) => items[at % Math.max(1, items.length)];
  const { context } = state;
  switch (edit.do) {
    case "objective": {
      const [after, { id, text }] = addObjective(state, edit.text, now);
      return save(after, "objective.added", { id, text });
    }
    case "mark": {
      const item = some(state.objectives, edit.at);
      return item
        ? save(markObjective(state, item.id, edit.mark, now)[0], MARKS[edit.mark], { id: item.id })
        : files;
    }
    case "edit": {
      const item = some(state.objectives, edit.at);
      return item
        ? save(editObjective(state, item.id, edit.text)[0], "objective.edited", { id: item.id })
        : files;
    }
    case "blocker": {
      const [after, { id, text }] = addBlocker(state, edit.text, undefined, now);
      return save(after, "blocker.added", { id, text });
    }
    case "resolve": {
      const item = some(state.blockers, edit.at);
      if (!item) return files;
      return save(resolveBlocker(state, item.id, edit.text, now)[0], "blocker.resolved", { id: item.id });
    }
    case "decision": {
      const [after, decision] = addDecision(state, { text: edit.text, rationale: `why ${edit.text}` }, now);
      return save(after, "decision.added", { decision });
    }
    case "supersede": {
      const old = some(context.decisions, edit.at);
      if (!old) return files;
      const [after, decision] = addDecision(state, { text: edit.text, supersedes: old.id }, now);
      return save(after, "decision.added", { decision });
    }
    case "reword decision":
    case "withdraw":
    case "reword blocker":
    case "drop":
    case "reopen":
    case "reword note":
    case "remove note": {
      const decisions = context.decisions.filter((each) => each.withdraws === undefined);
      const [decision, blocker] = [some(decisions, edit.at), some(state.blockers, edit.at)];
      const note = some(context.notes, edit.at);
      if (!decision || !blocker || !note) return files;
      const change = CHANGES[edit.do](decision.id, blocker.id, note, edit.text);
      const done = applyChange(state, change, now);
      return filesOf(done.state, texts, [...eventsOf(files), done.event], files);
    }
    case "note":
      return save(addNote(state, edit.text, now)[0], "note", { text: edit.text });
    case "verify": {
      const verified = { command: edit.text, result: "passed", added: now } as const;
      return save(addVerification(state, verified)[0], "verified", { verified });
    }
    case "tag": {
      const after = withTags(state, [edit.tag]);
      return save(after, "session.tagged", { tags: after.context.tags });
    }
    case "untag": {
      if (!context.tags.includes(edit.tag)) return files;
      const after = withoutTags(state, [edit.tag]);
      return save(after, "session.tagged", { tags: after.context.tags });
    }
    case "meta": {
      const { key, value } = edit;
      if (value === undefined && !Object.hasOwn(context.meta, key)) return files;
      const after = value === undefined ? withoutMeta(state, key) : withMeta(state, key, value);
      return save(after, "session.meta", { key, value });
    }
    case "title": {
      const after = withTitle(state, edit.text);
      return save(after, "session.renamed", { title: after.context.title });
    }
    case "state": {
      const { ended: _ended, ...rest } = context;
      const over = edit.state === "ended" || edit.state === "archived";
      const after = { ...state, context: { ...rest, state: edit.state, ...(over ? { ended: now } : {}) } };
      return save(after, STATES[edit.state], {});
    }
    case "prose":
      return put("objectives.md", `${texts.objectives}\n${edit.text}\n`);
    case "by hand":
      return put("objectives.md", `${texts.objectives}- [ ] ${edit.text}\n`);
    case "take out": {
      const item = some(state.objectives, edit.at);
      const lines = texts.objectives.split("\n");
      return put("objectives.md", lines.filter((line) => !item || !line.includes(`${item.id}:`)).join("\n"));
    }
    case "workspace": {
      const name = `workspace/${edit.name}`;
      const lines = (files.get(name) ?? "one\ntwo\nthree\nfour\nfive\n").split("\n");
      lines.splice(edit.at % lines.length, 0, edit.text);
      return put(name, lines.join("\n"));
    }
    case "handoff":
      return save(state, "handoff.written", {}, put("handoff.md", `${edit.text}\n`));
    case "checkpoint": {
      const commit = `${tick}${device}`.padStart(40, "0");
      const line = JSON.stringify({ commit, authored: Date.parse(now) / 1000, message: edit.text });
      const after = { ...state, context: { ...context, checkpointed: now } };
      const lines = `${files.get("checkpoints.jsonl") ?? ""}${line}\n`;
      return save(after, "checkpoint", { commit }, put("checkpoints.jsonl", lines));
    }
  }
}

export function applyEdits(files: Files, edits: readonly Edit[], device: number, from: number): Files {
  return edits.reduce((all, edit, n) => applyEdit(all, edit, device, from + n), files);
}

const text = fc.stringMatching(/^[a-z]{1,6}( [a-z]{1,6})?$/).map((each) => each.trim());
const at = fc.nat(5);

export const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ do: fc.constantFrom("objective", "blocker", "decision", "note", "verify"), text }),
  fc.record({ do: fc.constantFrom("objective", "decision"), text }),
  fc.record({ do: fc.constant("mark"), at, mark: fc.constantFrom("open", "active", "done", "dropped") }),
  fc.record({ do: fc.constantFrom("edit", "resolve", "supersede"), at, text }),
  fc.record({ do: fc.constantFrom(...(Object.keys(CHANGES) as Changed[])), at, text }),
  fc.record({ do: fc.constantFrom("tag", "untag"), tag: fc.constantFrom("a", "b", "c") }),
  fc.record({
    do: fc.constant("meta"),
    key: fc.constantFrom("k", "constructor"),
    value: fc.option(text, { nil: undefined }),
  }),
  fc.record({ do: fc.constantFrom("title", "handoff", "checkpoint", "prose", "by hand"), text }),
  fc.record({ do: fc.constant("state"), state: fc.constantFrom("active", "paused", "ended", "archived") }),
  fc.record({ do: fc.constant("take out"), at }),
  fc.record({ do: fc.constant("workspace"), name: fc.constantFrom("plan.md", "notes"), at, text }),
) as fc.Arbitrary<Edit>;

/** The edits on one device. */
export const anyEdits = fc.array(anyEdit, { maxLength: 6 });
