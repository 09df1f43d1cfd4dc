/** `workspace/` of a session: documents of its own that are never tracked. */
import { lstatSync, readdirSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { isOwnFolder, makeFolder, readBytes, readSmall, writeAtomic } from "./files.ts";

/** Bytes that a document may have. */
const MAX_BYTES = 50 * 1024 * 1024;

/** Larger documents are not searched. */
const MAX_SEARCHED = 4 * 1024 * 1024;

const NAME = "workspace";

export interface Document {
  /** From the workspace, with slashes. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601 UTC. */
  readonly modified: string;
}

/** Path of the workspace of a session's folder, which is made where it is missing. Failure `unsafe-file`. */
export async function workspaceFolder(sessionsDir: string, folder: string): Promise<string> {
  const workspace = path.join(folder, NAME);
  await makeFolder(path.dirname(sessionsDir), path.relative(path.dirname(sessionsDir), workspace));
  return workspace;
}

/** Every plain file in the workspace of a session's folder, by name; links are left out. Failure `unsafe-file`. */
export async function documentsOf(folder: string): Promise<Document[]> {
  const workspace = path.join(folder, NAME);
  if (!lstatSync(workspace, { throwIfNoEntry: false })) return [];
  if (!isOwnFolder(workspace)) throw new Failure("unsafe-file", `${workspace} is no folder of its own`);
  const entries = await readdir(workspace, { recursive: true, withFileTypes: true });
  const files = entries.filter((each) => each.isFile() && !each.name.startsWith(".tmp-"));
  const documents = await Promise.all(
    files.map(async (each): Promise<Document | undefined> => {
      const file = path.join(each.parentPath, each.name);
      const status = await lstat(file).catch(() => undefined);
      const name = path.relative(workspace, file).split(path.sep).join("/");
      return status && { name, size: status.size, modified: status.mtime.toISOString() };
    }),
  );
  return documents
    .filter((each) => each !== undefined)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Names of the plain files in the workspace of a session's folder, read at once; none where there is no workspace. */
export function documentNames(folder: string): string[] {
  const workspace = path.join(folder, NAME);
  if (!lstatSync(workspace, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(workspace, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && !each.name.startsWith(".tmp-"))
    .map((each) => path.relative(workspace, path.join(each.parentPath, each.name)).split(path.sep).join("/"))
    .sort();
}

/** Text documents of a session's workspace by their path in its folder; large and binary files are left out. */
export async function workspaceTexts(folder: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const { name, size } of await documentsOf(folder).catch(() => [])) {
    if (size > MAX_SEARCHED) continue;
    const text = await readSmall(path.join(folder, NAME, name)).catch(() => undefined);
    if (text !== undefined && !text.includes("\0")) texts.set(`${NAME}/${name}`, text);
  }
  return texts;
}

/** A document that the user named. Failures `no-such-file`, `unsafe-file` for a link, `too-large`. */
export async function readDocument(file: string): Promise<Buffer> {
  const content = await readBytes(file, MAX_BYTES).catch((error: unknown) => {
    throw error instanceof Failure && error.code === "too-large" ? tooLarge(file) : error;
  });
  if (content) return content;
  throw new Failure("no-such-file", `there is no file ${file}`);
}

/** The same from a stream, which is not read further than needed. */
export async function readStream(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BYTES) throw tooLarge("standard input");
  }
  return Buffer.concat(chunks);
}

/** Puts a document into a workspace whole. Failures `file-exists` unless `force`, `cannot-write`. */
export async function writeDocument(workspace: string, name: string, content: Uint8Array, force: boolean) {
  const file = path.join(workspace, name);
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new Failure("file-exists", `${name} is a folder of the workspace`);
  if (there && !force)
    throw new Failure("file-exists", `${name} is in the workspace already`, {
      hint: "--force\n--name <name>",
    });
  await writeAtomic(file, content);
}

/** A document's path, for an editor. Failure `unsafe-file` for what is no plain file. */
export function documentPath(workspace: string, name: string): string {
  const file = path.join(workspace, name);
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (there && !there.isFile())
    throw new Failure("unsafe-file", `${name} in the workspace is no plain file; it is not opened`);
  return file;
}

function tooLarge(what: string): Failure {
  return new Failure("too-large", `${what} has more than 50 MB, and that is what a workspace takes`, {
    advice: "keep it elsewhere and add a note that says where",
  });
}
