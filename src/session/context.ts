/**
 * Defines the keys of `context.json`, one row each. Parsing, merging, snapshots, exports and rebuilding loop
 * over the rows. Pure.
 */

import { defined } from "../text/defined.ts";
import {
  count,
  number,
  objects,
  oid,
  type Read,
  text,
  textMap,
  texts,
  withNumbers,
  withText,
} from "../text/fields.ts";
import { isRecord } from "../text/json.ts";
import { isSessionId } from "./ids.ts";
import type { Decision, Verification } from "./session.ts";
import {
  type ItemTimes,
  type Note,
  type OwnWords,
  SCHEMA,
  type SessionContext,
  type StashedWork,
} from "./state.ts";

export type ContextKey = keyof Required<SessionContext>;

/** The definition of one key of `context.json`: its reader, and the rule that merges two clones' values. */
export interface ContextRow<T, Rule extends string = string> {
  /** Reads the key's value from an untrusted file. `given`: the whole file. */
  readonly read: (value: unknown, given: Readonly<Record<string, unknown>>) => T;
  /** Name of the rule that merges two values; sharing/merge/context.ts defines the rules. */
  readonly merge: Rule;
  /** True if snapshots contain the key. */
  readonly travels: boolean;
  /** True if exports contain the key. */
  readonly exported: boolean;
  /** Source of the value if `context.json` is lost: the log, `.clone.json`, or git. */
  readonly back: "log" | "clone" | "git";
}

/** Defines a key that snapshots and exports contain. */
const record = <T, Rule extends string>(read: ContextRow<T>["read"], merge: Rule) =>
  ({ read, merge, travels: true, exported: true, back: "log" }) as const;

/** Defines a key that snapshots contain but exports do not. */
const shared = <T, Rule extends string>(read: ContextRow<T>["read"], merge: Rule) =>
  ({ read, merge, travels: true, exported: false, back: "log" }) as const;

/** Defines a key that never leaves this clone. */
const own = <T>(read: ContextRow<T>["read"], back: "clone" | "git") =>
  ({ read, merge: "stays here", travels: false, exported: false, back }) as const;

const or =
  <T>(read: Read<T>, otherwise: T) =>
  (value: unknown): T =>
    read(value) ?? otherwise;

const CONTEXT = {
  schema: shared(or(number, SCHEMA), "highest"),
  id: record(or(text, ""), "one of both"),
  title: record((value, { ref }) => text(value) ?? String(ref).replace("refs/heads/", ""), "title"),
  ref: record(or(text, ""), "later branch name"),
  sentRef: own(text, "clone"),
  base: record(baseOf, "base"),
  state: record(
    (value) => (value === "paused" || value === "ended" || value === "archived" ? value : "active"),
    "state",
  ),
  created: record(or(text, ""), "earlier"),
  ended: record(text, "ended"),
  author: record(text, "author"),
  tags: record(or(texts, []), "set"),
  meta: record(
    (value) =>
      isRecord(value) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, String(v)])) : {},
    "meta",
  ),
  checklist: record((value) => (value === undefined ? undefined : (texts(value) ?? [])), "set"),
  parent: record(text, "one of both"),
  summary: record(text, "both texts"),
  shared: shared(text, "one of both"),
  coverage: record(number, "later checkpoint"),
  decisions: record(
    (value) => (objects("id", "text")(value) ?? []).flatMap((each) => decision(each) ?? []),
    "by item",
  ),
  verified: record(
    (value) => (objects("command", "result")(value) ?? []).flatMap((each) => verification(each) ?? []),
    "verified",
  ),
  notes: record((value) => (objects("text", "added")(value) ?? []) as unknown as Note[], "notes"),
  items: record(itemsOf, "by item"),
  committed: record(or(textMap, {}), "committed"),
  dropped: record(or(textMap, {}), "dropped"),
  tip: own(text, "git"),
  told: own(textMap, "git"),
  checkpointed: record(text, "checkpointed"),
  work: own(workOf, "clone"),
  outputs: own(textMap, "clone"),
  own: own(ownWordsOf, "clone"),
  last: record((value) => {
    const last = isRecord(value) ? value : {};
    return { obj: count(last.obj) ?? 0, blk: count(last.blk) ?? 0, dec: count(last.dec) ?? 0 };
  }, "by item"),
} as const satisfies { readonly [K in ContextKey]: ContextRow<SessionContext[K]> };

export type MergeRule = (typeof CONTEXT)[ContextKey]["merge"];

/** The keys of `context.json` that exports contain. */
export type ExportedKey = {
  [K in ContextKey]: (typeof CONTEXT)[K]["exported"] extends true ? K : never;
}[ContextKey];

export const CONTEXT_KEYS = Object.keys(CONTEXT) as readonly ContextKey[];

