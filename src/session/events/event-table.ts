/**
 * Defines the event types of `events.jsonl`, one row each: fields, effect on the context, and text for views.
 * Parsing, rebuilding, merging, authorship, export, undo and the timeline loop over the rows. Pure.
 */
import { flag, number, object, oid, text, textMap, texts } from "../../text/fields.ts";
import { isRecord } from "../../text/json.ts";
import { baseOf, contextRow, decision, verification } from "../context.ts";
import { withMark } from "../edits/items.ts";
import { indexOfNote } from "../edits/notes.ts";
import type { ItemTimes } from "../state.ts";
import { titleOfBranch } from "../titles.ts";
import {
  aside,
  type COMMON,
  change,
  type Draft,
  type EventRow,
  happened,
  may,
  must,
  told,
  type ValuesOf,
} from "./event-row.ts";

const AGENT = {
  ...{
    agent: may(text),
    provider: may(text),
    agentSession: may(text),
    source: may(text),
    reason: may(text),
    model: may(text),
  },
  ...{ transcript: may(text), promptLength: may(number), tool: may(text), file: may(text) },
};

const ITEM = { id: must(text, "item") };
const ITEM_TEXT = { ...ITEM, text: may(text, "words") };
const COMMIT = { commit: may(oid, "commit") };
/** Size of the session's commits, in files and lines as `git diff` counts them. */
const NUMBERS = { files: may(number), added: may(number), removed: may(number), tests: may(number) };
const UNDO = { of: may(number), what: may(text), ...COMMIT };

