/** Reads and writes a session's documents that can be sent: text only, limited in size, no links. */
import { lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { DOCUMENT_LIMITS, type DocumentFolder, isDocumentPath } from "../session/files/documents.ts";
import { readBytes, writeAtomic } from "./files.ts";
import { isOwnFolder, makeFolder } from "./folders.ts";

export interface FoundDocuments {
  /** Texts by path in the session's folder, such as `workspace/plan.md`. */
  readonly texts: Map<string, string>;
  /** Path of each document that cannot be sent, with the reason. */
  readonly leftOut: string[];
}

/** Reads the documents in these subfolders of a session's folder, ordered by path. */
export async function readDocuments(
  folder: string,
  which: readonly DocumentFolder[],
): Promise<FoundDocuments> {
  const files = (await Promise.all(which.map((each) => filesIn(folder, each)))).flat().sort();
  return read(files, (file) => path.join(folder, file));
}

/** Reads the files of another tool's session folder, except one file, as workspace documents. */
export async function foreignDocuments(folder: string, without: string): Promise<FoundDocuments> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((each) => each.isFile())
    .map((each) => path.relative(folder, path.join(each.parentPath, each.name)).split(path.sep).join("/"))
    .filter((each) => each !== without && !/(^|\/)\.|\.(lock|tmp)$/.test(each));
  return read(
    files.sort().map((each) => `workspace/${each}`),
    (file) => path.join(folder, file.slice("workspace/".length)),
  );
}

async function read(files: readonly string[], whereIs: (file: string) => string): Promise<FoundDocuments> {
  const texts = new Map<string, string>();
  const leftOut: string[] = [];
  let total = 0;
  for (const file of files) {
    const text = isDocumentPath(file) ? await textOf(whereIs(file)) : "its name is not portable";
    if (typeof text === "string") leftOut.push(`${file}: ${text}`);
    else if (texts.size >= DOCUMENT_LIMITS.files || total + text.bytes > DOCUMENT_LIMITS.all)
      leftOut.push(`${file}: the limit of documents is reached`);
    else {
      texts.set(file, text.text);
      total += text.bytes;
    }
  }
  return { texts, leftOut };
}

/** Returns the text of one document; undefined if it is not a plain text file. */
export async function readDocumentText(folder: string, file: string): Promise<string | undefined> {
  const found = await textOf(path.join(folder, file)).catch(() => "unreadable");
  return typeof found === "string" ? undefined : found.text;
}

/** Reports whether a file or folder exists at a document's path. */
export function isTaken(folder: string, file: string): boolean {
  return lstatSync(path.join(folder, file), { throwIfNoEntry: false }) !== undefined;
}

/**
 * Writes a document below a session's folder.
 * @throws Failure `unsafe-file`, `cannot-write`
 */
export async function putDocument(folder: string, file: string, text: string): Promise<void> {
  await makeFolder(folder, path.dirname(file));
  await writeAtomic(path.join(folder, file), text);
}

async function filesIn(folder: string, name: DocumentFolder): Promise<string[]> {
  const top = path.join(folder, name);
  if (!lstatSync(top, { throwIfNoEntry: false }) || !isOwnFolder(top)) return [];
  const entries = await readdir(top, { recursive: true, withFileTypes: true });
  return entries
    .filter((each) => each.isFile() && !each.name.startsWith(".tmp-"))
    .map((each) => path.relative(folder, path.join(each.parentPath, each.name)).split(path.sep).join("/"));
}

async function textOf(file: string): Promise<{ text: string; bytes: number } | string> {
  const size = lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > DOCUMENT_LIMITS.one) return `it has more than ${DOCUMENT_LIMITS.one / 1024 / 1024} MB`;
  const bytes = await readBytes(file, DOCUMENT_LIMITS.one);
  if (!bytes) return "it no longer exists";
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? "it is not text" : { text, bytes: bytes.length };
  } catch {
    return "it is not text";
  }
}
