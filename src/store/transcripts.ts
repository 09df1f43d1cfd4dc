/** `transcripts/` of a session: conversations with agents, each in a file of our own shape: a head, then a message a line. */
import { constants, lstatSync } from "node:fs";
import { type FileHandle, lstat, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { keptMessage, parseHead, type TranscriptHead } from "../transcripts/formats/kept.ts";
import { rowsOf } from "../transcripts/formats/rows.ts";
import type { Message, Row } from "../transcripts/formats/shape.ts";
import { cannot, isOwnFolder, makeFolder, randomToken, removeStaleTemps, syncFolder } from "./files.ts";
import { openShared, READ } from "./shared.ts";

const NAME = "transcripts";

/** Bytes of the head, which is known last and stands first; the rest of it is blanks. */
const HEAD = 8192;

/** Characters that are written at once. */
const BATCH = 256 * 1024;

/** Where a conversation is written before it is put into a session, in one step. */
export interface Draft {
  add(message: Message): Promise<void>;
  /** Completes it: from then on it can be put in place. */
  finish(head: TranscriptHead): Promise<void>;
  /** Takes away what is not in place. */
  drop(): Promise<void>;
  readonly file: string;
}

/** Failure `cannot-write`. */
export async function beginTranscript(sessionsDir: string): Promise<Draft> {
  await makeFolder(path.dirname(sessionsDir), path.basename(sessionsDir));
  await removeStaleTemps(sessionsDir);
  const file = path.join(sessionsDir, `.tmp-${process.pid}-${randomToken(6)}`);
  const written = <T>(action: Promise<T>) =>
    action.catch((error: NodeJS.ErrnoException) => {
      throw cannot("write", file, error);
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

/** Puts a finished conversation into a session's folder, in place of an earlier copy. For whoever holds its lock. */
export async function placeTranscript(sessionsDir: string, folder: string, draft: Draft, id: string) {
  const target = path.join(folder, NAME, `${id}.jsonl`);
  await makeFolder(path.dirname(sessionsDir), path.relative(path.dirname(sessionsDir), path.dirname(target)));
  await rename(draft.file, target).catch((error: NodeJS.ErrnoException) => {
    throw cannot("write", target, error);
  });
  await syncFolder(path.dirname(target));
}

/** What is kept in a session's folder, the first begun first; what is no transcript of ours is left out. */
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
        // One that came with a session from elsewhere, and is another than ours, has a name of its own.
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

/** Whether a session's folder has any, asked of the disk once. */
export function hasTranscripts(folder: string): boolean {
  return lstatSync(path.join(folder, NAME), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Messages of one that is kept, in order, read as they are asked for. Failure `no-such-transcript`. */
export async function* messagesOf(folder: string, id: string): AsyncGenerator<Message> {
  const rows = rowsOf();
  let isHead = true;
  for await (const row of rowsIn(path.join(folder, NAME, `${id}.jsonl`), rows)) {
    const message = isHead ? undefined : keptMessage(row);
    isHead = false;
    if (message) yield message;
  }
}

/** Rows of any file, piece by piece. Failures `no-such-file`, `unsafe-file` where it is no file. */
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

/** Bytes of a file, or undefined where there is none. */
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

/** Opens a file that the user named, which may be behind a link. */
const openNamed = (file: string) => opened(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));

async function opened(file: string, flags: number): Promise<FileHandle> {
  const handle = await open(file, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") throw noFile(file);
    throw cannot("read", file, error);
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new Failure("unsafe-file", `${file} is no plain file`);
}

function noFile(file: string): Failure {
  return new Failure("no-such-file", `there is no file ${file}`);
}
