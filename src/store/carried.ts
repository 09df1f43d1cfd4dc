/** What the post-commit hook noted: a commit took the decisions that were pending. */
import path from "node:path";
import { readSmall } from "./files.ts";

/** Ids of the decisions that the next commit takes; and lines of a commit with those that it took. */
export const PENDING = ".pending";
export const CARRIED = ".carried";

/** Commits by the decisions that they took, as noted since the session was last written. */
export async function carriedByCommits(folder: string): Promise<Record<string, string>> {
  const text = (await readSmall(path.join(folder, CARRIED)).catch(() => undefined)) ?? "";
  const pairs = text.split("\n").flatMap((line) => {
    const [commit, ...ids] = line.split(" ");
    return /^[0-9a-f]{40,64}$/.test(commit ?? "")
      ? ids.filter((id) => /^dec-\d+$/.test(id)).map((id) => [id, commit])
      : [];
  });
  return Object.fromEntries(pairs);
}
