/** Finds commits in a squash message that the same message also lists as reverted. Pure. */

import { revertClaims, revertedBy, type SearchedCommit } from "../reverts.ts";
import type { Block } from "./find-blocks.ts";

/** Position of a commit in the message: its first line, and the line after its last. */
interface Listed {
  readonly from: number;
  readonly to: number;
  readonly taken: SearchedCommit;
}

/**
 * Returns the blocks whose commit another commit of the same squash message reverted. Reads messages of git
 * (`commit <id>`, newest first), of its rebase (`# This is the commit message #2:`, oldest first) and of
 * forges (`* subject`, oldest first). A block that git reads belongs to the whole message. `message` has LF
 * line ends.
 */
export function revertedBlocks(message: string, blocks: readonly Block[]): ReadonlySet<Block> {
  if (blocks.length < 2 || !/This reverts commit|Revert "/.test(message)) return new Set();
  const listed = listedIn(message.split("\n"));
  const commits = listed.map((each) => each.taken);
  const meant = new Map(
    revertClaims(commits).flatMap(({ by, candidates, named }) =>
      named && candidates.length === 1 && candidates[0] !== undefined ? [[by, candidates[0]] as const] : [],
    ),
  );
  const reverted = revertedBy(commits, meant);
  return new Set(
    blocks.filter(({ entries }) => {
      if (entries.some((each) => each.byGit)) return false;
      const line = entries[0]?.from ?? -1;
      const own = listed.find(({ from, to }) => line >= from && line < to);
      return own !== undefined && reverted.has(own.taken.commit.oid);
    }),
  );
}

const COMMIT = /^commit ([0-9a-f]{7,64})$/;
const BULLET = /^\* (\S.*)$/;
const NUMBERED = /^\S{1,5} This is the (?:1st commit message|commit message #\d+):$/;

/** Returns the commits of a message, newest first. */
function listedIn(lines: readonly string[]): Listed[] {
  const kind = [COMMIT, NUMBERED].find((each) => lines.some((line) => each.test(line))) ?? BULLET;
  const isGit = kind === COMMIT;
  const starts = lines.flatMap((line, at) => (kind.test(line) ? [at] : []));
  const listed = starts.map((from, n): Listed => {
    const to = starts[n + 1] ?? lines.length;
    const body = lines.slice(from + 1, to);
    const text = isGit ? body.filter((line) => line.startsWith("    ")) : body;
    const first = text.find((line) => line.trim() !== "") ?? "";
    const subject = kind === BULLET ? (BULLET.exec(lines[from] ?? "")?.[1] ?? "") : first.trim();
    // A rebase or a forge does not write the commit id.
    const oid = isGit ? (COMMIT.exec(lines[from] ?? "")?.[1] ?? "") : `commit ${n}`;
    const message = text.map((line) => line.trim()).join("\n");
    return { from, to, taken: { commit: { oid, parents: [], message }, subject } };
  });
  return isGit ? listed : listed.reverse();
}
