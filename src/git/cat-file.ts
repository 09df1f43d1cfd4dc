/** Any number of objects out of one git process, within limits: what is read may come from anybody. */
import { pipeline } from "node:stream";
import { Failure } from "../session/failure.ts";
import { gitFailure } from "./failure.ts";
import { ask, exitOf, start } from "./read.ts";

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
  /** Where it was found, if it was asked for with that. */
  readonly path?: string;
}

/** Objects by name, in order; undefined for what is not there. What is too large is not read. */
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

/** The same, each when it was read: none is held here. */
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
    // git ends at an object that is damaged: the others are asked for anew.
    if (!left) next({ oid: "", type: "damaged", size: 0 });
  }
}

/**
 * Gives the objects that a git command lists (`<oid> <path>` a line), while it lists them: those whose path is wanted, and of
 * them never more than a piece of git's answer. What is too large is left out. Failures `git-failed`, `bad-snapshot`.
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
  // What became of them their exit codes tell.
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
    // Whoever has seen enough goes, or what was listed cannot be read: nobody would take the rest.
    for (const child of [list, reader]) child.kill();
  }
}

interface Manner {
  readonly limit: number;
  readonly budget: { left: number };
  readonly encoding: BufferEncoding;
  /** Bytes of an object that is too large, up to which it is waited for. */
  readonly wait?: number;
  /** Where git finds objects, if not only in the repository. */
  readonly env?: Readonly<Record<string, string>>;
}

/** True where git was left at an object that is too large to wait for. */
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

/** Takes `<oid> <type> <size>`, a line end, the content and another line end, in pieces of any size; false: no more of them. */
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

/** Whether some file of these commits' trees may be more than would be read: one git process, and nothing is read. */
export async function mayBeOversized(root: string, commits: readonly string[]): Promise<boolean> {
  // Quiet, git tells of nothing but what it omits.
  const args = ["rev-list", "--quiet", "--objects", "--no-walk", "--filter-print-omitted", "--stdin"];
  const input = commits.map((each) => `${each}\n`).join("");
  const answer = await ask(root, [...args, `--filter=blob:limit=${MAX_BLOB}`], input);
  return answer.code !== 0 || answer.stdout !== "";
}

/** Those of these files (`<revision>:<path>`) that are more than would be read, with their bytes: nothing is read. */
export async function oversized(root: string, files: readonly string[]): Promise<Map<string, number>> {
  return new Map([...(await objectSizes(root, files))].filter(([, size]) => size > MAX_BLOB));
}

function headOf(line: string): Omit<GitObject, "text"> | undefined {
  const [, oid, type, size, path] = /^([0-9a-f]+) (\w+) (\d+)(?: (.*))?$/.exec(line) ?? [];
  return oid && type ? { oid, type, size: Number(size), ...(path ? { path } : {}) } : undefined;
}
