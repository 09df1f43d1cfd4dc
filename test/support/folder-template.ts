/** A folder kept in memory, and written for each test that needs a copy. */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

interface Entry {
  readonly name: string;
  readonly mode: number;
  /** The bytes of a file, the target of a link; undefined for a folder. */
  readonly content?: Buffer | string;
}

export interface Template {
  readonly base: string;
  readonly entries: readonly Entry[];
  /** Work trees: their index knows the files of the template and not those of a copy. */
  readonly workTrees: readonly string[];
}

export function readTemplate(base: string): Template {
  const names = readdirSync(base, { recursive: true, encoding: "utf8" }).sort();
  const entries = names.map((name): Entry => {
    const file = path.join(base, name);
    const status = lstatSync(file);
    if (status.isDirectory()) return { name, mode: status.mode };
    const content = status.isSymbolicLink() ? readlinkSync(file) : readFileSync(file);
    return { name, mode: status.mode, content };
  });
  // Of linked worktrees `.git` is a file.
  const workTrees = names
    .filter((name) => path.basename(name) === ".git")
    .map((name) => path.join("..", name, ".."));
  return { base, entries, workTrees };
}

/** Writes a copy, and replaces the template's path by the copy's, which has the same length. */
export function writeTemplate({ base, entries }: Template, target: string): void {
  if (base.length !== target.length) throw new Error(`${target} is not as long as ${base}`);
  for (const { name, mode, content } of entries) {
    const file = path.join(target, name);
    if (content === undefined) mkdirSync(file, { mode });
    else if (typeof content === "string") symlinkSync(content.replace(base, target), file);
    else writeFileSync(file, content.includes(base) ? renamed(content, base, target) : content, { mode });
  }
}

function renamed(content: Buffer, base: string, target: string): Buffer {
  return Buffer.from(content.toString("latin1").replaceAll(base, target), "latin1");
}
