/** Selects the documents of a session that may be sent with its record, by path, number and size. Pure. */
import { isFileName } from "./filename.ts";

/** Names of the folders of documents. Each folder is sent only on request. */
export const DOCUMENT_FOLDERS = ["workspace", "transcripts"] as const;
export type DocumentFolder = (typeof DOCUMENT_FOLDERS)[number];

/** Documents to send to other machines; none by default. */
export interface DocumentsToSend {
  readonly workspace: boolean;
  readonly transcripts: boolean;
}

export const NO_DOCUMENTS: DocumentsToSend = { workspace: false, transcripts: false };

/**
 * Maximum bytes of one document and of all documents, and their maximum number. Pushes and pulls have the
 * same limits.
 */
export const DOCUMENT_LIMITS = { one: 8 * 1024 * 1024, all: 64 * 1024 * 1024, files: 1000, deep: 8 } as const;

/** Reports whether an untrusted path names a document that every file system can hold. */
export function isDocumentPath(path: string): boolean {
  const [folder = "", ...names] = path.split("/");
  return (
    (DOCUMENT_FOLDERS as readonly string[]).includes(folder) &&
    names.length > 0 &&
    names.length <= DOCUMENT_LIMITS.deep &&
    Buffer.byteLength(path) <= 1000 &&
    names.every(isFileName)
  );
}

/**
 * Returns an unused name for a second document with the path `path`: `plan.from-1a2b3c4d.md` for `plan.md`.
 */
export function freeDocumentName(path: string, from: string): string {
  const slash = path.lastIndexOf("/");
  const dot = path.lastIndexOf(".");
  const end = dot > slash + 1 ? path.slice(dot) : "";
  return `${end === "" ? path : path.slice(0, dot)}.from-${from.slice(0, 8)}${end}`;
}
