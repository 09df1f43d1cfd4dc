/**
 * Stores conversations with agents in a session's folder `transcripts/`: a head, then one message per line.
 */
import { constants, lstatSync } from "node:fs";
import { type FileHandle, lstat, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { rowsOf } from "../transcripts/formats/rows.ts";
import type { Message, Row } from "../transcripts/formats/shape.ts";
import { keptMessage, parseHead, type TranscriptHead } from "../transcripts/formats/stored.ts";
import { openShared, READ } from "./file-modes.ts";
import { randomToken, removeStaleTemps } from "./files.ts";
import { isOwnFolder, makeFolder, syncFolder } from "./folders.ts";
import { systemFailure } from "./system-failure.ts";

const NAME = "transcripts";

/** Bytes of a conversation's head. The head is written last, at the start of the file, padded with blanks. */
const HEAD = 8192;

/** Number of characters to collect for one write. */
const BATCH = 256 * 1024;

/** A conversation while it is written, before it moves into a session in one step. */
export interface Draft {
  add(message: Message): Promise<void>;
  /** Completes the conversation, so that it can be moved. */
  finish(head: TranscriptHead): Promise<void>;
  /** Removes the conversation, unless it was moved. */
  drop(): Promise<void>;
  readonly file: string;
}

/**
 * Begins a conversation.
 * @throws Failure `cannot-write`
 */
export async function beginTranscript(sessionsDir: string): Promise<Draft> {
  await makeFolder(path.dirname(sessionsDir), path.basename(sessionsDir));
  await removeStaleTemps(sessionsDir);
  const file = path.join(sessionsDir, `.tmp-${process.pid}-${randomToken(6)}`);
  const written = <T>(action: Promise<T>) =>
    action.catch((error: NodeJS.ErrnoException) => {
      throw systemFailure("write", file, error);
    });
  const handle = await written(openShared(file, "wx"));
  let batch = `${" ".repeat(HEAD - 1)}\n`;
  const flush = async () => {
    const text = batch;
    batch = "";
    await written(handle.appendFile(text));
  };
  return {
    file,
    add: async (message) => {
      batch += `${JSON.stringify(message)}\n`;
      if (batch.length > BATCH) await flush();
    },
    finish: async (head) => {
      await flush();
      await written(handle.write(headLine(head), 0));
      await written(handle.sync());
      await handle.close();
    },
    drop: async () => {
      await handle.close().catch(() => {});
      await rm(file, { force: true });
    },
  };
}

/**
 * Moves a completed conversation into a session's folder, where it replaces an earlier copy. The caller holds
 * the lock.
 */
export async function placeTranscript(sessionsDir: string, folder: string, draft: Draft, id: string) {
  const target = path.join(folder, NAME, `${id}.jsonl`);
  await makeFolder(path.dirname(sessionsDir), path.relative(path.dirname(sessionsDir), path.dirname(target)));
  await rename(draft.file, target).catch((error: NodeJS.ErrnoException) => {
    throw systemFailure("write", target, error);
  });
  await syncFolder(path.dirname(target));
}

/** Returns the stored conversations in a session's folder, oldest first. Skips files of other kinds. */
export async function keptTranscripts(folder: string): Promise<TranscriptHead[]> {
  const dir = path.join(folder, NAME);
  if (!isOwnFolder(dir)) return [];
  const names = (await readdir(dir)).filter((name) => /^[\w-][\w.-]*\.jsonl$/.test(name));
  const heads = await Promise.all(
    names.map(async (name) => {
      const handle = await openPlain(path.join(dir, name)).catch(() => undefined);
      if (!handle) return undefined;
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
        const head = parseHead(buffer.toString("utf8", 0, bytesRead));
        // Uses the file name as id: a different conversation that came with a foreign session has its own
        // name.
        return head && { ...head, id: name.replace(/\.jsonl$/, "") };
      } finally {
        await handle.close();
      }
    }),
  );
  const order = ({ numbers, id }: TranscriptHead) => `${numbers.from ?? "9"} ${id}`;
  return heads
    .filter((each) => each !== undefined)
    .sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

/** Reports whether a session's folder has conversations, with one system call. */
export function hasTranscripts(folder: string): boolean {
  return lstatSync(path.join(folder, NAME), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Yields the messages of a stored conversation in order, reading on demand.
 * @throws Failure `no-such-transcript`
 */
export async function* messagesOf(folder: string, id: string): AsyncGenerator<Message> {
  const rows = rowsOf();
  let isHead = true;
  for await (const row of rowsIn(path.join(folder, NAME, `${id}.jsonl`), rows)) {
    const message = isHead ? undefined : keptMessage(row);
    isHead = false;
    if (message) yield message;
  }
}

/**
 * Yields the rows of any file, reading in pieces.
 * @throws Failure `no-such-file`, `unsafe-file`
 */
export async function* rowsIn(file: string, rows = rowsOf(), follow = false): AsyncGenerator<Row> {
  const handle = follow ? await openNamed(file) : await openPlain(file);
  try {
    for await (const piece of handle.createReadStream({
      encoding: "utf8",
      highWaterMark: BATCH,
      autoClose: false,
    }))
      yield* rows.take(piece as string);
    yield* rows.end();
  } finally {
    await handle.close();
  }
}

/** Returns the size of a file in bytes; undefined if it does not exist. */
export async function sizeOf(file: string): Promise<number | undefined> {
  const status = await lstat(file).catch(() => undefined);
  return status?.isFile() ? status.size : undefined;
}

function headLine(head: TranscriptHead): string {
  const { byTool } = head.numbers;
  for (let most = byTool.length; ; most = Math.floor(most / 2)) {
    const text = JSON.stringify({ ...head, numbers: { ...head.numbers, byTool: byTool.slice(0, most) } });
    const room = HEAD - 1 - Buffer.byteLength(text);
    if (room >= 0) return `${text}${" ".repeat(room)}\n`;
    if (most === 0) throw new Failure("too-large", `the head of ${head.id} does not fit into ${HEAD} bytes`);
  }
}

const openPlain = (file: string) => opened(file, READ);

/** Opens a file that the user named, which may be a link. */
const openNamed = (file: string) => opened(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));

async function opened(file: string, flags: number): Promise<FileHandle> {
  const handle = await open(file, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") throw noFile(file);
    throw systemFailure("read", file, error);
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new Failure("unsafe-file", `${file} is not a regular file`);
}

function noFile(file: string): Failure {
  return new Failure("no-such-file", `there is no file ${file}`);
}
