/** Merges the `context.json` of two clones, key by key. Pure. */

import { CONTEXT_KEYS, type ContextKey, contextRow, type MergeRule } from "../../session/context.ts";
import type { Decision, Verification } from "../../session/session.ts";
import type { ItemTimes, Note, SessionContext, SessionPhase } from "../../session/state.ts";
import { canonicalJson, isSame } from "../../text/fields.ts";
import { lastAt } from "./events.ts";
import type { Side, Sides } from "./side.ts";
import {
  bothTexts,
  earlier,
  larger,
  later,
  mergeConflicting,
  mergeKeys,
  mergeOrdered,
  mergeSet,
  mergeValue,
  type ThreeSides,
} from "./value.ts";

export interface MergedLists {
  readonly decisions: readonly Decision[];
  readonly items: Readonly<Record<string, ItemTimes>>;
  /** Highest used number of each kind of item. */
  readonly last: SessionContext["last"];
}

interface Merging extends Sides {
  readonly lists: MergedLists;
  readonly tell: Tell;
}

type Tell = (sentence: string) => void;

/** Merges the contexts, each key by the rule in its row of CONTEXT. */
export function mergeContext(sides: Sides, lists: MergedLists, tell: Tell): SessionContext {
  const { base, ours, theirs } = sides;
  const merging: Merging = { ...sides, lists, tell };
  const merged = mergeKeys<unknown>(
    { base: { ...base?.context }, ours: { ...ours.context }, theirs: { ...theirs.context } },
    (key, three) => {
      const row = contextRow(key);
      return row
        ? RULES[row.merge](merging, key as ContextKey)
        : mergeValue(three, (mine, its) => mergeConflicting(mine, its, three.base));
    },
    CONTEXT_KEYS,
  );
  return merged as unknown as SessionContext;
}

const RULES: Readonly<Record<MergeRule, (merging: Merging, key: ContextKey) => unknown>> = {
  "one of both": (sides, key) => {
    const three = threeOf<unknown>(sides, key);
    return mergeValue(three, (mine, its) => mergeConflicting(mine, its, three.base));
  },
  highest: ({ ours, theirs }, key) => Math.max(Number(ours.context[key]), Number(theirs.context[key])),
  earlier: (sides, key) => {
    const { ours, theirs } = threeOf<string>(sides, key);
    return earlier(ours, theirs);
  },
  "later branch name": (sides, key) =>
    laterOf(sides, key, ({ log, context }) =>
      lastAt(log, (each) => each.type === "branch.renamed" && each.to === context.ref),
    ),
  "later checkpoint": (sides, key) => laterOf(sides, key, (side) => side.context.checkpointed),
  set: (sides, key) => {
    const { base = [], ours, theirs } = threeOf<readonly string[]>(sides, key);
    return ours || theirs ? mergeSet(base, ours ?? [], theirs ?? []) : undefined;
  },
  "both texts": mergeTexts,
  "by item": ({ lists }, key) => lists[key as keyof MergedLists],
  title: mergeTitle,
  base: (sides) => mergeValue(threeOf<SessionContext["base"]>(sides, "base"), eitherBase),
  state: mergeState,
  ended: ({ ours, theirs, ...rest }) => {
    const sides = [ours.context, theirs.context];
    const over = (state: SessionPhase) => state === "ended" || state === "archived";
    if (!over(mergePhase(rest.base?.context.state, ours.context.state, theirs.context.state)))
      return undefined;
    return sides
      .filter((each) => over(each.state))
      .map((each) => each.ended)
      .reduce(later, undefined);
  },
  author: (sides) =>
    mergeValue(
      threeOf<string>(sides, "author"),
      () => firstOf(sides.ours.context, sides.theirs.context).author ?? "",
    ),
  meta: mergeMeta,
  verified: mergeVerified,
  notes: mergeNotes,
  committed: mergeCommitted,
  dropped: mergeDropped,
  checkpointed: mergeCheckpointed,
  "stays here": () => undefined,
};

function mergeState({ base, ours, theirs, tell }: Merging): SessionPhase {
  const [before, one, other] = [base?.context.state, ours.context.state, theirs.context.state];
  const state = mergePhase(before, one, other);
  const [first, second] = one < other ? [one, other] : [other, one];
  if (one !== other && one !== before && other !== before)
    tell(`it is ${first} in one clone and ${second} in another: it is ${state} now`);
  return state;
}

/**
 * Returns the later of two phases; after an end, a resumed session wins. The former phase stays only if
 * neither side changed it.
 */
function mergePhase(base: SessionPhase | undefined, one: SessionPhase, other: SessionPhase): SessionPhase {
  const order: readonly SessionPhase[] =
    base === "ended" || base === "archived"
      ? ["archived", "ended", "paused", "active"]
      : ["active", "paused", "ended", "archived"];
  const rank = (state: SessionPhase) => (state === base ? -1 : order.indexOf(state));
  return rank(one) >= rank(other) ? one : other;
}

function threeOf<T>({ base, ours, theirs }: Sides, key: ContextKey): ThreeSides<T> {
  const of = (side: Side | undefined) => side?.context[key] as T | undefined;
  return { base: of(base), ours: of(ours), theirs: of(theirs) };
}

/** Returns the later of two values of a key that both sides changed. */
function laterOf<T>(sides: Sides, key: ContextKey, at: (side: Side) => string | undefined): T | undefined {
  const { ours, theirs } = sides;
  const [mine, its] = [at(ours) ?? "", at(theirs) ?? ""];
  return mergeValue(threeOf<T>(sides, key), (one, other) =>
    mine === its ? larger(one, other) : mine > its ? one : other,
  );
}