export const EVENTS = {
  "session.started": change(
    {
      ...{ id: must(text), ref: must(text), title: may(text), base: may(baseOf), tags: may(texts) },
      ...{ checklist: may(texts), parent: may(text), author: may(text), meta: may(textMap) },
      coverage: may(number),
    },
    (context, { at, id, ref, title, base = {}, tags = [], meta, coverage, ...rest }) => {
      // Ignores a second start: a clone that restored the session from its commits logged one.
      if (context.id !== "") return;
      const named = title ?? titleOfBranch(ref.replace("refs/heads/", ""));
      Object.assign(context, { id, ref, title: named, base, tags, created: at });
      for (const key of ["checklist", "parent", "author"] as const) set(context, key, rest[key]);
      set(context, "coverage", coverage);
      Object.assign(context.meta, meta);
    },
    ({ title }) => [title],
  ),
  "session.resumed": change(
    { from: may(text), ...COMMIT, by: may(text), taken: may(texts, "items") },
    (context) => {
      context.state = "active";
      delete context.ended;
    },
  ),
  "session.paused": change({}, (context) => {
    context.state = "paused";
  }),
  "session.ended": change(
    { merged: may(text), commit: may(oid), summary: may(text, "words"), ...NUMBERS },
    (context, { at, summary }) => {
      Object.assign(context, { state: "ended", ended: at });
      set(context, "summary", summary);
    },
    undefined,
    "commit",
  ),
  "session.archived": change({}, (context) => {
    context.state = "archived";
  }),
  "session.unarchived": change({}, (context) => {
    context.state = "ended";
  }),
  "session.renamed": change(
    { title: must(text, "words"), from: may(text) },
    (context, { title }) => {
      context.title = title;
    },
    ({ title }) => [title],
  ),
  "session.tagged": change(
    { tags: must(texts) },
    (context, { tags }) => {
      context.tags = tags;
    },
    ({ tags }) => [tags.join(", ")],
  ),
  "session.meta": change(
    { key: must(text), value: may(text) },
    (context, { key, value }) => {
      if (value === undefined) delete context.meta[key];
      else context.meta[key] = value;
    },
    ({ key, value }) => [key, value],
  ),
  "session.shared": change({}, (context, { at }) => {
    context.shared ??= at;
  }),
  "session.unshared": change({}, (context) => {
    delete context.shared;
  }),
  "session.imported": change({ was: may(text), ended: may(text) }, (context, { at, ended = at }) => {
    Object.assign(context, { state: "ended", ended });
  }),
  "session.united": change({}, undefined),
  /** Not undone by `undo`, because the trash restores deletions. */
  "session.restored": happened({}),
  "child.started": happened({ child: must(text), branch: must(text) }, undefined, ({ branch }) => [branch]),
  "branch.renamed": change(
    { from: may(text), to: must(text) },
    (context, { to }) => {
      context.ref = to;
    },
    ({ from, to }) => [`${from ?? ""} -> ${to}`.trim()],
  ),
  "commits.rewritten": happened({ commits: must(textMap, "commits") }, (context, { commits }) => {
    context.verified = context.verified.map((each) => {
      const commit = Object.hasOwn(commits, each.commit ?? "") ? commits[each.commit ?? ""] : undefined;
      return commit === undefined ? each : { ...each, commit };
    });
  }),
  "commit.imported": change({ ...COMMIT, text: may(text), label: may(text) }, undefined, ({ text }) => [
    text,
  ]),
  message: change({ role: may(text), text: may(text) }, undefined, ({ text }) => [text]),
  checkpoint: change(
    {
      ...{ ...COMMIT, label: may(text), subject: may(text), files: may(texts), coverage: may(number) },
      /** Ids of the decisions that the commit carries. */
      decisions: may(texts, "items"),
    },
    (context, { at, commit, coverage, decisions = [] }) => {
      context.checkpointed = at;
      set(context, "coverage", coverage);
      if (commit !== undefined) for (const id of decisions) context.committed[id] = commit;
    },
    ({ subject }) => [subject],
    "commit",
  ),
  "handoff.written": change(COMMIT, undefined),
  "handoff.taken": change({ by: may(text), ...COMMIT }, undefined),
  /** The field is not called `commit`, because the commit of stashed work is not on the branch. */
  "work.put-away": happened({ work: may(oid), files: may(number) }),
  "work.brought-back": happened({ files: may(number) }),
  "objective.added": change(
    ITEM_TEXT,
    (context, { at, id }) => {
      addItem(context, id, { added: at, mark: "open" });
    },
    ({ id, text }) => [id, text],
  ),
  "objective.completed": change(ITEM, marked("done"), ({ id }) => [id]),
  "objective.started": change(ITEM, marked("active"), ({ id }) => [id]),
  "objective.reopened": change(ITEM, marked("open"), ({ id }) => [id]),
  "objective.dropped": change(ITEM, marked("dropped"), ({ id }) => [id]),
  "objective.edited": change(ITEM_TEXT, undefined, ({ id, text }) => [id, text]),
  "blocker.added": change(
    { ...ITEM_TEXT, link: may(text, "words") },
    (context, { at, id, link }) => {
      addItem(context, id, { added: at, ...(link === undefined ? {} : { link }), mark: "open" });
    },
    ({ id, text }) => [id, text],
  ),
  "blocker.resolved": change({ ...ITEM, note: may(text, "words") }, marked("done"), ({ id, note }) => [
    ...[id, note],
  ]),
  "blocker.edited": change(
    { ...ITEM_TEXT, link: may(text, "words") },
    (context, { id, link }) => {
      const { link: _link, ...times } = context.items[id] ?? {};
      context.items[id] = link === undefined || link === "" ? times : { ...times, link };
    },
    ({ id, text }) => [id, text],
  ),
  "blocker.dropped": change({ ...ITEM, note: may(text, "words") }, marked("dropped"), ({ id, note }) => [
    ...[id, note],
  ]),
  "blocker.reopened": change(ITEM, marked("open"), ({ id }) => [id]),
  "decision.added": change(
    { decision: must(decision, "decision") },
    (context, { decision }) => {
      context.decisions.push(decision);
      context.last.dec = Math.max(context.last.dec, Number(decision.id.slice(4)) || 0);
    },
    ({ decision: { id, text } }) => [id, text],
  ),
  "decision.edited": change(
    { decision: must(decision, "decision") },
    (context, { decision }) => {
      context.decisions = context.decisions.map((each) => (each.id === decision.id ? decision : each));
    },
    ({ decision: { id, text } }) => [id, text],
  ),
  note: change(
    { text: must(text, "words") },
    (context, { at, text }) => {
      context.notes.push({ text, added: at });
    },
    ({ text }) => [text],
  ),
  "note.edited": change(
    { was: must(text), written: must(text), text: must(text, "words") },
    (context, { was, written, text }) => {
      const at = indexOfNote(context.notes, { text: was, added: written });
      if (at >= 0) context.notes = context.notes.with(at, { text, added: written });
    },
    ({ text }) => [text],
  ),
  "note.removed": change(
    { was: must(text), written: must(text) },
    (context, { was, written }) => {
      const at = indexOfNote(context.notes, { text: was, added: written });
      context.notes = context.notes.filter((_, n) => n !== at);
    },
    ({ was }) => [was],
  ),
  verified: change(
    { verified: must(verification) },
    (context, { verified }) => {
      context.verified.push(verified);
    },
    ({ verified: { command, result } }) => [`${command}: ${result}`],
  ),
  undone: change(UNDO, undefined, ({ what }) => [what]),
  redone: change(UNDO, undefined, ({ what }) => [what], "commit"),
  "session:start": told(AGENT),
  "prompt:submit": told(AGENT),
  "tool:pre": told(AGENT),
  "tool:post": told(AGENT),
  "context:compact": told(AGENT),
  "turn:end": told(AGENT),
  "session:end": told(AGENT),
  "run:start": told({ ...AGENT, run: may(text), background: may(flag) }, ({ agent, run, background }) => [
    ...[agent, runText(run)],
    background ? "in the background" : undefined,
  ]),
  "run:end": told(
    {
      ...{ ...AGENT, run: may(text), signal: may(text), stopped: may(flag) },
      code: may((value) => (value === null ? null : number(value))),
    },
    ({ agent, run, code, signal, stopped }) => [
      ...[agent, runText(run)],
      stopped ? "stopped" : (signal ?? (typeof code === "number" ? `exit ${code}` : undefined)),
    ],
  ),
  /** A change of the context beyond the effects of other events, as a JSON merge patch (RFC 7386). */
  "context.noted": aside({ set: must(object) }, (context, { set }) => {
    const record = context as unknown as Record<string, unknown>;
    for (const [key, value] of Object.entries(set)) {
      if ((contextRow(key)?.back ?? "log") !== "log") continue;
      if (value === null) delete record[key];
      else record[key] = patched(record[key], value);
    }
  }),
} as const satisfies { readonly [type: string]: EventRow };

