/** Merges many pairs of commits in memory, with one git process. Changes no ref and no file. */
import { gitFailure } from "../failure.ts";
import { decodePaths } from "../path-bytes.ts";
import { ask } from "../read.ts";

/** A file in conflict, with the blobs of base, ours and theirs that exist. */
export interface Conflicted {
  readonly path: string;
  readonly base?: string;
  readonly ours?: string;
  readonly theirs?: string;
}

/** The outcome of a merge that git computed without a work tree. */
export type Merged =
  | { readonly how: "clean" | "unrelated" }
  /** Sets a fixed style of conflict markers, whatever the user's setting is. */
  | { readonly how: "conflicts"; readonly tree: string; readonly files: readonly Conflicted[] };

/** Sets one style of conflict markers, whatever the user prefers. */
const MERGE = ["-c", "merge.conflictStyle=merge", "merge-tree", "--write-tree", "--no-messages", "--stdin"];

/** Reports whether git can merge many pairs at once (2.39 and newer), by merging an empty list. */
export async function canMergeEach(root: string): Promise<boolean> {
  return (await ask(root, MERGE, "")).code === 0;
}

/**
 * Merges each pair of commits, in order. `env`: environment variables with the folder for new objects.
 * Undefined if git is older than 2.39.
 * @throws Failure `git-failed`
 * @see git-merge-tree(1), "INPUT FORMAT"
 */
export async function mergeEach(
  root: string,
  pairs: readonly (readonly [ours: string, theirs: string])[],
  env: Readonly<Record<string, string>>,
): Promise<Merged[] | undefined> {
  const merged: Merged[] = [];
  while (merged.length < pairs.length) {
    const left = pairs.slice(merged.length);
    const { code, bytes, stderr } = await ask(
      root,
      MERGE,
      left.map((each) => `${each.join(" ")}\n`).join(""),
      env,
    );
    if (code === 129) return undefined;
    merged.push(...parseMerges(decodePaths(bytes)));
    if (code === 0 && merged.length === pairs.length) break;
    // git stops at two commits without a common history, after it answered for the earlier pairs.
    if (!/unrelated histories/.test(stderr)) throw gitFailure(["merge-tree"], stderr);
    merged.push({ how: "unrelated" });
  }
  return merged;
}

/** Parses the output of `git merge-tree --stdin --no-messages`; drops a truncated answer. */
export function parseMerges(text: string): Merged[] {
  const fields = text.split("\0").slice(0, -1);
  const merged: Merged[] = [];
  let at = 0;
  while (at < fields.length) {
    const isClean = fields[at++] === "1";
    const tree = fields[at++] ?? "";
    const files = new Map<string, Conflicted>();
    for (; at < fields.length && fields[at] !== ""; at++) {
      const [, oid = "", stage, path = ""] =
        /^\d+ ([0-9a-f]+) ([123])\t([\s\S]*)$/.exec(fields[at] ?? "") ?? [];
      const side = ({ 1: "base", 2: "ours", 3: "theirs" } as const)[stage as "1" | "2" | "3"];
      files.set(path, { ...(files.get(path) ?? { path }), [side]: oid });
    }
    // Skips the empty field at the end of git's output.
    if (at++ >= fields.length) break;
    merged.push(isClean ? { how: "clean" } : { how: "conflicts", tree, files: [...files.values()] });
  }
  return merged;
}
