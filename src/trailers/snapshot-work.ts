/**
 * Reads a session's work from its snapshot (`checkpoints.jsonl`), in case git has dropped the commits. Pure.
 */
import { decisionsOf, readCommits } from "./checkpoints.ts";
import type { LostWork } from "./match-content.ts";

/** The final tree, patch ids and path of a session's work, stored in the line of its newest checkpoint. */
export type WholeWork = Omit<LostWork, "checkpoints">;

/** Returns the work from the lines of `checkpoints.jsonl`. Skips damaged lines. */
export function workFromLines(text: string, id: string): LostWork {
  const lines = text.split("\n").flatMap((line) => parse(line) ?? []);
  const whole = lines.at(-1)?.whole;
  return {
    ...(typeof whole?.tree === "string" ? { tree: whole.tree } : {}),
    ...(typeof whole?.path === "string" ? { path: whole.path } : {}),
    patches: Array.isArray(whole?.patches) ? whole.patches.filter((each) => typeof each === "string") : [],
    checkpoints: lines.reverse().map((line) => {
      const [read] = readCommits([{ oid: line.commit, message: line.message, committed: 0 }]);
      return {
        commit: line.commit,
        subject: read?.subject ?? "",
        decisions: read ? decisionsOf(read, id) : [],
        ...(typeof line.patch === "string" ? { patch: line.patch } : {}),
        ...(typeof line.path === "string" ? { path: line.path } : {}),
      };
    }),
  };
}

interface Line {
  readonly commit: string;
  readonly message: string;
  readonly patch?: unknown;
  readonly path?: unknown;
  readonly whole?: Partial<WholeWork>;
}

function parse(text: string): Line | undefined {
  try {
    const value = JSON.parse(text) as Partial<Line> | null;
    return typeof value?.commit === "string" && typeof value.message === "string"
      ? (value as Line)
      : undefined;
  } catch {
    return undefined;
  }
}
