/**
 * Lists all snapshots by the messages of their commits. Thousands are possible, so messages are parsed
 * lazily.
 */

import { gitFailure } from "../git/failure.ts";
import { ask, brokenRefs, SNAPSHOT_REFS_QUERY, SNAPSHOTS_QUERY } from "../git/read.ts";
import type { Place } from "../place/place.ts";
import type { Worker } from "../session/events/agent-events.ts";
import { isSessionId } from "../session/ids.ts";
import { cacheSnapshots, readCachedSnapshots } from "../store/snapshot-cache.ts";
import { withHint } from "../text/hint.ts";

const CHANGED = "\nSession-Touched: ";
const ENDED = "\nSession-Ended: ";
const NONE: readonly string[] = [];
const NOTHING: Readonly<Record<string, string>> = {};

/**
 * A session known only from its snapshot ref. Fields are parsed on access: do not copy with `{ ...head }`.
 */
export class SnapshotHead {
  private decoded: string | undefined;

  constructor(
    readonly id: string,
    /**
     * Ref of the snapshot: `refs/sessions/<id>`, or `refs/session-remotes/<remote>/<id>` if it was fetched.
     */
    readonly ref: string,
    readonly remote: string | undefined,
    /** Commit time of the snapshot, in seconds since the epoch. */
    readonly made: number,
    /** git's output about all snapshots, which contains the message. */
    private readonly answer: Buffer,
    private readonly from: number,
    private readonly to: number,
  ) {
    const message = answer.toString("latin1", from, to);
    this.isSession = value(message, "\nSession-Id: ") === id;
    this.state = value(message, "\nSession-State: ") ?? "ended";
    const touched =
      value(message, CHANGED) ?? value(message, ENDED) ?? value(message, "\nSession-Created: ") ?? "";
    this.time = Date.parse(touched) || 0;
  }

  /** False if a remote has an object of another kind under such a name. */
  readonly isSession: boolean;

  readonly state: string;

  /** Time of the last activity, in milliseconds since the epoch. */
  readonly time: number;

  private get message(): string {
    this.decoded ??= this.answer.toString("utf8", this.from, this.to);
    return this.decoded;
  }

  get title(): string {
    const end = this.message.indexOf("\n");
    return end < 0 ? this.message : this.message.slice(0, end);
  }

  get branch(): string {
    return this.text("\nSession-Branch: ") ?? "";
  }

  get created(): string {
    return this.text("\nSession-Created: ") ?? "";
  }

  get ended(): string | undefined {
    return this.text(ENDED);
  }

  /** Time of the last activity, in ISO 8601: the record may change after the end of the session. */
  get touched(): string {
    return this.text(CHANGED) ?? this.ended ?? this.created;
  }

  get tags(): readonly string[] {
    return this.text("\nSession-Tags: ")?.split(", ").filter(Boolean) ?? NONE;
  }

  /** Number of finished objectives and of all objectives, without dropped ones. */
  get objectives(): { readonly done: number; readonly total: number } {
    const [done, total] = this.text("\nSession-Progress: ")?.split("/") ?? NONE;
    return { done: Number(done) || 0, total: Number(total) || 0 };
  }

  get checkpoints(): number {
    return Number(this.text("\nSession-Checkpoints: ")) || 0;
  }

  get decisions(): number {
    return Number(this.text("\nSession-Decisions: ")) || 0;
  }

  /** Number of open blockers. */
  get blockers(): number {
    return Number(this.text("\nSession-Blockers: ")) || 0;
  }

  get minutes(): number | undefined {
    const text = this.text("\nSession-Minutes: ");
    return text === undefined ? undefined : Number(text) || 0;
  }

  /** Metadata of the session. Drops values that are not texts: a snapshot is untrusted. */
  get meta(): Readonly<Record<string, string>> {
    const json = this.text("\nSession-Meta: ");
    if (json === undefined) return NOTHING;
    try {
      const pairs = Object.entries((JSON.parse(json) ?? {}) as object);
      return Object.fromEntries(pairs.filter(([, value]) => typeof value === "string"));
    } catch {
      return NOTHING;
    }
  }

  get parent(): string | undefined {
    return this.text("\nSession-Parent: ");
  }

  /** True if every push includes the session. */
  get shared(): boolean {
    return this.text("\nSession-Shared: ") !== undefined;
  }

  /** Number of changed files; undefined if the snapshot does not record it. */
  get files(): number | undefined {
    const text = this.text("\nSession-Files: ");
    return text === undefined ? undefined : Number(text) || 0;
  }

  /** The last agent that worked on the session. */
  get worker(): Worker {
    return {
      agent: this.text("\nSession-Agent: "),
      provider: this.text("\nSession-Provider: "),
      model: this.text("\nSession-Model: "),
    };
  }

  /** Size of the session's log in bytes, which shows whether a kept folder equals the snapshot. */
  get log(): number | undefined {
    const text = this.text("\nSession-Log: ");
    return text === undefined ? undefined : Number(text) || 0;
  }

  private text(line: string): string | undefined {
    return value(this.message, line);
  }
}

/** Returns the value of a trailer in a message's last paragraph. */
function value(message: string, line: string): string | undefined {
  const at = message.lastIndexOf(line);
  if (at < 0) return undefined;
  const gap = message.indexOf("\n\n", at);
  // If another paragraph follows, the line is text and not a trailer.
  if (gap >= 0 && message.slice(gap).trim() !== "") return undefined;
  const from = at + line.length;
  const end = message.indexOf("\n", from);
  return message.slice(from, end < 0 ? message.length : end);
}

