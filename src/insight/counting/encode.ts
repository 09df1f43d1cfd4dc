/** Encodes a history as bytes, and decodes it. A checksum detects incomplete or changed bytes. Pure. */
import { crc32 } from "node:zlib";
import type { Table } from "./column.ts";
import { fingerprint, type History } from "./history.ts";

/**
 * Format version of a cached history: increase it if the meaning of a column changes, because other versions
 * are not read.
 */
const VERSION = 2;
const MAGIC = `session history ${VERSION}\n`;

const ANSWER = "session answer 3\n";

/** The commit and other inputs that a cached history belongs to. */
export interface HistoryLabel {
  /** Id of the newest commit of the history. */
  readonly tip: string;
  /** Text of all other inputs of the history. */
  readonly key: string;
}

type Arrays = Record<string, Uint8Array | Uint32Array | Int16Array>;

function arraysOf(history: History): Arrays {
  const { oidBytes, commits, paths, people, sessions, ...columns } = history;
  return {
    ...columns,
    pathEnds: paths.ends,
    pathBytes: paths.bytes,
    peopleEnds: people.ends,
    peopleBytes: people.bytes,
    sessionEnds: sessions.ends,
    sessionBytes: sessions.bytes,
  };
}

const KINDS: Readonly<
  Record<string, new (buffer: ArrayBuffer, offset: number, length: number) => Arrays[string]>
> = { u8: Uint8Array, u32: Uint32Array, i16: Int16Array };

/** Encodes a history and its label as bytes, with a checksum. */
export function encodeHistory(history: History, label: HistoryLabel): Uint8Array {
  const arrays = Object.entries(arraysOf(history));
  const kindOf = (each: Arrays[string]) =>
    each instanceof Uint32Array ? "u32" : each instanceof Int16Array ? "i16" : "u8";
  const columns = arrays.map(([name, each]) => [name, kindOf(each), each.length]);
  const size = arrays.reduce((sum, [, each]) => sum + padded(each.byteLength), 0);
  const body = new Uint8Array(size);
  let at = 0;
  for (const [, each] of arrays) {
    body.set(new Uint8Array(each.buffer, each.byteOffset, each.byteLength), at);
    at += padded(each.byteLength);
  }
  const { oidBytes, commits } = history;
  const head = JSON.stringify({ ...label, oidBytes, commits, columns, sum: crc32(body) });
  const text = Buffer.from(`${MAGIC}${fingerprint(head)} ${head}\n`);
  const bytes = new Uint8Array(padded(text.length) + size).fill(0x20, 0, padded(text.length));
  bytes.set(text);
  bytes.set(body, padded(text.length));
  return bytes;
}

/** Returns the history and its label; undefined unless the bytes are a whole history of this version. */
export function decodeHistory(bytes: Uint8Array): { history: History; label: HistoryLabel } | undefined {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array): { history: History; label: HistoryLabel } | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 65_536)).toString(
    "latin1",
  );
  const end = start.indexOf("\n", MAGIC.length);
  if (!start.startsWith(MAGIC) || end < 0) return undefined;
  const text = Buffer.from(start.slice(MAGIC.length + 17, end), "latin1").toString("utf8");
  if (fingerprint(text) !== start.slice(MAGIC.length, MAGIC.length + 16)) return undefined;
  const head = JSON.parse(text);
  // Starts the columns at a multiple of their size, as typed arrays require.
  const begin = padded(end + 1);
  const aligned = (bytes.byteOffset + begin) % 8 === 0;
  // Copies with Uint8Array: a Buffer's own slice would not copy.
  const body = aligned ? bytes.subarray(begin) : Uint8Array.prototype.slice.call(bytes, begin);
  if (crc32(body) !== head.sum) return undefined;
  const arrays: Arrays = {};
  let at = 0;
  for (const [name, kind, length] of head.columns as [string, string, number][]) {
    const make = KINDS[kind];
    if (!make) return undefined;
    const values = new make(body.buffer as ArrayBuffer, body.byteOffset + at, length);
    arrays[name] = values;
    at += padded(values.byteLength);
  }
  const { pathEnds, pathBytes, peopleEnds, peopleBytes, sessionEnds, sessionBytes, ...columns } = arrays;
  const names = (ends: Arrays[string] | undefined, text: Arrays[string] | undefined) =>
    ({ ends, bytes: text }) as Table;
  const history = {
    ...columns,
    oidBytes: head.oidBytes,
    commits: head.commits,
    paths: names(pathEnds, pathBytes),
    people: names(peopleEnds, peopleBytes),
    sessions: names(sessionEnds, sessionBytes),
  } as unknown as History;
  return { history, label: { tip: String(head.tip), key: String(head.key) } };
}

/** Encodes an answer as bytes for the cache, with the key of its question. */
export function encodeAnswer(answer: unknown, key: string): Uint8Array {
  const body = Buffer.from(JSON.stringify(answer));
  return Buffer.concat([Buffer.from(answerHead(key, body)), body]);
}

/** Returns the answer; undefined if the bytes are no answer, or the answer to another question. */
export function decodeAnswer<T>(bytes: Buffer | undefined, key: string): T | undefined {
  const body = bytes?.subarray(ANSWER.length + 17);
  return body && bytes?.toString("latin1", 0, ANSWER.length + 17) === answerHead(key, body)
    ? JSON.parse(body.toString("utf8"))
    : undefined;
}

function answerHead(key: string, body: Uint8Array): string {
  return `${ANSWER}${fingerprint(`${key} ${body.length} ${crc32(body)}`)}\n`;
}

function padded(length: number): number {
  return (length + 7) & ~7;
}
