import { oneLine } from "../../text/foreign-text.ts";
import { plural } from "../../text/plural.ts";
import {
  type ConflictSide,
  type Conflicts,
  type ConflictTouch,
  hunkText,
  touchText,
} from "../../views/shapes/conflicts.ts";
import { moreLine } from "../lines.ts";
import { facts, signs } from "../signs.ts";
import { bold, dim, red } from "../style.ts";

/** Maximum files to show for a pair of branches. */
const MAX_FILES = 10;

/**
 * Returns each pair of conflicting branches with files, authors and sessions, then the count of compared
 * pairs.
 */
export function conflictLines(
  { branches, pairs, conflicts }: Conflicts,
  day: (iso: string) => string,
): string[] {
  const found = conflicts.flatMap(({ one, other, how, files }) => {
    const lines = files
      .slice(0, MAX_FILES)
      .flatMap((file) => [
        `  ${red("C")} ${oneLine(file.path)}${spaced(hunkText(file, signs()))}${file.since === null ? "" : dim(`  both since ${day(file.since)}`)}`,
        ...touchLine(one, file.one, day),
        ...touchLine(other, file.other, day),
      ]);
    return [
      `${bold(nameOf(one))} and ${bold(nameOf(other))} ${how === "unrelated" ? "share no history" : "would conflict"}`,
      ...lines,
      ...(files.length > MAX_FILES ? [moreLine(`${files.length - MAX_FILES} more`)] : []),
      ...[sideLine(one, day), sideLine(other, day), ""],
    ];
  });
  const count = conflicts.length === 0 ? "no conflicts" : plural(conflicts.length, "conflict");
  return [
    ...found,
    `${count}  ${dim(`${branches.length === 1 ? "1 branch" : `${branches.length} branches`}, ${plural(pairs, "pair")}`)}`,
  ];
}

function nameOf({ branch, remote }: ConflictSide): string {
  return remote === undefined ? branch : `${remote}/${branch}`;
}

function touchLine(side: ConflictSide, touch: ConflictTouch | null, day: (iso: string) => string): string[] {
  if (touch === null) return [];
  return [dim(`      ${nameOf(side)}: ${oneLine(touchText(touch))}, ${day(touch.at)}`)];
}

function sideLine(side: ConflictSide, day: (iso: string) => string): string {
  const { session, uncommitted } = side;
  const about =
    session === null
      ? "default branch"
      : facts([oneLine(session.title), session.state, day(session.touched)]);
  const work = uncommitted === 0 ? [] : [`${plural(uncommitted, "file")} not committed`];
  return `  ${dim(`${nameOf(side)}: ${facts([about, ...work])}`)}`;
}

const spaced = (text: string) => (text === "" ? "" : `  ${text}`);
