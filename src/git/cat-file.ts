/** Any number of objects out of one git process, within limits: what is read may come from anybody. */
import { ask, start } from "./read.ts";

/** Largest object, in bytes, and most of all that are read at once. */
export const MAX_BLOB = 64 * 1024 * 1024;
const MAX_TOTAL = 512 * 1024 * 1024;

/** One of more bytes is not waited for where it is too large: git is started anew for the objects after it. */
const WAIT = 16 * 1024 * 1024;

export interface GitObject {
  readonly oid: string;
  /** As git names it; `damaged` where git could not read it to its end. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Undefined where it is too large. */
  readonly text?: string;
}

/** Objects by name, in order; undefined for what is not there. What is too large is not read. */
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
    const left = await readSome(root, rest, { limit, budget, encoding }, (object) => found.push(object));
    // git ends at an object that is damaged: the others are asked for anew.
    if (!left && found.length < names.length) found.push({ oid: "", type: "damaged", size: 0 });
  }
  return found.slice(0, names.length);
}

interface Manner {
  readonly limit: number;
  readonly budget: { left: number };
  readonly encoding: BufferEncoding;
}

/** True where git was left at an object that is too large to wait for. */
async function readSome(
  root: string,
  names: readonly string[],
  manner: Manner,
  take: (object: GitObject | undefined) => void,
): Promise<boolean> {
  let left = false;
  const child = start(root, ["cat-file", "--batch"], ["pipe", "pipe", "ignore"]);
  const parse = parser(manner, take);
  child.stdin?.on("error", () => {});
  child.stdin?.end(names.map((name) => `${name.replaceAll("\n", " ")}\n`).join(""));
  child.stdout?.on("data", (chunk: Buffer) => {
    if (left || parse(chunk)) return;
    left = true;
    child.kill();
  });
  await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
  return left;
}

/** Takes `<oid> <type> <size>`, a line end, the content and another line end, in pieces of any size; false: no more of them. */
function parser(
  { limit, budget, encoding }: Manner,
  take: (object: GitObject | undefined) => void,
): (chunk: Buffer) => boolean {
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
        if (end < 0) return true;
        head = headOf(Buffer.concat(line).toString("utf8"));
        line = [];
        if (!head) {
          take(undefined);
          continue;
        }
        left = head.size + 1;
        content = head.size <= Math.min(limit, budget.left) ? [] : undefined;
        if (content) budget.left -= head.size;
        else if (left > WAIT) {
          take(head);
          return false;
        }
      }
      const part = chunk.subarray(at, at + left);
      content?.push(part);
      at += part.length;
      left -= part.length;
      if (left > 0) return true;
      take(content ? { ...head, text: Buffer.concat(content).toString(encoding, 0, head.size) } : head);
      head = undefined;
    }
    return true;
  };
}

/** Bytes of the blobs among these objects, by name as it was given: nothing is read. */
export async function objectSizes(root: string, names: readonly string[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  const answer = await ask(root, ["cat-file", "--batch-check"], names.map((name) => `${name}\n`).join(""));
  const lines = answer.stdout.split("\n");
  return new Map(
    names.flatMap((name, at) => {
      const { type, size } = headOf(lines[at] ?? "") ?? {};
      return type === "blob" && size !== undefined ? [[name, size] as const] : [];
    }),
  );
}

/** Those of these files (`<revision>:<path>`) that are more than would be read, with their bytes: nothing is read. */
export async function oversized(root: string, files: readonly string[]): Promise<Map<string, number>> {
  return new Map([...(await objectSizes(root, files))].filter(([, size]) => size > MAX_BLOB));
}

function headOf(line: string): Omit<GitObject, "text"> | undefined {
  const [, oid, type, size] = /^([0-9a-f]+) (\w+) (\d+)$/.exec(line) ?? [];
  return oid && type ? { oid, type, size: Number(size) } : undefined;
}
