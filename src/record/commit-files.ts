/**
 * Writes the files that a commit needs into work tree and index, and removes them if git does not make the
 * commit.
 */
import { rm, truncate } from "node:fs/promises";
import path from "node:path";
import { forgetIntent, intendToAdd, restoreEntries } from "../git/commit.ts";
import { changedNames, emptyTree } from "../git/diff.ts";
import { workTreeStatus } from "../git/status.ts";
import type { Place } from "../place/place.ts";
import { appendText, readBytes } from "../store/files.ts";
import type { Condition, Layout } from "../store/journal/journal.ts";
import { noteWrite } from "../surroundings.ts";

/** Reports whether a layout (planned file changes of a commit) is empty. */
export function isEmptyLayout(layout: Layout): boolean {
  return layout.file === undefined && layout.added.length === 0;
}

/** Writes the decision log of a layout, and stages its new files with `git add --intent-to-add`. */
export async function applyLayout({ repository }: Place, { file, added }: Layout): Promise<void> {
  // Only appends, so that an incomplete write leaves a beginning of the intended text.
  if (file)
    await appendText(path.join(repository.root, file.path), file.after.slice(file.before?.length ?? 0));
  if (added.length > 0) await intendToAdd(repository, added);
}

/**
 * Sets the index entries that a killed git left as they were before its commit, because git writes the index
 * last. Entries that a user staged since stay.
 * @throws Failure `index-locked`
 */
export async function finishIndex({ repository }: Place, { ref, before }: Condition): Promise<void> {
  const { root, branch } = repository;
  if (ref !== `refs/heads/${branch}`) return;
  const from = before ?? (await emptyTree(root));
  const [committed, staged] = await Promise.all([
    changedNames(root, ["--no-renames", from, ref], []),
    changedNames(root, ["--no-renames", "--cached", from], []),
  ]);
  const left = [...committed].filter((name) => !staged.has(name));
  if (left.length > 0) await restoreEntries(repository, left);
}

/** Reverts the files of a layout, except changes that a user made or staged meanwhile. */
export async function revertLayout(
  { repository }: Place,
  { file, added, replaced = [] }: Layout,
): Promise<void> {
  if (added.length > 0) {
    const { unstaged, staged } = await workTreeStatus(repository, true);
    const kept = new Set(staged.map((each) => each.path));
    const intended = new Set(unstaged.filter((each) => each.change === "added").map((each) => each.path));
    const ours = added.filter((each) => intended.has(each) && !kept.has(each));
    if (ours.length > 0) await forgetIntent(repository, ours);
    const missing = new Set(staged.filter((each) => each.change === "removed").map((each) => each.path));
    const back = replaced.filter((each) => missing.has(each));
    if (back.length > 0) await restoreEntries(repository, back);
  }
  if (!file) return;
  const target = path.join(repository.root, file.path);
  const now = await readBytes(target);
  if (now === undefined) return;
  // Compares bytes, because an incomplete write may end within a character, and a byte order mark is not part
  // of the text.
  const mark = now.subarray(0, 3).equals(Buffer.from("\ufeff")) ? 3 : 0;
  const text = now.subarray(mark);
  const size = Buffer.byteLength(file.before ?? "");
  if (text.length < size || !Buffer.from(file.after).subarray(0, text.length).equals(text)) return;
  noteWrite(target);
  if (file.before === null) await rm(target, { force: true });
  else if (text.length > size) await truncate(target, mark + size);
}
