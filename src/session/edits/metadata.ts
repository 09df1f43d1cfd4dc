/**
 * Changes title, tags, metadata and archive state of a session with pure functions: each takes a state and
 * returns the new state.
 */

import { nearest } from "../../text/nearest.ts";
import { cleanText } from "../../text/trailer-text.ts";
import { Failure } from "../failure.ts";
import { isEnded, type SessionContext, type SessionState } from "../state.ts";
import { checkTitle } from "../titles.ts";

const MAX_NAME = 100;
const MAX_VALUE = 4000;

/**
 * Sets the title.
 * @throws Failure `bad-title` for an empty title, or a title longer than 256 characters
 */
export function withTitle(state: SessionState, title: string): SessionState {
  return withContext(state, { title: checkTitle(title) });
}

/**
 * Adds tags, each once.
 * @throws Failure `bad-tag`
 */
export function withTags(state: SessionState, tags: readonly string[]): SessionState {
  return withContext(state, { tags: [...new Set([...state.context.tags, ...tags.map(checkTag)])] });
}

/**
 * Removes tags, all or none.
 * @throws Failure `no-such-tag`
 */
export function withoutTags(state: SessionState, tags: readonly string[]): SessionState {
  const before = state.context.tags;
  for (const tag of tags) if (!before.includes(tag)) throw noSuch("tag", tag, before);
  return withContext(state, { tags: before.filter((each) => !tags.includes(each)) });
}

/**
 * Sets a metadata value.
 * @throws Failure `bad-key`, `text-too-long`
 */
export function withMeta(state: SessionState, key: string, value: string): SessionState {
  const kept = cleanText(value).trim();
  if ([...kept].length > MAX_VALUE)
    throw new Failure("text-too-long", `a value can have at most ${MAX_VALUE} characters`);
  return withContext(state, { meta: { ...state.context.meta, [checkKey(key)]: kept } });
}

/**
 * Removes a metadata key.
 * @throws Failure `no-such-key`
 */
export function withoutMeta(state: SessionState, key: string): SessionState {
  metaValue(state.context, key);
  const rest = Object.entries(state.context.meta).filter(([each]) => each !== key);
  return withContext(state, { meta: Object.fromEntries(rest) });
}

/**
 * Returns a metadata value.
 * @throws Failure `no-such-key`, which names the nearest key
 */
export function metaValue({ meta }: SessionContext, key: string): string {
  const value = Object.hasOwn(meta, key) ? meta[key] : undefined;
  if (value === undefined) throw noSuch("key", key, Object.keys(meta));
  return value;
}

/**
 * Archives an ended session, so that lists hide it.
 * @throws Failure `not-ended`
 */
export function archived(state: SessionState): SessionState {
  if (!isEnded(state.context.state))
    throw new Failure(
      "not-ended",
      `${state.context.title} is ${state.context.state}, and only ended sessions can be archived`,
      { hint: `session archive ${state.context.id} --yes` },
    );
  return withContext(state, { state: "archived" });
}

/**
 * Turns an archived session into an ended one.
 * @throws Failure `not-archived`
 */
export function unarchived(state: SessionState): SessionState {
  return state.context.state === "archived" ? withContext(state, { state: "ended" }) : state;
}

/** Shares a session since a moment, unless it is shared already; undefined stops sharing it. */
export function withShared(state: SessionState, since: string | undefined): SessionState {
  if (since !== undefined) return withContext(state, { shared: state.context.shared ?? since });
  const { shared: _shared, ...context } = state.context;
  return { ...state, context };
}

function withContext(state: SessionState, change: Partial<SessionContext>): SessionState {
  return { ...state, context: { ...state.context, ...change } };
}

function checkTag(tag: string): string {
  const kept = oneName(tag, "a tag");
  // Refuses commas in tags: snapshots separate tags by commas.
  if (kept.includes(","))
    throw new Failure("bad-tag", `a tag cannot contain a comma: "${kept}"`, {
      advice: "separate tags with spaces",
    });
  return kept;
}

function checkKey(key: string): string {
  const kept = oneName(key, "a key");
  if (kept === "__proto__" || kept.includes("=")) throw new Failure("bad-key", `"${kept}" cannot be a key`);
  return kept;
}

function oneName(text: string, what: string): string {
  const kept = cleanText(text).replace(/\s+/g, " ").trim();
  const length = [...kept].length;
  if (length >= 1 && length <= MAX_NAME) return kept;
  const code = what === "a tag" ? "bad-tag" : "bad-key";
  throw new Failure(code, `${what} has 1 to ${MAX_NAME} characters; this one has ${length}`);
}

function noSuch(what: "tag" | "key", name: string, there: readonly string[]): Failure {
  const close = nearest(name, there, 1)[0];
  const all = there.length === 0 ? `it has no ${what}s` : `it has ${there.slice(0, 8).join(", ")}`;
  return new Failure(`no-such-${what}`, `the session has no ${what} "${name.slice(0, 60)}"`, {
    advice: close === undefined ? all : `did you mean ${close}?`,
  });
}
