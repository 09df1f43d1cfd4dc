import { Failure } from "../model/failure.ts";
import { ask, firstLine, gitFailure, read, start } from "./read.ts";
import { change, OUR_ENCODING } from "./write.ts";

/** Largest file and most entries that are read out of a tree that came from elsewhere. */
const MAX_BLOB = 4 * 1024 * 1024;
const MAX_ENTRIES = 2000;

/** Writes a tree of flat files and gives its id: the same files always give the same id. */
export async function writeTree(root: string, files: ReadonlyMap<string, string>): Promise<string> {
  const names = [...files.keys()];
  const blobs = await Promise.all(names.map((name) => writeBlob(root, files.get(name) ?? "")));
  const entries = names.map((name, at) => `100644 blob ${blobs[at]}\t${name}\0`).join("");
  return done(root, ["mktree", "-z"], entries);
}

/** Id of a commit's tree. */
export async function treeOf(root: string, commit: string): Promise<string> {
  return (await read(root, ["rev-parse", "--verify", "--end-of-options", `${commit}^{tree}`])).trim();
}

/** Commits a tree without touching HEAD, the index or the work tree. Fails where git knows no identity. */
export async function commitTree(
  root: string,
  tree: string,
  message: string,
  parent?: string,
): Promise<string> {
  const args = ["commit-tree", tree, ...(parent ? ["-p", parent] : []), "-F", "-"];
  const answer = await change(root, [...OUR_ENCODING, ...args], { input: message });
  if (answer.code === 0) return answer.stdout.trim();
  throw identityFailure(answer.stderr) ?? gitFailure(args, answer.stderr);
}

/** Failure `no-identity` when that is what git complains about. */
export function identityFailure(stderr: string): Failure | undefined {
  if (
    !/tell me who you are|unable to auto-detect email|empty ident name|no (name|email) was given|user\.useConfigOnly/.test(
      stderr,
    )
  )
    return undefined;
  return new Failure("no-identity", "git does not know who you are", {
    hint: 'git config user.name "Your Name" && git config user.email you@example.com',
  });
}

/**
 * Reads the named files out of a tree: regular files only, within size limits, never checked out.
 * A name that is missing, not a plain file or too large is left out.
 */
export async function readTree(
  root: string,
  tree: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const listing = await ask(root, ["ls-tree", "-z", "--long", tree]);
  if (listing.code !== 0)
    throw new Failure("bad-snapshot", `${tree} is not readable: ${firstLine(listing.stderr)}`);
  const wanted = new Set(names);
  const blobs: { name: string; oid: string }[] = [];
  for (const record of listing.stdout.split("\0").slice(0, MAX_ENTRIES)) {
    const match = /^100644 blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(record);
    if (match?.[1] && match[3] !== undefined && wanted.has(match[3]) && Number(match[2]) <= MAX_BLOB) {
      blobs.push({ name: match[3], oid: match[1] });
    }
  }
  const texts = await Promise.all(blobs.map((blob) => read(root, ["cat-file", "blob", blob.oid])));
  return new Map(blobs.map((blob, at) => [blob.name, texts[at] ?? ""]));
}

/** Texts of `<revision>:<path>` each, in order; undefined for what is not there, no file, or too large. */
export async function readBlobs(root: string, names: readonly string[]): Promise<(string | undefined)[]> {
  if (names.length === 0) return [];
  const child = start(root, ["cat-file", "--batch"], ["pipe", "pipe", "ignore"]);
  child.stdin?.on("error", () => {});
  child.stdin?.end(names.map((name) => `${name}\n`).join(""));
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => child.once("close", resolve));
  const all = Buffer.concat(chunks);
  let at = 0;
  return names.map(() => {
    const end = all.indexOf("\n", at);
    const header = /^\S+ (\w+) (\d+)$/.exec(all.toString("utf8", at, end));
    at = end < 0 ? all.length : end + 1;
    if (!header) return undefined;
    const size = Number(header[2]);
    const content = at;
    at += size + 1;
    return header[1] === "blob" && size <= MAX_BLOB
      ? all.toString("utf8", content, content + size)
      : undefined;
  });
}

async function writeBlob(root: string, text: string): Promise<string> {
  return done(root, ["hash-object", "-w", "--no-filters", "--stdin"], text);
}

async function done(root: string, args: readonly string[], input: string): Promise<string> {
  const answer = await change(root, args, { input });
  if (answer.code !== 0) throw gitFailure(args, answer.stderr);
  return answer.stdout.trim();
}
