/** Filters, sorts and nests rows of sessions. Pure; reads no session. */
import type { SessionMetrics } from "../../insight/counting/metrics.ts";
import type { Worker } from "../../session/events/agent-events.ts";
import { Failure } from "../../session/failure.ts";

/** Facts of a session that a list shows without opening the session's files. */
export interface SessionRow {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly state: string;
  /** Time of the session's start. All times of a row are ISO 8601. */
  readonly created: string;
  readonly ended: string | undefined;
  /** Time of the session's last activity. */
  readonly touched: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  readonly parent: string | undefined;
  /** Location of the record; `remote`: only in commits of a remote's branch. */
  readonly where: "local" | "kept" | "snapshot" | "remote";
  readonly remote: string | undefined;
  /** True if every push includes the session. */
  readonly shared: boolean;
  readonly gone: boolean;
  readonly renamedTo: string | undefined;
  /** Number of objectives, without dropped ones. */
  readonly objectives: { readonly done: number; readonly total: number };
  /** Number of open blockers. */
  readonly blockers: number;
  readonly decisions: number;
  /** Number of checkpoints; null if unknown, as after a restore from commits. */
  readonly checkpoints: number | null;
  /** Working time in minutes; null if unknown. */
  readonly minutes: number | null;
  /** The agent that last worked on the session, from its metadata, else from its events. */
  readonly agent: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** Number of changed files; null if unknown. */
  readonly file_count: number | null;
  /** Number of messages in stored conversations; present only if the list requests it. */
  readonly message_count?: number;
  readonly first_message?: string | null;
  readonly last_prompt?: string | null;
  /** Path of the repository, in a list over several repositories. */
  readonly project?: string;
}

/** An ended session. `metrics`: present only if requested. */
export interface PastSession extends SessionRow {
  readonly metrics?: SessionMetrics;
}

/** Conditions of a list: a row must meet all of them. */
export interface RowFilter {
  /** Words that title, branch, id, tags or metadata must contain. */
  readonly search?: string;
  /** Earliest last activity of a session, in milliseconds since the epoch. */
  readonly since?: number;
  readonly until?: number;
  /** Tags that a session must have, all of them. */
  readonly tags?: readonly string[];
  /** Metadata that a session must have: `key=value`, or `key` for any value. */
  readonly meta?: readonly string[];
  readonly states?: readonly string[];
  readonly background?: boolean;
  readonly shared?: boolean;
  /** The agent, provider or model that last worked on the session. */
  readonly worker?: Worker;
}

/** Sort orders that `--sort` accepts. */
export const SORTS = [
  "date",
  "created",
  "title",
  "checkpoints",
  "objectives",
  "time",
  "messages",
  "files",
] as const;
export type Sort = (typeof SORTS)[number];

/**
 * Returns the rows that meet all conditions, in the same order.
 * @throws Failure `usage` for an invalid `meta`
 */
export function filterRows(rows: readonly SessionRow[], filter: RowFilter): SessionRow[] {
  const words = wordsOf(filter.search ?? "");
  const isLike = metaFilter(filter.meta ?? []);
  return rows.filter((row) => {
    if (!isWithin(filter, row.touched)) return false;
    if (filter.states && !filter.states.includes(row.state)) return false;
    if (filter.background && !isBackground(row)) return false;
    if (filter.shared && !row.shared) return false;
    if (!(filter.tags ?? []).every((tag) => row.tags.includes(tag))) return false;
    if (!isLike(row.meta)) return false;
    if (!isWorkedOnBy(row, filter.worker)) return false;
    if (words.length === 0) return true;
    const text = [row.title, row.branch, row.id, ...row.tags, ...Object.entries(row.meta).flat()]
      .join("\n")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/**
 * Returns whether a row has the wanted agent, provider and model; a condition that is absent always matches.
 */
export function isWorkedOnBy(row: Worker, wanted: Worker = {}): boolean {
  const keys = ["agent", "provider", "model"] as const;
  return keys.every((key) => wanted[key] === undefined || row[key] === wanted[key]);
}

/**
 * Returns whether an ISO 8601 time is in a period given in milliseconds since the epoch. False for an invalid
 * time.
 */
export function isWithin({ since, until }: Pick<RowFilter, "since" | "until">, iso: string): boolean {
  const time = Date.parse(iso);
  return (since === undefined || time >= since) && (until === undefined || time <= until);
}

/** Returns the words of a text in lower case. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Splits `key=value`. @throws Failure `usage` for a pair without a key */
function pairOf(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  const key = (at < 0 ? text : text.slice(0, at)).trim();
  if (key === "")
    throw new Failure("usage", `--meta takes key=value, not "${text}"`, {
      advice: "for example --meta ticket=PROJ-12",
    });
  return [key, at < 0 ? undefined : text.slice(at + 1)];
}

/**
 * Returns a predicate that accepts metadata with all pairs.
 * @throws Failure `usage` for a pair without a key
 */
function metaFilter(wanted: readonly string[]): (meta: SessionRow["meta"]) => boolean {
  const pairs = wanted.map(pairOf);
  return (meta) =>
    pairs.every(([key, value]) => Object.hasOwn(meta, key) && (value === undefined || meta[key] === value));
}

function isBackground({ state, meta }: SessionRow): boolean {
  return state === "background" || /^(true|yes|1)$/i.test(meta.background ?? "");
}

/**
 * Sorts rows: newest, most or longest first, titles from A to Z. Expects rows that are sorted last used
 * first, the order of "date".
 */
export function sortRows(rows: readonly SessionRow[], sort: Sort, reverse: boolean): SessionRow[] {
  const by: Record<Exclude<Sort, "date">, (one: SessionRow, other: SessionRow) => number> = {
    title: (one, other) => compare(one.title.toLowerCase(), other.title.toLowerCase()),
    checkpoints: (one, other) => (other.checkpoints ?? 0) - (one.checkpoints ?? 0),
    objectives: (one, other) =>
      other.objectives.done - one.objectives.done || other.objectives.total - one.objectives.total,
    time: (one, other) => (other.minutes ?? 0) - (one.minutes ?? 0),
    created: (one, other) => compare(other.created, one.created),
    messages: (one, other) => (other.message_count ?? 0) - (one.message_count ?? 0),
    files: (one, other) => (other.file_count ?? 0) - (one.file_count ?? 0),
  };
  const sorted = sort === "date" ? [...rows] : [...rows].sort(by[sort]);
  return reverse ? sorted.reverse() : sorted;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * Returns rows with depths, each below its parent if the parent is in the list. Keeps all rows even if
 * sessions are each other's parents.
 */
export function treeRows<R extends Pick<SessionRow, "id" | "parent">>(
  rows: readonly R[],
): { row: R; depth: number }[] {
  const ids = new Set(rows.map((each) => each.id));
  const children = new Map<string, R[]>();
  for (const row of rows) {
    if (row.parent !== undefined && ids.has(row.parent))
      children.set(row.parent, [...(children.get(row.parent) ?? []), row]);
  }
  const placed = new Map<string, { row: R; depth: number }>();
  const place = (row: R, depth: number) => {
    if (placed.has(row.id)) return;
    placed.set(row.id, { row, depth });
    for (const child of children.get(row.id) ?? []) place(child, depth + 1);
  };
  for (const row of rows) if (row.parent === undefined || !ids.has(row.parent)) place(row, 0);
  for (const row of rows) place(row, 0);
  return [...placed.values()];
}
