/** What a session is and says beside its lists, key by key. Pure. */
import type { Decision, Verification } from "../../session/session.ts";
import type { ItemTimes, Note, SessionContext, SessionPhase } from "../../session/state.ts";
import { lastAt } from "./events.ts";
import type { Side } from "./side.ts";
import {
  bothTexts,
  canon,
  earlier,
  eitherValue,
  isSame,
  larger,
  later,
  mergeKeys,
  mergeSet,
  pick,
  type Three,
  uniteOrdered,
} from "./value.ts";

export interface MergedLists {
  readonly decisions: readonly Decision[];
  readonly items: Readonly<Record<string, ItemTimes>>;
  /** Highest number that was given, of each kind. */
  readonly last: SessionContext["last"];
}

interface Sides {
  readonly base: Side | undefined;
  readonly ours: Side;
  readonly theirs: Side;
}

/** The keys of `context.json` in their order; what a newer version added comes after them. */
const KEYS = [
  ...["schema", "id", "title", "ref", "base", "state", "created", "ended", "author", "tags", "meta"],
  ...["checklist", "parent", "summary", "shared", "coverage", "decisions", "verified", "notes", "items"],
  ...["committed", "dropped", "checkpointed", "last"],
];

/** The rules stand in `records.ts`. */
export function mergeContext(
  sides: Sides,
  lists: MergedLists,
  tell: (sentence: string) => void,
): SessionContext {
  const { base, ours, theirs } = sides;
  const [before, one, other] = [base?.context, ours.context, theirs.context];
  const state = mergePhase(before?.state, one.state, other.state);
  if (one.state !== other.state && one.state !== before?.state && other.state !== before?.state)
    tell(
      `it is ${one.state < other.state ? `${one.state} in one clone and ${other.state}` : `${other.state} in one clone and ${one.state}`} in another: it is ${state} now`,
    );
  const isOver = (each: SessionContext) => each.state === "ended" || each.state === "archived";
  const committed = mergeCommitted({ base: before?.committed, ours: one.committed, theirs: other.committed });
  const rules: Record<string, () => unknown> = {
    schema: () => Math.max(one.schema, other.schema),
    title: () => mergeTitle(sides, tell),
    ref: () => laterOf(sides, "ref", (side) => toldAt(side, "branch.renamed", "to", side.context.ref)),
    base: () => pick(threeOf(sides, "base"), eitherBase),
    state: () => state,
    created: () => earlier(one.created, other.created),
    ended: () =>
      state === "ended" || state === "archived"
        ? [one, other]
            .filter(isOver)
            .map((each) => each.ended)
            .reduce(later, undefined)
        : undefined,
    author: () => pick(threeOf(sides, "author"), () => firstOf(one, other).author ?? ""),
    tags: () => mergeSet(before?.tags ?? [], one.tags, other.tags),
    meta: () => mergeMeta(sides, tell),
    checklist: () =>
      one.checklist || other.checklist
        ? mergeSet(before?.checklist ?? [], one.checklist ?? [], other.checklist ?? [])
        : undefined,
    summary: () => mergeSummary(sides, tell),
    coverage: () => laterOf(sides, "coverage", (side) => side.context.checkpointed),
    decisions: () => lists.decisions,
    verified: () => mergeVerified(sides),
    notes: () => mergeNotes(sides),
    items: () => lists.items,
    committed: () => committed,
    dropped: () => mergeDropped(sides, committed),
    checkpointed: () => mergeCheckpointed(sides),
    last: () => lists.last,
  };
  const merged = mergeKeys<unknown>(
    { base: { ...before }, ours: { ...one }, theirs: { ...other } },
    (key, three) => {
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
      return rule ? rule() : pick(three, (mine, its) => eitherValue(mine, its, three.base));
    },
    KEYS,
  );
  return merged as unknown as SessionContext;
}

/**
 * Further along beats less far, and to go on again beats staying ended; as it was before it is only where nobody changed
 * it.
 */
function mergePhase(base: SessionPhase | undefined, one: SessionPhase, other: SessionPhase): SessionPhase {
  const order: readonly SessionPhase[] =
    base === "ended" || base === "archived"
      ? ["archived", "ended", "paused", "active"]
      : ["active", "paused", "ended", "archived"];
  const rank = (state: SessionPhase) => (state === base ? -1 : order.indexOf(state));
  return rank(one) >= rank(other) ? one : other;
}

function threeOf<K extends keyof SessionContext>({ base, ours, theirs }: Sides, key: K) {
  return { base: base?.context[key], ours: ours.context[key], theirs: theirs.context[key] };
}

