/** Finds the commit that wrote each line of a file last. */
import { Failure } from "../../session/failure.ts";
import { shellWord } from "../../text/shell.ts";
import { firstLine, gitFailure, lacksObjects } from "../failure.ts";
import { decodePaths } from "../path-bytes.ts";
import { ask } from "../read.ts";

/** Lines last written by one commit, and the name of the file in that commit. */
export interface BlamedLines {
  /** Full id of the commit; undefined for uncommitted lines. */
  readonly commit?: string;
  readonly from: number;
  readonly to: number;
  readonly path: string;
  /** True if the commit has no parent in this clone: in a shallow clone, the lines may be older. */
  readonly isFirst: boolean;
}

/** Lines of a file of the work tree. */
export interface LinesToBlame {
  /** Path from the top of the work tree. */
  readonly file: string;
  /** The file as the user typed it, for messages. */
  readonly name: string;
  /** As for `-L`; undefined for all lines. */
  readonly lines?: string | undefined;
}

/**
 * Blames a file of the work tree, through renames and moved lines, ignoring white space.
 * @throws Failure `no-such-path`, `no-commits`, `bad-value`, `no-such-item`, `commits-gone`
 * @see git-blame(1), "INCREMENTAL OUTPUT"
 */
export async function blame(root: string, { file, name, lines }: LinesToBlame): Promise<BlamedLines[]> {
  const args = [
    ...["-c", "core.quotePath=false", "blame", "--incremental", "-w", "-C", "--no-textconv"],
    ...[...(lines === undefined ? [] : ["-L", lines]), "--", file],
  ];
  const answer = await ask(root, args);
  if (answer.code !== 0) throw blameFailure(args, answer.stderr, name);
  return parseBlame(decodePaths(answer.bytes));
}

/** Parses `git blame --incremental`. Uses the first line of each group and its last line, `filename`. */
export function parseBlame(text: string): BlamedLines[] {
  const groups: BlamedLines[] = [];
  const first = new Set<string>();
  let head: readonly string[] = [];
  for (const line of text.split("\n")) {
    if (/^[0-9a-f]{40,64} \d/.test(line)) head = line.split(" ");
    if (line === "boundary") first.add(head[0] ?? "");
    if (!line.startsWith("filename ")) continue;
    const [oid = "", , from, count] = head;
    groups.push({
      ...(/^0+$/.test(oid) ? {} : { commit: oid }),
      from: Number(from),
      to: Number(from) + Number(count) - 1,
      path: line.slice("filename ".length),
      isFirst: first.has(oid),
    });
  }
  return groups;
}

function blameFailure(args: readonly string[], stderr: string, name: string): Failure {
  const said = firstLine(stderr);
  const [, count] = /has only (\d+) lines?$/.exec(said) ?? [];
  if (count !== undefined)
    return new Failure("bad-value", `${name} has only ${count} ${count === "1" ? "line" : "lines"}`, {
      hint: `session why ${shellWord(name)}`,
    });
  if (/^no such path/.test(said))
    return new Failure("no-such-path", `git does not track ${name}`, { hint: `git add ${shellWord(name)}` });
  if (/^no such ref: HEAD/.test(said))
    return new Failure("no-commits", "there is no commit yet", { hint: 'session checkpoint -A -m "..."' });
  const [, item] = /^-L parameter '(.*)' starting at line 1: /.exec(said) ?? [];
  if (item !== undefined)
    return new Failure("no-such-item", `git finds no function ${item} in ${name}`, {
      hint: `session why ${shellWord(name)}:<line>`,
    });
  if (lacksObjects(stderr))
    return new Failure("commits-gone", `this partial clone lacks earlier contents of ${name}`, {
      hint: "git fetch --refetch --no-filter",
    });
  return gitFailure(args, stderr);
}