function mergeTitle(sides: Merging): string | undefined {
  const title = laterOf<string>(sides, "title", ({ log, context }) =>
    lastAt(log, (each) => each.type === "session.renamed" && each.title === context.title),
  );
  const { base, ours, theirs } = threeOf<string>(sides, "title");
  if (ours !== theirs && ours !== base && theirs !== base)
    sides.tell(
      `it was renamed in two clones: its title is the later one, not "${title === ours ? theirs : ours}"`,
    );
  return title;
}

function mergeTexts(sides: Merging, key: ContextKey): string | undefined {
  const three = threeOf<string>(sides, key);
  const both = mergeValue(three, bothTexts);
  if (both !== three.ours && both !== three.theirs) sides.tell("two clones set a summary: both are kept");
  return both;
}

function mergeMeta(sides: Merging): Record<string, string> {
  const { base, ours = {}, theirs = {} } = threeOf<SessionContext["meta"]>(sides, "meta");
  return mergeKeys(
    { base, ours, theirs },
    (key, three) => {
      const at = (side: Side, value: string | undefined) =>
        lastAt(
          side.log,
          (each) => each.type === "session.meta" && each.key === key && each.value === value,
        ) ?? "";
      const [mine, its] = [at(sides.ours, three.ours), at(sides.theirs, three.theirs)];
      return mergeValue(three, (one, other) => {
        const value = mine === its ? larger(one, other) : mine > its ? one : other;
        sides.tell(
          `${key} was set in two clones: it is the later value, not "${value === one ? other : one}"`,
        );
        return value;
      });
    },
    Object.keys(ours)
      .filter((key) => Object.hasOwn(theirs, key))
      .sort(),
  );
}

/** Returns one of two bases: prefers a base with a start commit. */
function eitherBase(one: SessionContext["base"], other: SessionContext["base"]): SessionContext["base"] {
  if ((one.commit === undefined) !== (other.commit === undefined))
    return one.commit === undefined ? other : one;
  return larger(one, other);
}

function firstOf(one: SessionContext, other: SessionContext): SessionContext {
  if (one.created !== other.created) return one.created < other.created ? one : other;
  return larger(one.author ?? "", other.author ?? "") === one.author ? one : other;
}

function mergeNotes({ base, ours, theirs }: Sides): Note[] {
  return mergeList(base?.context.notes ?? [], ours.context.notes, theirs.context.notes, (each) => [
    each.text,
    each.added,
  ]);
}

/** Merges checks. Ignores the commit of a check, which a rewrite changes. */
function mergeVerified({ base, ours, theirs }: Sides): Verification[] {
  return mergeList(base?.context.verified ?? [], ours.context.verified, theirs.context.verified, (each) => [
    each.command,
    each.result,
    each.added,
  ]);
}

/** Merges lists. An item that only one side has was added on that side, or removed on the other. */
function mergeList<T extends { readonly added?: string }>(
  base: readonly T[],
  ours: readonly T[],
  theirs: readonly T[],
  identity: (item: T) => unknown,
): T[] {
  const key = (item: T) => canonicalJson(identity(item));
  const entries = (list: readonly T[]) =>
    list.map((value) => ({ key: key(value), at: value.added ?? "", value }));
  const before = new Map(base.map((each) => [key(each), each]));
  const [mine, its] = [new Set(ours.map(key)), new Set(theirs.map(key))];
  const both = (one: T, other: T) =>
    mergeValue({ base: before.get(key(one)), ours: one, theirs: other }, larger) ?? one;
  return mergeOrdered(entries(ours), entries(theirs), both).filter((each) => {
    const name = key(each);
    return !before.has(name) || (mine.has(name) && its.has(name));
  });
}

type Carriers = Readonly<Record<string, string>>;

/** Merges the carriers of decisions: a carrier counts if one clone knows it. */
function mergeCommitted(sides: Sides): Carriers {
  return mergeKeys(threeOf<Carriers>(sides, "committed"), (_key, three) =>
    three.ours === undefined || three.theirs === undefined
      ? (three.ours ?? three.theirs)
      : mergeValue(three, larger),
  );
}

function mergeDropped(sides: Sides): Carriers {
  const committed = mergeCommitted(sides);
  return mergeKeys(threeOf<Carriers>(sides, "dropped"), (key, three) =>
    Object.hasOwn(committed, key) ? undefined : (mergeValue(three, larger) ?? three.ours ?? three.theirs),
  );
}

/** Returns the later checkpoint time of two, unless it would hide a check that no commit carries yet. */
function mergeCheckpointed({ ours, theirs }: Sides): string | undefined {
  const sides = [ours.context, theirs.context];
  const has = (context: SessionContext, item: Verification) =>
    context.verified.some((each) => isSame(each, item));
  const isPending = ({ checkpointed }: SessionContext, { added }: Verification) =>
    added !== undefined && (checkpointed === undefined || added > checkpointed);
  const waiting = sides
    .flatMap((each) => each.verified)
    .filter((item) => sides.every((each) => !has(each, item) || isPending(each, item)))
    .map((each) => each.added)
    .reduce(earlier, undefined);
  return sides
    .map((each) => each.checkpointed)
    .filter((each) => each !== undefined && (waiting === undefined || each < waiting))
    .reduce(later, undefined);
}
