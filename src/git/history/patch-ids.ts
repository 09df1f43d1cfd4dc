/** Computes patch ids: an equal change has an equal id in any commit. @see git-patch-id(1) */
import { ask, exitOf, start } from "../read.ts";

/** A commit and its patch id (git-patch-id(1)). */
export interface Patch {
  readonly commit: string;
  readonly patch: string;
}

/**
 * Paths left out of patch ids: generated from the decisions of all sessions, so equal work may change them
 * differently.
 */
const GENERATED = ":(top,exclude).session/decision-log.md";

/**
 * Options for plumbing commands. Overrides the one user setting that would change the ids: the quoting of
 * names.
 */
const PATCH = [
  ...["-c", "core.quotePath=true", "diff-tree", "--stdin", "-r", "--root", "--no-renames"],
  ...["--no-ext-diff", "--no-textconv"],
];

/**
 * Returns the patch id of each line, `<commit>` or `<commit> <base>`, with one pair of git processes. A merge
 * or an empty commit has no patch id.
 */
export async function patchIds(root: string, lines: readonly string[]): Promise<Patch[]> {
  if (lines.length === 0) return [];
  const diff = start(root, [...PATCH, "-p", "--", GENERATED], ["pipe", "pipe", "ignore"]);
  const ids = start(root, ["patch-id", "--stable"], ["pipe", "pipe", "ignore"]);
  // Pipes bytes between the processes: a diff may be in any encoding.
  if (ids.stdin) diff.stdout?.pipe(ids.stdin);
  for (const stream of [diff.stdin, ids.stdin]) stream?.on("error", () => {});
  diff.stdin?.end(lines.map((line) => `${line}\n`).join(""));
  const chunks: Buffer[] = [];
  ids.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  await Promise.all([diff, ids].map((child) => exitOf(child, root)));
  return Buffer.concat(chunks)
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const [patch, commit] = line.split(" ");
      return patch && commit ? [{ commit, patch }] : [];
    });
}

/** Returns one changed path for each line, given as for `patchIds`. */
export async function changedPath(root: string, lines: readonly string[]): Promise<Map<string, string>> {
  if (lines.length === 0) return new Map();
  const input = lines.map((line) => `${line}\n`).join("");
  const answer = await ask(root, [...PATCH, "--name-only", "-z", "--", GENERATED], input);
  const wanted = new Set(lines.map((line) => line.split(" ")[0]));
  const paths = new Map<string, string>();
  let commit: string | undefined;
  for (const record of answer.stdout.split("\0")) {
    if (wanted.has(record)) commit = record;
    else if (commit !== undefined && record !== "" && !paths.has(commit)) paths.set(commit, record);
  }
  return paths;
}