/** Returns the definition of a key of `context.json`; undefined for a key of a newer version. */
export function contextRow(key: string): ContextRow<unknown, MergeRule> | undefined {
  return Object.hasOwn(CONTEXT, key) ? CONTEXT[key as ContextKey] : undefined;
}

/** Reads `context.json`; undefined for other text. Reads the known keys of a newer schema. */
export function parseContext(text: string): SessionContext | undefined {
  try {
    return contextOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Reads a parsed context. Keys of a newer version are kept, after the known keys. */
export function contextOf(value: unknown): SessionContext | undefined {
  if (!isRecord(value)) return undefined;
  if (typeof value.id !== "string" || !isSessionId(value.id)) return undefined;
  if (typeof value.ref !== "string" || typeof value.schema !== "number") return undefined;
  const known = CONTEXT_KEYS.map((key) => [key, CONTEXT[key].read(value[key], value)] as const);
  const newer = Object.entries(value).filter(([key]) => !contextRow(key));
  const entries = [...known.filter(([, each]) => each !== undefined), ...newer];
  return Object.fromEntries(entries) as unknown as SessionContext;
}

/**
 * Returns the text of `context.json`, with the current schema number, or the context's own number if that is
 * newer.
 */
export function contextText(context: SessionContext): string {
  return `${JSON.stringify({ ...context, schema: Math.max(context.schema, SCHEMA) }, null, 2)}\n`;
}

/**
 * Returns `context.json` as snapshots contain it: without the keys that never leave a clone, and with the
 * branch's name in snapshots. The same text if it has no such key.
 */
export function withoutLocalKeys(text: string): string {
  const context = parseContext(text);
  const isOwn = (key: string) => contextRow(key)?.travels === false;
  if (!context || !Object.keys(context).some(isOwn)) return text;
  const sent = { ...context, ref: context.sentRef ?? context.ref };
  const rest = Object.entries(sent).filter(([key]) => !isOwn(key));
  return contextText(Object.fromEntries(rest) as unknown as SessionContext);
}

/**
 * Returns another clone's `context.json`, with the keys that never leave a clone, and the branch's name,
 * taken from this clone's context `here`.
 */
export function withLocalKeys(text: string, { sentRef: _earlier, ...here }: SessionContext): string {
  const sent = withoutLocalKeys(text);
  const context = parseContext(sent);
  if (!context) return sent;
  const kept = Object.entries(here).filter(([key]) => contextRow(key)?.travels === false);
  const names = context.ref === here.ref ? {} : { ref: here.ref, sentRef: context.ref };
  const own = { ...Object.fromEntries(kept), ...names };
  return Object.keys(own).length > 0 ? contextText({ ...context, ...own }) : sent;
}

/** Reads a decision; undefined without id and text. */
export const decision: Read<Decision> = (value) => {
  const [given] = objects("id", "text")([value]) ?? [];
  if (!given) return undefined;
  const kept = withText(given, ["rationale", "supersedes", "withdraws", "session", "author", "added"]);
  return { ...kept, alternatives: texts(kept.alternatives) ?? [] } as unknown as Decision;
};

/** Reads a verification; undefined without command and result. */
export const verification: Read<Verification> = (value) => {
  const [given] = objects("command", "result")([value]) ?? [];
  if (!given) return undefined;
  const words = withText(given, ["added", "commit", "tree", "earlier"]);
  const { apart, failing, ...rest } = withNumbers(words, ["code", "seconds"]);
  const lists = defined({ apart: texts(apart), failing: texts(failing) });
  return { ...rest, ...lists } as unknown as Verification;
};

/**
 * Reads the branch and commit at which a session began. Drops invalid branch names and commit ids: a snapshot
 * is untrusted.
 */
export function baseOf(value: unknown): SessionContext["base"] {
  if (!isRecord(value)) return {};
  const [branch, commit] = [text(value.branch), oid(value.commit)];
  return { ...(branch === undefined ? {} : { branch }), ...(commit === undefined ? {} : { commit }) };
}

function itemsOf(value: unknown): SessionContext["items"] {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).filter(
    ([id, times]) => /^(obj|blk)-\d+$/.test(id) && isRecord(times),
  );
  const fields = ["added", "finished", "link", "note", "mark", "changed"];
  return Object.fromEntries(entries.map(([id, times]) => [id, withText(times as ItemTimes, fields)]));
}

function workOf(value: unknown): StashedWork | undefined {
  const commit = isRecord(value) ? oid(value.commit) : undefined;
  if (!isRecord(value) || commit === undefined) return undefined;
  const { step } = value;
  const rest = { files: count(value.files) ?? 0, at: text(value.at) ?? "" };
  return { commit, ...rest, ...(step === "away" || step === "back" ? { step } : {}) };
}

function ownWordsOf(value: unknown): OwnWords | undefined {
  if (!isRecord(value) || typeof value.events !== "number") return undefined;
  const { events, words, from } = value;
  return { words: texts(words) ?? [], events, ...(typeof from === "string" ? { from } : {}) };
}
