/** Stores changes as files while `.git` is read-only, and applies them later, once and in order. Pure. */
import type { SessionEvent } from "./events/events.ts";
import { Failure } from "./failure.ts";
import { applyChange, type ChangedItem, type SmallChange } from "./small-change.ts";
import type { SessionState } from "./state.ts";

const SPOOL_SCHEMA = 1;

/** One file in the spool: the changes of one command. */
export interface SpoolEntry {
  readonly schema: number;
  /** Id of the entry: a random text at the end of the file name. */
  readonly id: string;
  readonly at: string;
  /** Id of the session to change, and its branch. */
  readonly session: string;
  readonly branch: string;
  readonly changes: readonly SpooledChange[];
}

interface SpooledChange {
  readonly change: SmallChange;
  /** Name of the spooled change that created the item to change: the item has no number yet. */
  readonly of?: string;
}

/** Returns the name of a spooled change in the log: entry and index. */
const nameOf = (entry: SpoolEntry, at: number): string => `${entry.id}#${at}`;

/** A session after its spooled changes were applied, and the results of the changes. */
export interface TakenEntries {
  readonly state: SessionState;
  readonly events: readonly SessionEvent[];
  readonly items: readonly ChangedItem[];
  /** Entries that could not be applied, with the reason. The state contains no part of them. */
  readonly unfit: readonly { readonly entry: SpoolEntry; readonly error: Failure }[];
}

/** Applies the entries of a session in order. Skips entries that the log already has. */
export function takeEntries(
  state: SessionState,
  log: readonly SessionEvent[],
  entries: readonly SpoolEntry[],
): TakenEntries {
  let now = state;
  const events: SessionEvent[] = [];
  const items: ChangedItem[] = [];
  const unfit: { entry: SpoolEntry; error: Failure }[] = [];
  const made = spooledItems(log);
  const known = new Set([...made.keys()].map((name) => name.split("#")[0]));
  for (const entry of entries) {
    if (known.has(entry.id)) continue;
    try {
      if (entry.session !== now.context.id)
        throw new Failure("other-session", `it is for the session ${entry.session}`);
      const done = applyEntry(now, entry, made);
      now = done.state;
      events.push(...done.events);
      items.push(...done.items);
      for (const [name, id] of spooledItems(done.events)) made.set(name, id);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      unfit.push({ entry, error });
    }
  }
  return { state: now, events, items, unfit };
}

function applyEntry(state: SessionState, entry: SpoolEntry, made: ReadonlyMap<string, string>) {
  let now = state;
  const events: SessionEvent[] = [];
  const items: ChangedItem[] = [];
  for (const [at, { change, of }] of entry.changes.entries()) {
    const id = of === undefined ? undefined : made.get(of);
    const done = applyChange(now, id === undefined ? change : renamed(change, id), entry.at);
    now = done.state;
    items.push(done.item);
    events.push({ ...done.event, spooled: nameOf(entry, at) } as SessionEvent);
  }
  return { state: now, events, items };
}

/** Returns the item that each spooled change created, by the change's name. */
function spooledItems(events: readonly SessionEvent[]): Map<string, string> {
  const items = new Map<string, string>();
  for (const each of events) {
    if (each.type === "unknown" || each.spooled === undefined) continue;
    items.set(each.spooled, each.type === "decision.added" ? each.decision.id : "id" in each ? each.id : "");
  }
  return items;
}

function renamed(change: SmallChange, id: string): SmallChange {
  if (change.do === "decision.add") return { ...change, decision: { ...change.decision, supersedes: id } };
  return "id" in change ? { ...change, id } : change;
}

const PREFIX = { objective: "obj", blocker: "blk", decision: "dec" } as const;

/**
 * Returns the name of the spooled change that created the item that `change` refers to; undefined for an item
 * that is already in the session.
 */
export function spooledName(change: SmallChange, events: readonly SessionEvent[]): string | undefined {
  const [name, prefix] =
    change.do === "decision.add"
      ? [change.decision.supersedes, "dec"]
      : "id" in change
        ? [change.id, PREFIX[change.do.split(".", 1)[0] as keyof typeof PREFIX]]
        : [];
  if (name === undefined) return undefined;
  const id = /^\d+$/.test(name) ? `${prefix}-${Number(name)}` : name.toLowerCase();
  const added = events.filter((each) => /^(objective|blocker|decision)\.added$/.test(each.type));
  return [...spooledItems(added)].find(([, item]) => item === id)?.[0];
}

/** Returns an entry with the current schema number. */
export const newEntry = (from: Omit<SpoolEntry, "schema">): SpoolEntry => ({ schema: SPOOL_SCHEMA, ...from });

/** Parses an entry; undefined for anything that this program would not write. */
export function parseEntry(text: string): SpoolEntry | undefined {
  try {
    const entry = JSON.parse(text) as SpoolEntry;
    const isWhole =
      entry.schema === SPOOL_SCHEMA &&
      [entry.id, entry.at, entry.session, entry.branch].every((each) => typeof each === "string") &&
      /^[0-9a-f]{16}$/.test(entry.id) &&
      Number.isFinite(Date.parse(entry.at)) &&
      Array.isArray(entry.changes) &&
      entry.changes.every(isChange);
    return isWhole ? entry : undefined;
  } catch {
    return undefined;
  }
}

function isChange({ change, of }: SpooledChange): boolean {
  const texts = (...all: unknown[]) => all.every((each) => typeof each === "string");
  const list = (all: unknown) => Array.isArray(all) && texts(...all);
  const maybe = (...all: unknown[]) => all.every((each) => each === undefined || typeof each === "string");
  if (!maybe(of)) return false;
  switch (change.do) {
    case "objective.add":
    case "note":
    case "title":
      return texts(change.text);
    case "objective.mark":
      return texts(change.id) && ["open", "active", "done", "dropped"].includes(change.mark);
    case "objective.edit":
      return texts(change.id, change.text);
    case "blocker.add":
      return texts(change.text) && maybe(change.link);
    case "blocker.resolve":
    case "blocker.drop":
      return texts(change.id) && maybe(change.note);
    case "blocker.edit":
      return texts(change.id) && maybe(change.text, change.link);
    case "blocker.reopen":
      return texts(change.id);
    case "decision.add": {
      const { text, rationale, supersedes, withdraws, author, alternatives = [] } = change.decision;
      return texts(text) && maybe(rationale, supersedes, withdraws, author) && list(alternatives);
    }
    case "decision.edit": {
      const { id, text, rationale, author, alternatives = [] } = change;
      return texts(id) && maybe(text, rationale, author) && list(alternatives);
    }
    case "decision.withdraw":
      return texts(change.id) && maybe(change.text, change.reason, change.author);
    case "note.edit":
      return texts(change.text, change.note.text, change.note.added);
    case "note.remove":
      return texts(change.note.text, change.note.added);
    case "verify": {
      const { command, result, added, commit, tree, output, code, seconds } = change.verified;
      const { apart = [], failing = [] } = change.verified;
      const numbers = [code, seconds].every((each) => each === undefined || typeof each === "number");
      const lists = [apart, failing].every(list);
      const isText = texts(command, added) && maybe(commit, tree, output);
      return isText && lists && numbers && ["passed", "failed"].includes(result);
    }
    default:
      return false;
  }
}