/**
 * Returns all snapshots, unordered, with one or two git processes. If a session has an own and a fetched
 * snapshot, returns the newer; at equal times, the own one.
 */
export async function listSnapshots(place: Place): Promise<SnapshotHead[]> {
  const answer = await snapshotsOf(place);
  const heads = new Map<string, SnapshotHead>();
  const bad: string[] = [];
  for (const each of recordsOf(answer)) {
    if (each.made === each.name + 1) bad.push(...unreadable(answer, each));
    else {
      const head = headOf(answer, each);
      if (head && isNewer(head, heads.get(head.id))) heads.set(head.id, head);
    }
  }
  if (bad.length > 0) sayLeftOut(place, bad);
  return [...heads.values()];
}

/** Returns the kind of an object that git cannot read as a commit. Ignores foreign objects of a remote. */
function unreadable(answer: Buffer, at: Bounds): string[] {
  const line = answer.toString("utf8", at.from, at.name);
  const ref = line.slice(line.indexOf(" ") + 1);
  const kind = answer.toString("utf8", at.made + 1, at.end);
  if (/^(missing|damaged|too large)$/.test(kind)) return [`${ref} (${kind})`];
  return isSessionId(ref.replace(/^refs\/sessions\//, "")) ? [`${ref} (no snapshot)`] : [];
}

/** Reports unreadable snapshots, once per command. */
function sayLeftOut({ notices }: Place, bad: readonly string[]): void {
  const more = bad.length > 3 ? `, and ${bad.length - 3} more` : "";
  const line = withHint(`left out: ${bad.slice(0, 3).join(", ")}${more}`, "session doctor");
  if (!notices.includes(line)) notices.push(line);
}

async function snapshotsOf(place: Place): Promise<Buffer> {
  const {
    repository: { root },
    sessionsDir,
  } = place;
  const { bytes: refs, code, stderr } = await ask(root, SNAPSHOT_REFS_QUERY);
  if (code !== 0) throw gitFailure(SNAPSHOT_REFS_QUERY, stderr);
  const broken = brokenRefs(stderr).map((ref) => `${ref} (damaged)`);
  if (broken.length > 0) sayLeftOut(place, broken);
  if (refs.length === 0) return refs;
  const kept = await readCachedSnapshots(sessionsDir, refs);
  if (kept) return kept;
  const said = await ask(root, SNAPSHOTS_QUERY, undefined, undefined, countRecords(place.onSnapshots));
  if (said.code !== 0) {
    const { readableSnapshots } = await import("../git/damaged-snapshots.ts");
    return readableSnapshots(root, refs);
  }
  const answer = said.bytes;
  // A ref may have moved between the two git queries.
  if (isOf(answer, refs)) await cacheSnapshots(sessionsDir, refs, answer);
  return answer;
}

/** Returns a function that counts the snapshots in git's output while it arrives. */
function countRecords(onSnapshots: Place["onSnapshots"]): ((chunk: Buffer) => void) | undefined {
  if (!onSnapshots) return undefined;
  let ends = 0;
  return (chunk) => {
    for (const byte of chunk) if (byte === 0) ends++;
    onSnapshots(Math.floor(ends / 3));
  };
}

/** Reports whether git's output is about exactly the given refs. */
function isOf(answer: Buffer, refs: Buffer): boolean {
  let at = 0;
  for (const { from, name } of recordsOf(answer)) {
    const end = at + name - from;
    if (end >= refs.length || answer.compare(refs, at, end, from, name) !== 0) return false;
    at = end + 1;
  }
  return at === refs.length;
}

/** Offsets of a snapshot in git's output: start and end of its name, end of its time and of its message. */
interface Bounds {
  readonly from: number;
  readonly name: number;
  readonly made: number;
  readonly end: number;
}

function* recordsOf(answer: Buffer): Generator<Bounds> {
  for (let from = 0; from < answer.length; ) {
    const name = answer.indexOf(0, from);
    const made = answer.indexOf(0, name + 1);
    const end = answer.indexOf(0, made + 1);
    if (name < 0 || made < 0 || end < 0) return;
    yield { from, name, made, end };
    // Skips the line end after each record.
    from = end + 2;
  }
}

function isNewer(head: SnapshotHead, other: SnapshotHead | undefined): boolean {
  if (!other || head.made !== other.made) return head.made > (other?.made ?? Number.NEGATIVE_INFINITY);
  return head.remote === undefined;
}

function headOf(answer: Buffer, at: Bounds): SnapshotHead | undefined {
  const line = answer.toString("utf8", at.from, at.name);
  const slash = line.lastIndexOf("/");
  const ref = line.slice(line.indexOf(" ") + 1);
  const id = line.slice(slash + 1);
  const folder = ref.slice(0, ref.length - id.length - 1);
  const remote = folder === "refs/sessions" ? undefined : folder.slice("refs/session-remotes/".length);
  if (!isSessionId(id) || remote === "") return undefined;
  const made = Number(answer.toString("latin1", at.name + 1, at.made)) || 0;
  const head = new SnapshotHead(id, ref, remote, made, answer, at.made + 1, at.end);
  return head.isSession ? head : undefined;
}
