/** Stores the text of a session's record while a user edits it. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { readSmall, writeAtomic } from "./files.ts";

/** Suffix of the file with the text that the editor opened. */
const BASE = ".base";

/**
 * Writes a text to edit and a copy of it, under an unused name. Returns the path of the file.
 * @throws Failure `cannot-write`
 */
export async function keepEdit(folder: string, text: string): Promise<string> {
  let file = path.join(folder, ".edit.md");
  for (let n = 2; existsSync(file); n++) file = path.join(folder, `.edit-${n}.md`);
  await writeAtomic(file + BASE, text);
  await writeAtomic(file, text);
  return file;
}

/**
 * Reads an edited text, and the copy of the text that the editor opened.
 * @throws Failure `unsafe-file`, `too-large`
 */
export async function readEdit(
  file: string,
): Promise<{ readonly text: string | undefined; readonly base: string | undefined }> {
  const [text, base] = await Promise.all([readSmall(file), readSmall(file + BASE)]);
  return { text, base };
}

/**
 * Removes an edited text after its changes were applied. Leaves a file unchanged that `keepEdit` did not
 * make.
 */
export async function removeEdit(file: string): Promise<void> {
  if (!existsSync(file + BASE)) return;
  await rm(file, { force: true });
  await rm(file + BASE, { force: true });
}
