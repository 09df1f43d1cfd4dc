import { readdir } from "node:fs/promises";
import path from "node:path";
import { isOwnFolder, readSmall } from "./files.ts";

/** Larger documents are not searched. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Text documents of a session's workspace by their path in it; links, large and binary files are left out. */
export async function workspaceTexts(folder: string): Promise<Map<string, string>> {
  const root = path.join(folder, "workspace");
  const texts = new Map<string, string>();
  if (!isOwnFolder(root)) return texts;
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const text = await readSmall(file, MAX_BYTES).catch(() => undefined);
    if (text !== undefined && !text.includes("\0"))
      texts.set(path.relative(folder, file).replaceAll(path.sep, "/"), text);
  }
  return texts;
}
