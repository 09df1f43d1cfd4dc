import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { mapLimited } from "../text/concurrency.ts";
import { withHint } from "../text/hint.ts";
import { type GitObject, MAX_BLOB, objectSizes, readListed, readObjects } from "./cat-file.ts";
import { firstLine, gitFailure, identityFailure } from "./failure.ts";
import { ask, read } from "./read.ts";
import { resolveName } from "./resolve.ts";
import { change, changed, OUR_ENCODING } from "./write.ts";

/** Number of parallel git processes: a workspace may have hundreds of folders. */
const AT_ONCE = 8;

/** Maximum entries to read from an untrusted tree. */
const MAX_ENTRIES = 2000;
/** Maximum nesting of folders, and maximum bytes of a tree: a name has at most 255 bytes. */
const MAX_DEPTH = 12;
const MAX_TREE = 1024 * 1024;

/**
 * Writes a tree and returns its id. Equal files give an equal id. A name with slashes is a file in a
 * folder; `folders` are existing trees.
 */
export async function writeTree(
  root: string,
  files: ReadonlyMap<string, string>,
  folders: ReadonlyMap<string, string> = new Map(),
): Promise<string> {
  const names = [...files.keys()].filter((name) => !name.includes("/"));
  const inner = new Map<string, Map<string, string>>();
  for (const [name, text] of files) {
    const slash = name.indexOf("/");
    if (slash < 0) continue;
    const folder = name.slice(0, slash);
    inner.set(folder, (inner.get(folder) ?? new Map()).set(name.slice(slash + 1), text));
  }
  const [blobs, trees] = await Promise.all([
    writeBlobs(
      root,
      names.map((name) => files.get(name) ?? ""),
    ),
    mapLimited([...inner], AT_ONCE, async ([name, below]) => [name, await writeTree(root, below)] as const),
  ]);
  const entries = [
    ...names.map((name, at) => `100644 blob ${blobs[at]}\t${name}\0`),
    ...[...folders, ...trees].map(([name, tree]) => `040000 tree ${tree}\t${name}\0`),
  ];
  return changed(root, ["mktree", "-z"], { input: entries.join(""), onlyObjects: true });
}

