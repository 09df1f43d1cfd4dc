/** What commits change, as patch ids: the same change has the same id, wherever it was committed. */
import { ask, exitOf, start } from "./read.ts";

export interface Patch {
  readonly commit: string;
  readonly patch: string;
}

/** Generated from the decisions of all sessions, so the same work changes it differently each time. */
const GENERATED = ":(top,exclude).session/decision-log.md";

/** Plumbing: of the user's settings only one changes its output, and with it the ids: how names are written. */
const PATCH = [
  ...["-c", "core.quotePath=true", "diff-tree", "--stdin", "-r", "--root", "--no-renames"],
  ...["--no-ext-diff", "--no-textconv"],
];

/**
 * Patch id of each line, `<commit>` or `<commit> <the commit to compare it with>`: one pair of git processes for all.
 * A commit that changes nothing, and a merge, have none.
 */
export async function patchIds(root: string, lines: readonly string[]): Promise<Patch[]> {
  if (lines.length === 0) return [];
  const diff = start(root, [...PATCH, "-p", "--", GENERATED], ["pipe", "pipe", "ignore"]);
  const ids = start(root, ["patch-id", "--stable"], ["pipe", "pipe", "ignore"]);
  // Bytes go from one to the other as they are: a diff need not be text in any encoding.
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

/** One path that each line (as for `patchIds`) changes. */
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
