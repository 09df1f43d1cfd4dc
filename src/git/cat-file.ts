/** Any number of objects out of one git process, within limits: what is read may come from anybody. */
import { ask, gitFailure, PARSED_ENV, start } from "./read.ts";

/** Largest object, in bytes, and most of all that are read at once. */
export const MAX_BLOB = 64 * 1024 * 1024;
const MAX_TOTAL = 512 * 1024 * 1024;

export interface GitObject {
  readonly oid: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Undefined where it is too large. */
  readonly text?: string;
  /** Where it was found, if it was asked for with that. */
  readonly path?: string;
}

/** Objects by name, in order; undefined for what is not there or damaged. What is too large is passed over unread. */
export async function readObjects(
  root: string,
  names: readonly string[],
  limit = MAX_BLOB,
  encoding: BufferEncoding = "utf8",
): Promise<(GitObject | undefined)[]> {
  const found: (GitObject | undefined)[] = [];
  const budget = { left: MAX_TOTAL };
  while (found.length < names.length) {
    const rest = names.slice(found.length);
    const before = found.length;
    await readSome(root, rest, { limit, budget, encoding }, (object) => found.push(object));
    // git ends at an object that is damaged: the others are asked for anew.
    if (found.length < names.length) found.push(undefined);
    if (found.length === before) break;
  }
  return found.slice(0, names.length);
}

/**
 * Gives the objects that a git command lists (`<oid> <path>` a line), while it lists them: those whose path is wanted, and of
 * them never more than a piece of git's answer. Failure `git-failed`.
 */
export async function* readListed(
  root: string,
  listing: readonly string[],
  input: string,
  wants: (path: string) => boolean,
): AsyncGenerator<GitObject[]> {
  const reading = ["cat-file", "--buffer", "--batch=%(objectname) %(objecttype) %(objectsize) %(rest)"];
  // What a partial clone left at the remote is fetched, not passed over; and git need not write line by line.
  const list = start(root, listing, ["pipe", "pipe", "pipe"], { ...PARSED_ENV, GIT_FLUSH: "0" });
  const reader = start(root, reading, ["pipe", "pipe", "pipe"]);
  if (reader.stdin) list.stdout?.pipe(reader.stdin);
  for (const { stdin } of [list, reader]) stdin?.on("error", () => {});
  list.stdin?.end(input);
  let stderr = "";
  const [listed, read] = [list, reader].map((child) => {
    child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
      stderr = (stderr + piece).slice(0, 4096);
    });
    return new Promise((resolve) => child.once("close", resolve).once("error", resolve));
  });
  let found: GitObject[] = [];
  const manner = {
    limit: MAX_BLOB,
    budget: { left: Number.POSITIVE_INFINITY },
    encoding: "utf8",
    wants,
  } as const;
  const parse = parser(manner, (object) => object?.text !== undefined && found.push(object));
  try {
    for await (const chunk of reader.stdout ?? []) {
      parse(chunk);
      yield found;
      found = [];
    }
    if ((await read) !== 0) throw gitFailure(reading, stderr);
    if ((await listed) !== 0) throw gitFailure(listing, stderr);
  } finally {
    // Whoever has seen enough goes, or what was listed cannot be read: nobody would take the rest.
    for (const child of [list, reader]) child.kill();
  }
}

interface Manner {
  readonly limit: number;
  readonly budget: { left: number };
  readonly encoding: BufferEncoding;
  /** Objects elsewhere are passed over unread. */
  readonly wants?: (path: string) => boolean;
}

async function readSome(
  root: string,
  names: readonly string[],
  manner: Manner,
  take: (object: GitObject | undefined) => void,
): Promise<void> {
  const child = start(root, ["cat-file", "--batch"], ["pipe", "pipe", "ignore"]);
  const parse = parser(manner, take);
  child.stdin?.on("error", () => {});
  child.stdin?.end(names.map((name) => `${name.replaceAll("\n", " ")}\n`).join(""));
  child.stdout?.on("data", parse);
  await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
}

/** Takes `<oid> <type> <size>`, a line end, the content and another line end, in pieces of any size. */
function parser(
  { limit, budget, encoding, wants = () => true }: Manner,
  take: (object: GitObject | undefined) => void,
): (chunk: Buffer) => void {
  let line: Buffer[] = [];
  let head: Omit<GitObject, "text"> | undefined;
  let left = 0;
  let content: Buffer[] | undefined;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (!head) {
        const end = chunk.indexOf(10, at);
        line.push(chunk.subarray(at, end < 0 ? chunk.length : end));
        at = end < 0 ? chunk.length : end + 1;
        if (end < 0) return;
        head = headOf(Buffer.concat(line).toString("utf8"));
        line = [];
        if (!head) {
          take(undefined);
          continue;
        }
        left = head.size + 1;
        content = head.size <= Math.min(limit, budget.left) && wants(head.path ?? "") ? [] : undefined;
        if (content) budget.left -= head.size;
      }
      const part = chunk.subarray(at, at + left);
      content?.push(part);
      at += part.length;
      left -= part.length;
      if (left > 0) return;
      take(content ? { ...head, text: Buffer.concat(content).toString(encoding, 0, head.size) } : head);
      head = undefined;
    }
  };
}

/** Bytes of the blobs among these objects, by id: nothing is read. */
export async function objectSizes(root: string, oids: readonly string[]): Promise<Map<string, number>> {
  if (oids.length === 0) return new Map();
  const answer = await ask(root, ["cat-file", "--batch-check"], oids.map((oid) => `${oid}\n`).join(""));
  return new Map(
    answer.stdout.split("\n").flatMap((line) => {
      const { oid, type, size } = headOf(line) ?? {};
      return oid !== undefined && type === "blob" && size !== undefined ? [[oid, size] as const] : [];
    }),
  );
}

function headOf(line: string): Omit<GitObject, "text"> | undefined {
  const [, oid, type, size, path] = /^([0-9a-f]+) (\w+) (\d+)(?: (.*))?$/.exec(line) ?? [];
  return oid && type ? { oid, type, size: Number(size), ...(path ? { path } : {}) } : undefined;
}
