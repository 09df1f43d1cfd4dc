/** The text of a session's record while somebody edits it: kept beside the session until it is taken in. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { readSmall, writeAtomic } from "./files.ts";

/** Behind the name of the text that the editor was given. */
const BASE = ".base";

/** Keeps a text to be edited, and as it is now beside it. Returns its file, under a name that is free. @throws Failure `cannot-write` */
export async function keepEdit(folder: string, text: string): Promise<string> {
  let file = path.join(folder, ".edit.md");
  for (let n = 2; existsSync(file); n++) file = path.join(folder, `.edit-${n}.md`);
  await writeAtomic(file + BASE, text);
  await writeAtomic(file, text);
  return file;
}

/** Reads an edited text, and the one that the editor was given where that is kept. @throws Failure `unsafe-file`, `too-large` */
export async function readEdit(
  file: string,
): Promise<{ readonly text: string | undefined; readonly base: string | undefined }> {
  const [text, base] = await Promise.all([readSmall(file), readSmall(file + BASE)]);
  return { text, base };
}

/** Removes a text that was taken in; does nothing to a file that `keepEdit` did not make. */
export async function removeEdit(file: string): Promise<void> {
  if (!existsSync(file + BASE)) return;
  await rm(file, { force: true });
  await rm(file + BASE, { force: true });
}
