/** Stores documents in `workspace/` of a session, which git never tracks. */
import { lstatSync, readdirSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { readBytes, readSmall, writeAtomic } from "./files.ts";
import { isOwnFolder, makeFolder } from "./folders.ts";

/** Maximum bytes of a document. */
const MAX_BYTES = 50 * 1024 * 1024;

/** Maximum bytes of a document to search. */
const MAX_SEARCHED = 4 * 1024 * 1024;

const NAME = "workspace";

export interface Document {
  /** Path of the document in the workspace, with slashes. */
  readonly name: string;
  /** Size of the document in bytes. */
  readonly size: number;
  /** Time of the last change of the document, in ISO 8601, UTC. */
  readonly modified: string;
}

/**
 * Creates the workspace in a session's folder, and returns its path.
 * @throws Failure `unsafe-file`
 */
export async function workspaceFolder(sessionsDir: string, folder: string): Promise<string> {
  const workspace = path.join(folder, NAME);
  await makeFolder(path.dirname(sessionsDir), path.relative(path.dirname(sessionsDir), workspace));
  return workspace;
}

/**
 * Returns every regular file in the workspace, by name. Skips links.
 * @throws Failure `unsafe-file`
 */
export async function documentsOf(folder: string): Promise<Document[]> {
  const workspace = path.join(folder, NAME);
  if (!lstatSync(workspace, { throwIfNoEntry: false })) return [];
  if (!isOwnFolder(workspace)) throw new Failure("unsafe-file", `${workspace} is not a folder`);
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

/**
 * Returns the names of the regular files in the workspace, synchronously; an empty list without a workspace.
 */
export function documentNames(folder: string): string[] {
  const workspace = path.join(folder, NAME);
  if (!lstatSync(workspace, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(workspace, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && !each.name.startsWith(".tmp-"))
    .map((each) => path.relative(workspace, path.join(each.parentPath, each.name)).split(path.sep).join("/"))
    .sort();
}

/**
 * Returns the text documents of a workspace by their path in the session's folder. Skips large and binary
 * files.
 */
export async function workspaceTexts(folder: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const { name, size } of await documentsOf(folder).catch(() => [])) {
    if (size > MAX_SEARCHED) continue;
    const text = await readSmall(path.join(folder, NAME, name)).catch(() => undefined);
    if (text !== undefined && !text.includes("\0")) texts.set(`${NAME}/${name}`, text);
  }
  return texts;
}

/**
 * Reads a document that the user named.
 * @throws Failure `no-such-file`, `unsafe-file` for a link, `too-large`
 */
export async function readDocument(file: string): Promise<Buffer> {
  const content = await readBytes(file, MAX_BYTES).catch((error: unknown) => {
    throw error instanceof Failure && error.code === "too-large" ? tooLarge(file) : error;
  });
  if (content) return content;
  throw new Failure("no-such-file", `there is no file ${file}`);
}

/** Reads a document from a stream, up to the size limit. */
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

/**
 * Writes a document into a workspace, completely or not at all.
 * @throws Failure `file-exists` without `force`, `cannot-write`
 */
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

/**
 * Returns a document's path, for an editor.
 * @throws Failure `unsafe-file` if it is not a regular file
 */
export function documentPath(workspace: string, name: string): string {
  const file = path.join(workspace, name);
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (there && !there.isFile())
    throw new Failure("unsafe-file", `${name} in the workspace is not a regular file; it is not opened`);
  return file;
}

function tooLarge(what: string): Failure {
  return new Failure("too-large", `${what} is larger than 50 MB, the limit of a workspace`, {
    advice: "keep it outside of the workspace, and add a note with its path",
  });
}
