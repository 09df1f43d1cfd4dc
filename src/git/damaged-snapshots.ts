/**
 * Reads snapshots one by one with one git process, for repositories in which git cannot list all of
 * them because some are damaged.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { readObjects } from "./cat-file.ts";
import { ask } from "./read.ts";

/** Maximum bytes of a snapshot message to read. */
const MAX_COMMIT = 1024 * 1024;

/** The object to which a snapshot ref points. */
export interface FoundCommit {
  readonly ref: string;
  readonly oid: string;
  /** Type of the object, such as `commit`; else `damaged`, `missing` or `too large`. */
  readonly kind: string;
  /** Content of a readable commit, decoded as Latin-1: one character per byte. */
  readonly text?: string;
  /** Path of a damaged loose object. */
  readonly file?: string;
}

/** Returns the object of each line `<object id> <ref>`, in line order. */
export async function commitsBehind(root: string, refs: Buffer): Promise<FoundCommit[]> {
  const lines = refs.toString("latin1").split("\n").filter(Boolean);
  const pairs = lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]);
  const oids = pairs.map(([oid = ""]) => oid);
  const objects = await readObjects(root, oids, MAX_COMMIT, "latin1");
  const isBad = (each: (typeof objects)[number]) => !each || each.type === "damaged";
  const folder = objects.some(isBad)
    ? (await ask(root, ["rev-parse", "--git-path", "objects"])).stdout.trim()
    : "";
  return pairs.map(([oid = "", ref = ""], at) => {
    const { type = "missing", text } = objects[at] ?? {};
    if (isBad(objects[at])) {
      // git reports an unreadable loose object as missing, and will not overwrite it.
      const file = path.join(folder, oid.slice(0, 2), oid.slice(2));
      return existsSync(path.resolve(root, file))
        ? { ref, oid, kind: "damaged", file }
        : { ref, oid, kind: type };
    }
    if (type !== "commit") return { ref, oid, kind: type };
    return text === undefined ? { ref, oid, kind: "too large" } : { ref, oid, kind: type, text };
  });
}

/**
 * Returns the output of `SNAPSHOTS_QUERY` for readable commits. For unreadable commits, the time is empty and
 * the message states the error.
 */
export async function readableSnapshots(root: string, refs: Buffer): Promise<Buffer> {
  const found = await commitsBehind(root, refs);
  const records = found.map(({ ref, oid, kind, text }) => {
    if (text === undefined) return `${oid} ${ref}\0\0${kind}\0\n`;
    const end = text.indexOf("\n\n");
    const [, made = ""] = /^committer .* (\d+) [+-]\d+$/m.exec(text.slice(0, end)) ?? [];
    const [message] = text.slice(end < 0 ? text.length : end + 2).split("\0", 1);
    return `${oid} ${ref}\0${made}\0${message}\0\n`;
  });
  return Buffer.from(records.join(""), "latin1");
}
