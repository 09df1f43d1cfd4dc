/** Everything that a command may change in a repository. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";

/** The parts of a repository that a command may change: `refs` of git and the user, `snapshots` of sessions. */
export type Part = "head" | "refs" | "snapshots" | "index" | "files" | "stash" | "config";

/** A work tree in which git runs. */
interface WorkTree {
  readonly root: string;
  run(program: string, args: readonly string[]): Promise<{ readonly stdout: string }>;
}

type RepositoryState = Readonly<Record<Part, string>>;

/** Returns the complete state of a repository. Works without a commit, and with names of any bytes. */
export async function repositoryState(s: WorkTree): Promise<RepositoryState> {
  return (await stateAndFolder(s)).state;
}

/** Returns one text of the state of a repository and of the objectives of its sessions. */
export async function fingerprint(s: WorkTree): Promise<string> {
  const { state, common } = await stateAndFolder(s);
  const sessions = path.join(common, "sessions");
  const isFolder = lstatSync(sessions, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const names = isFolder ? readdirSync(sessions, { recursive: true, encoding: "utf8" }) : [];
  const lists = names.filter((name) => path.basename(name) === "objectives.md").sort();
  return JSON.stringify([state, lists.map((name) => textOf(path.join(sessions, name)))], undefined, 1);
}

/** `common`: git's folder, which linked worktrees share. */
async function stateAndFolder(s: WorkTree): Promise<{ state: RepositoryState; common: string }> {
  const said = async (...args: string[]) => (await s.run("git", args)).stdout;
  const [folders, commits, index] = await Promise.all([
    said("rev-parse", "--absolute-git-dir", "--git-common-dir"),
    said("show-ref", "--head"),
    said("ls-files", "-v", "--stage"),
  ]);
  const [own = "", common = ""] = folders.split("\n").map((each) => path.resolve(s.root, each));
  const of = (wanted: (ref: string) => boolean) =>
    commits
      .split("\n")
      .filter((line) => wanted(line.slice(line.indexOf(" ") + 1)))
      .join("\n");
  const state = {
    head: textOf(path.join(own, "HEAD")) + of((ref) => ref === "HEAD"),
    refs: of((ref) => !/^(HEAD|refs\/stash|refs\/sessions\/.*)$/.test(ref)),
    snapshots: of((ref) => ref.startsWith("refs/sessions/")),
    index,
    files: filesBelow(Buffer.from(s.root)).sort().join("\n"),
    stash: textOf(path.join(common, "logs/refs/stash")),
    config: textOf(path.join(common, "config")),
  };
  return { state, common };
}

/** Returns a line for each file and folder, with its mode and content. */
function filesBelow(root: Buffer, folder = root): string[] {
  return readdirSync(folder, { encoding: "buffer" }).flatMap((name) => {
    if (name.equals(GIT)) return [];
    const file = Buffer.concat([folder, SLASH, name]);
    const status = lstatSync(file);
    const content = status.isFile() ? checksum(file) : status.isSymbolicLink() ? readlinkSync(file) : "";
    const line = `${file.subarray(root.length + 1).toString("latin1")} ${status.mode.toString(8)} ${content}`;
    return status.isDirectory() ? [line, ...filesBelow(root, file)] : [line];
  });
}

const GIT = Buffer.from(".git");
const SLASH = Buffer.from("/");

function checksum(file: Buffer): string {
  return createHash("sha1").update(readFileSync(file)).digest("hex");
}

/** Returns the text of a file; none without the file. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
