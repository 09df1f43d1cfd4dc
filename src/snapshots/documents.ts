/**
 * Copies workspace and transcripts of a session into its snapshots on request, and from snapshots into its
 * folder.
 */
import { readObjects } from "../git/cat-file.ts";
import { filesBelow } from "../git/objects.ts";
import type { Place } from "../place/place.ts";
import {
  DOCUMENT_FOLDERS,
  DOCUMENT_LIMITS,
  type DocumentFolder,
  freeDocumentName,
  isDocumentPath,
  NO_DOCUMENTS,
} from "../session/files/documents.ts";
import { mergeText } from "../sharing/merge/documents.ts";
import { isTaken, putDocument, readDocuments, readDocumentText } from "../store/documents.ts";

/**
 * Reads the documents to send, by path in the session's folder, and adds notices about the other documents.
 */
export async function documentsThatTravel(place: Place, folder: string): Promise<Map<string, string>> {
  const { texts, leftOut } = await readDocuments(folder, foldersThatTravel(place));
  for (const each of leftOut.slice(0, 20)) place.notices.push(`not in the snapshot: ${each}`);
  if (leftOut.length > 20) place.notices.push(`not in the snapshot: ${leftOut.length - 20} more`);
  return texts;
}

/** Returns the folders of documents that this command sends. */
export function foldersThatTravel({ travels = NO_DOCUMENTS }: Place): DocumentFolder[] {
  return DOCUMENT_FOLDERS.filter((each) => travels[each]);
}

/** Reads the documents of an untrusted snapshot: checked paths, regular files, within the limits. */
export async function documentsOfSnapshot(root: string, commit: string): Promise<Map<string, string>> {
  const files: { path: string; oid: string }[] = [];
  let total = 0;
  for (const { path, oid, size } of await filesBelow(root, commit, DOCUMENT_FOLDERS)) {
    if (!isDocumentPath(path) || size > DOCUMENT_LIMITS.one || files.length >= DOCUMENT_LIMITS.files)
      continue;
    total += size;
    if (total > DOCUMENT_LIMITS.all) break;
    files.push({ path, oid });
  }
  if (files.length === 0) return new Map();
  const oids = files.map((each) => each.oid);
  const objects = await readObjects(root, oids, DOCUMENT_LIMITS.one);
  return new Map(
    files.flatMap(({ path }, at) => {
      const { type, text } = objects[at] ?? {};
      return type === "blob" && text !== undefined ? [[path, text] as const] : [];
    }),
  );
}

/**
 * Copies the documents of a snapshot into a session's folder. Writes a missing document, and replaces a
 * document unchanged since `before`, this clone's former snapshot. Merges changes of both sides by lines; if
 * they conflict, writes the other text under a second name. Returns the documents with two texts, each with
 * the path of the second.
 */
export async function bringDocuments(place: Place, folder: string, commit: string, before?: string) {
  const { root } = place.repository;
  const [theirs, known] = await Promise.all([
    documentsOfSnapshot(root, commit),
    before === undefined ? new Map<string, string>() : documentsOfSnapshot(root, before),
  ]);
  const twice: { path: string; beside: string }[] = [];
  const put = (path: string, text: string) => putDocument(folder, path, text);
  for (const [path, text] of theirs) {
    const here = await readDocumentText(folder, path);
    if (here === text || known.get(path) === text) continue;
    const merged = here === undefined ? undefined : mergeText(known.get(path), here, text);
    if (!isTaken(folder, path) || (here !== undefined && here === known.get(path))) await put(path, text);
    else if (merged !== undefined) await put(path, merged);
    else if (!isTaken(folder, freeDocumentName(path, commit))) {
      await put(freeDocumentName(path, commit), text);
      twice.push({ path, beside: freeDocumentName(path, commit) });
    }
  }
  return twice;
}