/** Of a value that changed on both sides, the later one. */
function laterOf<K extends keyof SessionContext>(
  sides: Sides,
  key: K,
  at: (side: Side) => string | undefined,
): SessionContext[K] | undefined {
  const { ours, theirs } = sides;
  const [mine, its] = [at(ours) ?? "", at(theirs) ?? ""];
  return pick<SessionContext[K]>(threeOf(sides, key), (one, other) =>
    mine === its ? larger(one, other) : mine > its ? one : other,
  );
}

/** When an event last said that something is this value. */
function toldAt({ log }: Side, type: string, key: string, value: unknown): string | undefined {
  return lastAt(log, (event) => event.type === type && event[key] === value);
}

function mergeTitle(sides: Sides, tell: (sentence: string) => void): string | undefined {
  const { ours, theirs } = sides;
  const title = laterOf(sides, "title", (side) =>
    toldAt(side, "session.renamed", "title", side.context.title),
  );
  const { base, ...both } = threeOf(sides, "title");
  if (both.ours !== both.theirs && both.ours !== base && both.theirs !== base)
    tell(
      `it was renamed in two clones: its title is the later one, not "${title === ours.context.title ? theirs.context.title : ours.context.title}"`,
    );
  return title;
}

function mergeSummary(sides: Sides, tell: (sentence: string) => void): string | undefined {
  const three = threeOf(sides, "summary");
  const summary = pick(three, bothTexts);
  if (summary !== three.ours && summary !== three.theirs)
    tell("it was summed up in two clones: it has both summaries");
  return summary;
}

function mergeMeta(sides: Sides, tell: (sentence: string) => void): Record<string, string> {
  const { base, ours, theirs } = threeOf(sides, "meta");
  return mergeKeys(
    { base, ours, theirs },
    (key, three) => {
      const at = (side: Side, value: string | undefined) =>
        lastAt(
          side.log,
          (event) => event.type === "session.meta" && event.key === key && event.value === value,
        ) ?? "";
      const [mine, its] = [at(sides.ours, three.ours), at(sides.theirs, three.theirs)];
      return pick(three, (one, other) => {
        const value = mine === its ? larger(one, other) : mine > its ? one : other;
        tell(`${key} was set in two clones: it is the later value, not "${value === one ? other : one}"`);
        return value;
      });
    },
    Object.keys(ours)
      .filter((key) => Object.hasOwn(theirs, key))
      .sort(),
  );
}

/** One that says where the work began comes before one that does not. */
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

/** The commit is not part of what it is: a rewrite gives it another. */
function mergeVerified({ base, ours, theirs }: Sides): Verification[] {
  return mergeList(base?.context.verified ?? [], ours.context.verified, theirs.context.verified, (each) => [
    each.command,
    each.result,
    each.added,
  ]);
}

/** What is in one list only was added there, or taken out of the other. */
function mergeList<T extends { readonly added?: string }>(
  base: readonly T[],
  ours: readonly T[],
  theirs: readonly T[],
  identity: (item: T) => unknown,
): T[] {
  const key = (item: T) => canon(identity(item));
  const entries = (list: readonly T[]) =>
    list.map((value) => ({ key: key(value), at: value.added ?? "", value }));
  const before = new Map(base.map((each) => [key(each), each]));
  const [mine, its] = [new Set(ours.map(key)), new Set(theirs.map(key))];
  const both = (one: T, other: T) =>
    pick({ base: before.get(key(one)), ours: one, theirs: other }, larger) ?? one;
  return uniteOrdered(entries(ours), entries(theirs), both).filter((each) => {
    const name = key(each);
    return !before.has(name) || (mine.has(name) && its.has(name));
  });
}

/** A commit that carries a decision is known as long as one clone knows of it. */
function mergeCommitted({
  base,
  ours,
  theirs,
}: Three<Readonly<Record<string, string>>>): Record<string, string> {
  return mergeKeys({ base, ours, theirs }, (_key, three) =>
    three.ours === undefined || three.theirs === undefined
      ? (three.ours ?? three.theirs)
      : pick(three, larger),
  );
}

function mergeDropped(sides: Sides, committed: Readonly<Record<string, string>>): Record<string, string> {
  const { base, ours, theirs } = threeOf(sides, "dropped");
  return mergeKeys({ base, ours, theirs }, (key, three) =>
    Object.hasOwn(committed, key) ? undefined : (pick(three, larger) ?? three.ours ?? three.theirs),
  );
}

/** The later one; not so late that a check which no commit carries yet would count as carried. */
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
