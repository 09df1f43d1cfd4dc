/** Documents beside a session's record that may travel with it: which paths, how many, how large. */
import { isFileName } from "./filename.ts";

/** Folders of documents. Each travels only when it is asked for. */
export const DOCUMENT_FOLDERS = ["workspace", "transcripts"] as const;
export type DocumentFolder = (typeof DOCUMENT_FOLDERS)[number];

/** Which documents are to leave this machine; none unless somebody says so. */
export interface Travels {
  readonly workspace: boolean;
  readonly transcripts: boolean;
}

export const NOTHING_TRAVELS: Travels = { workspace: false, transcripts: false };

/** Bytes of one document, bytes of all, and how many; the same on the way out and on the way in. */
export const DOCUMENT_LIMITS = { one: 8 * 1024 * 1024, all: 64 * 1024 * 1024, files: 1000, deep: 8 } as const;

/** Whether a path of a tree or a file from elsewhere is one of a document, which every file system can hold. */
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

/** Where a document goes that is not to take the place of another one of its name: `plan.md`, `plan.from-1a2b3c4d.md`. */
export function besideName(path: string, from: string): string {
  const slash = path.lastIndexOf("/");
  const dot = path.lastIndexOf(".");
  const end = dot > slash + 1 ? path.slice(dot) : "";
  return `${end === "" ? path : path.slice(0, dot)}.from-${from.slice(0, 8)}${end}`;
}
