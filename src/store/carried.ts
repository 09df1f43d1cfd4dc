/** Reads what the post-commit hook noted: which commits took pending decisions. */
import path from "node:path";
import { readSmall } from "./files.ts";

/** Ids of the decisions that the next commit takes, then lines of a commit and the decisions it took. */
export const PENDING = ".pending";
export const CARRIED = ".carried";

/** Returns the commits that took decisions since the last save, by decision. */
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
