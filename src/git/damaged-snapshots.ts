/** Snapshots where some cannot be read: git gives up on a list of refs then, and is asked for each commit by one process. */
import { existsSync } from "node:fs";
import path from "node:path";
import { readObjects } from "./cat-file.ts";
import { ask } from "./read.ts";

/** Larger messages than this nobody wrote, in bytes. */
const MAX_COMMIT = 1024 * 1024;

export interface FoundCommit {
  readonly ref: string;
  readonly oid: string;
  /** What is there: `commit`, or another kind of object, `damaged`, `missing`, or `too large`. */
  readonly kind: string;
  /** Of a commit that can be read, as git stores it, a character a byte. */
  readonly text?: string;
  /** Of one that is damaged: the file that is to blame, where it is one of its own. */
  readonly file?: string;
}

/** What stands behind each line `<object id> <ref>`, in the order of the lines. */
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
      // git says of one whose file makes no sense at all that it is missing; it does not write another one beside it.
      const file = path.join(folder, oid.slice(0, 2), oid.slice(2));
      return existsSync(path.resolve(root, file))
        ? { ref, oid, kind: "damaged", file }
        : { ref, oid, kind: type };
    }
    if (type !== "commit") return { ref, oid, kind: type };
    return text === undefined ? { ref, oid, kind: "too large" } : { ref, oid, kind: type, text };
  });
}

/** The same as `SNAPSHOTS_QUERY` says, where each commit can be read. What cannot has no time, and as message what it is. */
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