/** Writes texts as blobs, by one git process for all, and returns their ids in the same order. */
async function writeBlobs(root: string, texts: readonly string[]): Promise<string[]> {
  const args = ["hash-object", "-w", "--no-filters"];
  const [only = ""] = texts;
  if (texts.length < 2)
    return texts.length === 0
      ? []
      : [await changed(root, [...args, "--stdin"], { input: only, onlyObjects: true })];
  const folder = await mkdtemp(path.join(os.tmpdir(), "session-blobs-"));
  try {
    const files = texts.map((_, at) => path.join(folder, String(at)));
    await Promise.all(files.map((file, at) => writeFile(file, texts[at] ?? "", { mode: 0o600 })));
    const ids = await changed(root, [...args, "--stdin-paths"], {
      input: `${files.join("\n")}\n`,
      onlyObjects: true,
    });
    return ids.split("\n").map((each) => each.trim());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Yields each distinct file at the top of the trees of these commits and their ancestors, except those
 * reachable from `not`.
 * @throws Failure `git-failed`, `bad-snapshot`
 */
export function storedFiles(
  root: string,
  commits: readonly string[],
  not: readonly string[],
): AsyncGenerator<GitObject[]> {
  const input = [...commits, ...not.map((each) => `^${each}`)].map((each) => `${each}\n`).join("");
  const args = ["rev-list", "--objects", "--ignore-missing", "--stdin"];
  return readListed(root, args, input, (path) => /^[a-z]+\.(?:md|jsonl?)$/.test(path));
}

/** Returns the ids of these folders in a commit's tree, without missing ones. */
export async function foldersOf(
  root: string,
  commit: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const listing = await ask(root, ["ls-tree", "-z", commit, "--", ...names]);
  const found = listing.stdout.split("\0").flatMap((entry) => {
    const [, tree, name] = /^040000 tree ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    return tree !== undefined && name !== undefined ? [[name, tree] as const] : [];
  });
  return new Map(found);
}

/**
 * Returns plain files with these names, or below folders of these names, in a commit's tree, by path,
 * without reading them. Paths are untrusted. Reads each tree once, level by level, because git itself
 * would expand a tree that contains itself ten times, ten levels deep.
 * @throws Failure `bad-snapshot` if the tree, or a file at its top, is missing
 */
export async function filesBelow(root: string, commit: string, names: readonly string[]) {
  const top = await ask(root, ["ls-tree", "-z", commit, "--", ...names]);
  if (top.code !== 0) throw badSnapshot(commit, top.stderr);
  let level = top.stdout.split("\0").flatMap((record): Entry[] => {
    const [, mode = "", oid = "", path = ""] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(record) ?? [];
    return mode === "" ? [] : [{ mode, oid, path }];
  });
  const files: Entry[] = [];
  let left = MAX_ENTRIES;
  for (let depth = 0; level.length > 0 && depth < MAX_DEPTH; depth++) {
    files.push(...level.filter((each) => each.mode === "100644"));
    const folders = level.filter((each) => each.mode === "040000" || each.mode === "40000");
    const oids = folders.map((each) => each.oid);
    const trees = folders.length === 0 ? [] : await readObjects(root, oids, MAX_TREE, "latin1");
    level = [];
    for (const [at, { path }] of folders.entries())
      for (const entry of entriesOf(trees[at], path, left)) {
        level.push(entry);
        left--;
      }
  }
  const oids = [...new Set(files.map((each) => each.oid))];
  const sizes = await objectSizes(root, oids);
  return files
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .flatMap(({ path, oid }) => {
      const size = sizes.get(oid);
      if (size !== undefined) return [{ path, oid, size }];
      if (names.includes(path)) throw badFile(commit, path);
      return [];
    });
}

interface Entry {
  readonly mode: string;
  readonly oid: string;
  readonly path: string;
}

/** Parses a tree object: mode, name, NUL, and the id as bytes. Stops after the entry limit. */
function entriesOf(tree: GitObject | undefined, folder: string, most: number): Entry[] {
  if (tree?.type !== "tree" || tree.text === undefined) return [];
  const entries: Entry[] = [];
  const bytes = tree.oid.length / 2;
  for (let at = 0; at < tree.text.length && entries.length < most; ) {
    const end = tree.text.indexOf("\0", at);
    const [, mode = "", name = ""] = /^(\d+) (.+)$/s.exec(end < 0 ? "" : tree.text.slice(at, end)) ?? [];
    const oid = Buffer.from(tree.text.slice(end + 1, end + 1 + bytes), "latin1").toString("hex");
    if (mode === "" || oid.length < tree.oid.length) break;
    entries.push({ mode, oid, path: `${folder}/${Buffer.from(name, "latin1").toString("utf8")}` });
    at = end + 1 + bytes;
  }
  return entries;
}

/**
 * Returns the id of a commit's tree, which may itself be missing.
 * @throws Failure `git-failed` without the commit
 */
export async function treeOf(root: string, commit: string): Promise<string> {
  const tree = await resolveName(root, `${commit}^{tree}`);
  return tree ?? (await read(root, ["log", "-1", "--format=%T", commit, "--"])).trim();
}

/** An author and time for a commit, in place of the user's current ones. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Time in seconds since the epoch. */
  readonly at: number;
}

/**
 * Commits a tree without changing HEAD, index or work tree.
 * @throws Failure `no-identity` if git has no identity
 */
export async function commitTree(
  root: string,
  tree: string,
  message: string,
  parents: readonly string[],
  by?: Signature,
  sign = false,
): Promise<string> {
  const args = [
    "commit-tree",
    ...(sign ? ["-S"] : []),
    tree,
    ...parents.flatMap((each) => ["-p", each]),
    "-F",
    "-",
  ];
  const answer = await change(root, [...OUR_ENCODING, ...args], {
    input: message,
    env: signed(by),
    onlyObjects: !sign,
  });
  if (answer.code === 0) return answer.stdout.trim();
  throw identityFailure(answer.stderr) ?? gitFailure(args, answer.stderr);
}

function signed(by: Signature | undefined): Record<string, string> {
  if (!by) return {};
  const roles = ["AUTHOR", "COMMITTER"].map((role) => [
    [`GIT_${role}_NAME`, by.name],
    [`GIT_${role}_EMAIL`, by.email],
    [`GIT_${role}_DATE`, `@${by.at} +0000`],
  ]);
  return Object.fromEntries(roles.flat());
}

/**
 * Reads named regular files of a tree, without checking them out. Skips missing names and other kinds
 * of entries.
 * @throws Failure `too-large` above 64 MB, `bad-snapshot`
 */
export async function readTree(
  root: string,
  tree: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const listing = await ask(root, ["ls-tree", "-z", "--long", tree, "--", ...names]);
  if (listing.code !== 0) throw badSnapshot(tree, listing.stderr);
  const wanted = new Set(names);
  const blobs: { name: string; oid: string }[] = [];
  for (const record of listing.stdout.split("\0")) {
    const match = /^100644 blob ([0-9a-f]+) +(\d+|BAD)\t(.*)$/s.exec(record);
    if (!match?.[1] || match[3] === undefined || !wanted.has(match[3])) continue;
    if (match[2] === "BAD") throw badFile(tree, match[3]);
    if (Number(match[2]) > MAX_BLOB)
      throw new Failure(
        "too-large",
        `${match[3]} of the snapshot ${tree} has ${match[2]} bytes, which is too large`,
      );
    blobs.push({ name: match[3], oid: match[1] });
  }
  const found = await readObjects(
    root,
    blobs.map((blob) => blob.oid),
  );
  return new Map(
    blobs.map(({ name }, at) => {
      const text = found[at]?.text;
      if (text === undefined) throw badFile(tree, name);
      return [name, text];
    }),
  );
}

const badSnapshot = (commit: string, stderr: string) =>
  new Failure("bad-snapshot", `the snapshot ${commit} cannot be read: ${firstLine(stderr)}`, {
    hint: "session doctor",
  });

const badFile = (commit: string, name: string) =>
  new Failure("bad-snapshot", `${name} of the snapshot ${commit} is missing or damaged`, {
    hint: "session doctor",
  });

/**
 * Returns the texts of `<revision>:<path>`, in order; undefined for a missing, damaged or too large file.
 * `leftOut` receives the reason for each damaged or too large file.
 */
export async function readBlobs(
  root: string,
  names: readonly string[],
  leftOut: (name: string, why: string) => void = () => {},
): Promise<(string | undefined)[]> {
  const objects = await readObjects(root, names);
  return objects.map((each, at) => {
    if (each?.type === "damaged") leftOut(names[at] ?? "", withHint("cannot be read", "session doctor"));
    if (each?.type !== "blob") return undefined;
    if (each.text === undefined) leftOut(names[at] ?? "", `has ${each.size} bytes, which is too large`);
    return each.text;
  });
}

/** Returns those files (`<revision>:<name>`) that their tree contains, and those whose tree is missing. */
export async function namedFiles(root: string, files: readonly string[]): Promise<string[]> {
  const revisions = [...new Set(files.map((each) => each.slice(0, each.indexOf(":"))))];
  const names = revisions.map((each) => `${each}^{tree}`);
  const trees = await readObjects(root, names, MAX_TREE, "latin1");
  const named = new Map(
    revisions.map((each, at) => [each, trees[at] && entriesOf(trees[at], each, MAX_ENTRIES)]),
  );
  return files.filter((file) => {
    const [revision = "", name] = file.split(":");
    const entries = named.get(revision);
    return !entries || entries.some(({ path, mode }) => mode === "100644" && path === `${revision}/${name}`);
  });
}
