import { plural } from "../../text/plural.ts";
import { oneLine } from "../../text/visible.ts";
import type { ConflictSide, Conflicts } from "../../views/shapes/conflicts.ts";
import { bold, dim, red } from "../style.ts";

/** Files that are shown of two branches. */
const MAX_FILES = 10;

/** Each two branches that would conflict, with their sessions and the files; then how many were compared. */
export function conflictLines(
  { branches, pairs, conflicts }: Conflicts,
  day: (iso: string) => string,
): string[] {
  const side = ({ branch, session }: ConflictSide) =>
    session === null
      ? `  ${dim(`${branch}: default branch`)}`
      : `  ${dim(`${branch}: ${oneLine(session.title)} · ${session.state} · ${day(session.touched)}`)}`;
  const found = conflicts.flatMap(({ one, other, how, files }) => [
    `${bold(one.branch)} and ${bold(other.branch)} ${how === "unrelated" ? "share no history" : "would conflict"}`,
    ...files.slice(0, MAX_FILES).map((each) => `  ${red("C")} ${oneLine(each)}`),
    ...(files.length > MAX_FILES ? [dim(`  … ${files.length - MAX_FILES} more: --json`)] : []),
    ...[side(one), side(other), ""],
  ]);
  const count = conflicts.length === 0 ? "no conflicts" : plural(conflicts.length, "conflict");
  return [
    ...found,
    `${count}  ${dim(`${branches.length === 1 ? "1 branch" : `${branches.length} branches`}, ${plural(pairs, "pair")}`)}`,
  ];
}
