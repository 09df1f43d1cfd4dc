/** Reads any number of objects with one git process, within limits, because the objects are untrusted. */
import { pipeline } from "node:stream";
import { Failure } from "../session/failure.ts";
import { gitFailure } from "./failure.ts";
import { ask, exitOf, start } from "./read.ts";

/** Maximum bytes of an object, and of all objects read at once. */
export const MAX_BLOB = 64 * 1024 * 1024;
const MAX_TOTAL = 512 * 1024 * 1024;

/**
 * Size in bytes from which an oversized object is too slow to skip by reading: git is restarted for the
 * objects after it.
 */
const WAIT = 16 * 1024 * 1024;

export interface GitObject {
  readonly oid: string;
  /** Object type as git names it; `damaged` if git could not read all of it. */
  readonly type: string;
  /** Size of the object in bytes. */
  readonly size: number;
  /** Content of the object; undefined if the object is too large. */
  readonly text?: string;
  /** Path that was listed with the object, if any. */
  readonly path?: string;
}

/**
 * Reads objects by name, in order; undefined for a missing object. Skips the content of objects that are too
 * large.
 */
export async function readObjects(
  root: string,
  names: readonly string[],
  limit = MAX_BLOB,
  encoding: BufferEncoding = "utf8",
  env: Readonly<Record<string, string>> = {},
): Promise<(GitObject | undefined)[]> {
  const found: (GitObject | undefined)[] = [];
  await eachObject(root, names, (object) => found.push(object), limit, encoding, env);
  return found;
}

/** Reads objects like `readObjects`, and passes each object on at once, so that memory stays bounded. */
export async function eachObject(
  root: string,
  names: readonly string[],
  take: (object: GitObject | undefined, at: number) => void,
  limit = MAX_BLOB,
  encoding: BufferEncoding = "utf8",
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const budget = { left: MAX_TOTAL };
  let at = 0;
  const next = (object: GitObject | undefined) => {
    if (at < names.length) take(object, at++);
  };
  while (at < names.length) {
    const left = await readSome(root, names.slice(at), { limit, budget, encoding, env }, next);
    // git stops at a damaged object: a new process reads the others.
    if (!left) next({ oid: "", type: "damaged", size: 0 });
  }
}

/**
 * Reads the objects that a git command lists (`<oid> <path>` per line) while it lists them. Skips
 * unwanted paths and too large objects. Holds at most one chunk of git's output.
 * @throws Failure `git-failed`, `bad-snapshot`
 */
export async function* readListed(
  root: string,
  listing: readonly string[],
  input: string,
  wants: (path: string) => boolean,
): AsyncGenerator<GitObject[]> {
  const reading = ["cat-file", "--buffer", "--batch=%(objectname) %(objecttype) %(objectsize) %(rest)"];
  const list = start(root, listing, ["pipe", "pipe", "pipe"], "list");
  const reader = start(root, reading, ["pipe", "pipe", "pipe"]);
  const wanted = async function* (pieces: AsyncIterable<string>) {
    let rest = "";
    for await (const piece of pieces) {
      const lines = `${rest}${piece}`.split("\n");
      rest = lines.pop() ?? "";
      const some = lines.filter((line) => wants(line.slice(line.indexOf(" ") + 1)));
      yield some.map((line) => `${line}\n`).join("");
    }
  };
  // Ignores errors of these streams: the exit codes show them.
  if (list.stdout && reader.stdin) pipeline(list.stdout.setEncoding("utf8"), wanted, reader.stdin, () => {});
  list.stdin?.on("error", () => {}).end(input);
  let stderr = "";
  const [listed, read] = [list, reader].map((child) => {
    child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
      stderr = (stderr + piece).slice(0, 4096);
    });
    return new Promise((resolve) => child.once("close", resolve).once("error", resolve));
  });
  let found: GitObject[] = [];
  const all = Number.POSITIVE_INFINITY;
  const parse = parser({ limit: MAX_BLOB, budget: { left: all }, encoding: "utf8", wait: all }, (object) => {
    if (!object)
      throw new Failure("bad-snapshot", "a file of a snapshot is damaged", { hint: "session doctor" });
    if (object.text !== undefined) found.push(object);
  });
  try {
    for await (const chunk of reader.stdout ?? []) {
      parse(chunk);
      yield found;
      found = [];
    }
    if ((await read) !== 0) throw gitFailure(reading, stderr);
    if ((await listed) !== 0) throw gitFailure(listing, stderr);
  } finally {
    // Stops the listing, either because the caller has enough or because an object is unreadable.
    for (const child of [list, reader]) child.kill();
  }
}

interface Manner {
  readonly limit: number;
  readonly budget: { left: number };
  readonly encoding: BufferEncoding;
  /** Maximum bytes of an oversized object to skip by reading them; git is restarted for a larger object. */
  readonly wait?: number;
  /** Environment variables with object folders for git besides the repository's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Reads some of the objects. Returns true if git was stopped at an object too large to skip by reading. */
async function readSome(
  root: string,
  names: readonly string[],
  manner: Manner,
  take: (object: GitObject | undefined) => void,
): Promise<boolean> {
  let left = false;
  const child = start(root, ["cat-file", "--batch"], ["pipe", "pipe", "ignore"], "ask", manner.env);
  const parse = parser(manner, take);
  child.stdin?.on("error", () => {});
  child.stdin?.end(names.map((name) => `${name.replaceAll("\n", " ")}\n`).join(""));
  child.stdout?.on("data", (chunk: Buffer) => {
    if (left || parse(chunk)) return;
    left = true;
    child.kill();
  });
  await exitOf(child, root);
  return left;
}

/**
 * Parses git's batch output: `<oid> <type> <size>`, a line end, the content and a line end, in chunks of any
 * size. Returns false when the caller wants no more chunks.
 */
function parser(
  { limit, budget, encoding, wait = WAIT }: Manner,
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
        else if (left > wait) {
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

/** Returns the sizes of blobs in bytes, by the given name, without reading them. */
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

/**
 * Reports whether some file in the trees of these commits may exceed the size limit. Starts one git
 * process, which reads no content.
 */
export async function mayBeOversized(root: string, commits: readonly string[]): Promise<boolean> {
  // With `--quiet`, git prints omitted objects only.
  const args = ["rev-list", "--quiet", "--objects", "--no-walk", "--filter-print-omitted", "--stdin"];
  const input = commits.map((each) => `${each}\n`).join("");
  const answer = await ask(root, [...args, `--filter=blob:limit=${MAX_BLOB}`], input);
  return answer.code !== 0 || answer.stdout !== "";
}

/**
 * Returns files (`<revision>:<path>`) that exceed the size limit, with their sizes in bytes, without
 * reading them.
 */
export async function oversized(root: string, files: readonly string[]): Promise<Map<string, number>> {
  return new Map([...(await objectSizes(root, files))].filter(([, size]) => size > MAX_BLOB));
}

function headOf(line: string): Omit<GitObject, "text"> | undefined {
  const [, oid, type, size, path] = /^([0-9a-f]+) (\w+) (\d+)(?: (.*))?$/.exec(line) ?? [];
  return oid && type ? { oid, type, size: Number(size), ...(path ? { path } : {}) } : undefined;
}
