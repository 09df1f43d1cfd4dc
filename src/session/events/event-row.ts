/** Defines the rows of the event table: readers of fields, effects, and kinds of events. Pure. */
import { type Read, text, textMap } from "../../text/fields.ts";
import type { Decision, Verification } from "../session.ts";
import type { ItemPrefix, ItemTimes, Note, SessionContext } from "../state.ts";

/**
 * A context while it is rebuilt from the log. Its objects have no prototype, because the log may name any
 * key.
 */
export type Draft = { -readonly [K in keyof SessionContext]: SessionContext[K] } & {
  decisions: Decision[];
  verified: Verification[];
  notes: Note[];
  items: Record<string, ItemTimes>;
  meta: Record<string, string>;
  committed: Record<string, string>;
  last: Record<ItemPrefix, number>;
};

/** Kind of a field in an event, for code that loops over all fields. */
export type Meaning = "words" | "item" | "items" | "decision" | "commit" | "commits";

/** The reader of one field of an event. */
export interface Field<T = unknown, Must extends boolean = boolean> {
  readonly read: Read<T>;
  /** True if an event without this field counts as unknown. */
  readonly must: Must;
  readonly means?: Meaning;
}

type Fields = Readonly<Record<string, Field>>;
type ValueOf<F> = F extends Field<infer T> ? T : never;

export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F as F[K]["must"] extends true ? K : never]: ValueOf<F[K]>;
} & {
  readonly [K in keyof F as F[K]["must"] extends true ? never : K]?: ValueOf<F[K]> | undefined;
};

/** Fields that any event may have. */
export const COMMON = {
  /** Name of the change in the spool from which the event was made. */
  spooled: may(text),
  /** New item ids by old ids, if a merge renumbered items. */
  renumbered: may(textMap),
};

type Common = ValuesOf<typeof COMMON> & { readonly at: string };

/** Declares methods, not properties, so that TypeScript accepts a row with any fields as an `EventRow`. */
interface OfEvent<F extends Fields> {
  folds(context: Draft, event: ValuesOf<F> & Common): void;
  shows(event: ValuesOf<F> & Common): readonly (string | undefined)[];
}

/** The definition of one event type. */
export interface EventRow<F extends Fields = Fields> {
  readonly fields: F;
  /** Applies the event to a context; undefined for an event that does not change the context. */
  readonly folds: OfEvent<F>["folds"] | undefined;
  /** Returns the text for the timeline and the list of changes; undefined hides the event. */
  readonly shows: OfEvent<F>["shows"] | undefined;
  /**
   * Effect of undo. `change`: a user's change, which can be undone. `commit`: the same, but undo keeps its
   * commit. `never`: cannot be undone.
   */
  readonly undo: "change" | "commit" | "never";
  /** True if an agent sends the event about itself. */
  readonly agent: boolean;
  readonly exported: boolean;
}

/** Returns a field that an event may lack. */
export function may<T>(read: Read<T>, means?: Meaning): Field<T, false> {
  return means === undefined ? { read, must: false } : { read, must: false, means };
}

/** Returns a field without which an event counts as unknown. */
export function must<T>(read: Read<T>, means?: Meaning): Field<T, true> {
  return means === undefined ? { read, must: true } : { read, must: true, means };
}

/** Returns the row of an event for a change that a user asked for. */
export function change<F extends Fields>(
  fields: F,
  folds: EventRow<F>["folds"],
  shows: EventRow<F>["shows"] = () => [],
  undo: EventRow["undo"] = "change",
): EventRow<F> {
  return { fields, folds, shows, undo, agent: false, exported: true };
}

/** Returns the row of an event that undo does not revert. */
export function happened<F extends Fields>(
  fields: F,
  folds?: EventRow<F>["folds"],
  shows: EventRow<F>["shows"] = () => [],
): EventRow<F> {
  return change(fields, folds, shows, "never");
}

/** Returns the row of an event that an agent sends about itself. */
export function told<F extends Fields>(fields: F, shows: EventRow<F>["shows"] = () => []): EventRow<F> {
  return { fields, folds: undefined, shows, undo: "never", agent: true, exported: true };
}

/** Returns the row of an event that only the log needs; views hide it. */
export function aside<F extends Fields>(fields: F, folds: EventRow<F>["folds"]): EventRow<F> {
  return { fields, folds, shows: undefined, undo: "never", agent: false, exported: false };
}
