/** Sessions as rows: which of them, in which order. Pure. */
import type { SessionMetrics } from "../../insight/counting/metrics.ts";
import type { Worker } from "../../session/agent-events.ts";
import { Failure } from "../../session/failure.ts";

/** What a list knows of a session without opening its files. */
export interface SessionRow {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly state: string;
  /** ISO 8601, as are the other moments. */
  readonly created: string;
  readonly ended: string | undefined;
  /** Last sign of life. */
  readonly touched: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  readonly parent: string | undefined;
  /** `remote`: in the commits of a remote's branch alone. */
  readonly where: "local" | "kept" | "snapshot" | "remote";
  readonly remote: string | undefined;
  /** It goes along with every push. */
  readonly shared: boolean;
  readonly gone: boolean;
  readonly renamedTo: string | undefined;
  /** Dropped ones are not counted. */
  readonly objectives: { readonly done: number; readonly total: number };
  /** Open ones. */
  readonly blockers: number;
  readonly decisions: number;
  readonly checkpoints: number;
  /** Working time; null where nobody noted it. */
  readonly minutes: number | null;
  /** Who worked on it last: what the metadata says, else what the log tells of agents. */
  readonly agent: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** Changed files; null where nobody noted them. */
  readonly file_count: number | null;
  /** Only in a list that asks for them: messages of conversations that are kept, and what the user said. */
  readonly message_count?: number;
  readonly first_message?: string | null;
  readonly last_prompt?: string | null;
  /** Folder of its repository, in a list over several. */
  readonly project?: string;
}

/** A session that ended, with its numbers where they were asked for. */
export interface PastSession extends SessionRow {
  readonly metrics?: SessionMetrics;
}

export interface RowFilter {
  /** Each of these words in title, branch, id, tags or metadata. */
  readonly search?: string;
  /** Milliseconds since the epoch, of the last sign of life. */
  readonly since?: number;
  readonly until?: number;
  /** All of them. */
  readonly tags?: readonly string[];
  /** `key=value`, or `key` alone for any value. */
  readonly meta?: readonly string[];
  readonly states?: readonly string[];
  readonly background?: boolean;
  readonly shared?: boolean;
  /** Who worked on it last. */
  readonly worker?: Worker;
}

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

/** Returns whether somebody is who worked last. */
export function isWorkedOnBy(row: Worker, wanted: Worker = {}): boolean {
  const keys = ["agent", "provider", "model"] as const;
  return keys.every((key) => wanted[key] === undefined || row[key] === wanted[key]);
}

/** Returns whether a time, ISO 8601, lies in a period; one that cannot be read lies in none. */
export function isWithin({ since, until }: Pick<RowFilter, "since" | "until">, iso: string): boolean {
  const time = Date.parse(iso);
  return (since === undefined || time >= since) && (until === undefined || time <= until);
}

/** In lower case. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Failure `usage` for a pair without a key. */
function pairOf(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  const key = (at < 0 ? text : text.slice(0, at)).trim();
  if (key === "")
    throw new Failure("usage", `--meta takes key=value, not "${text}"`, {
      advice: "for example --meta ticket=PROJ-12",
    });
  return [key, at < 0 ? undefined : text.slice(at + 1)];
}

/** Returns whether metadata has each of these: `key=value`, or `key` alone for any value. Failure `usage`. */
function metaFilter(wanted: readonly string[]): (meta: SessionRow["meta"]) => boolean {
  const pairs = wanted.map(pairOf);
  return (meta) =>
    pairs.every(([key, value]) => Object.hasOwn(meta, key) && (value === undefined || meta[key] === value));
}

function isBackground({ state, meta }: SessionRow): boolean {
  return state === "background" || /^(true|yes|1)$/i.test(meta.background ?? "");
}

/** Of rows that came the last touched first: the newest, the most or the longest first; titles from A to Z. */
export function sortRows(rows: readonly SessionRow[], sort: Sort, reverse: boolean): SessionRow[] {
  const by: Record<Exclude<Sort, "date">, (one: SessionRow, other: SessionRow) => number> = {
    title: (one, other) => compare(one.title.toLowerCase(), other.title.toLowerCase()),
    checkpoints: (one, other) => other.checkpoints - one.checkpoints,
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

/** Rows with their depth: each below its parent, as far as that is among them; nobody is left out by a circle. */
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