type EventTable = typeof EVENTS;
export type EventType = keyof EventTable;

/** The fields of an event of one type, without its time. */
export type FieldsOf<T extends EventType> = ValuesOf<EventTable[T]["fields"]> & ValuesOf<typeof COMMON>;

const runText = (run: string | undefined) => (run === undefined ? undefined : `run ${run}`);

function set<K extends keyof Draft>(context: Draft, key: K, value: Draft[K] | undefined): void {
  if (value !== undefined) context[key] = value as Draft[K];
}

function addItem(context: Draft, id: string, times: ItemTimes): void {
  context.items[id] = times;
  const kind = id.slice(0, 3);
  if (kind === "obj" || kind === "blk")
    context.last[kind] = Math.max(context.last[kind], Number(id.slice(4)) || 0);
}

function marked(mark: string) {
  return (context: Draft, { at, id }: { readonly at: string; readonly id: string }) => {
    context.items[id] = withMark(context.items[id], mark, at);
  };
}

/** Applies a JSON merge patch (RFC 7386): null removes a key, an object merges, any other value replaces. */
export function patched(before: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const after: Record<string, unknown> = Object.assign(Object.create(null), isRecord(before) ? before : {});
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete after[key];
    else after[key] = patched(after[key], value);
  }
  return after;
}
