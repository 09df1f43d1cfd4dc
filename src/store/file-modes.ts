/** Sets the mode of files: for this user only, or for the group with which git shares the repository. */
import { chmodSync, constants, lstatSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";

const PRIVATE = 0o600;

/** Flags for opening a file: do not follow links, and do not wait for a FIFO. */
const CAREFUL = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Flags to open a file for reading and for appending. */
export const READ = constants.O_RDONLY | CAREFUL;
export const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | CAREFUL;

/** Opens a file for writing, private unless its folder is shared. */
export async function openShared(file: string, flags: string | number, mode = PRIVATE): Promise<FileHandle> {
  const handle = await open(file, flags, mode);
  const { mode: around } = lstatSync(path.dirname(file));
  // Sets the mode again, because the umask removes bits that it needs. Another user's file keeps its mode.
  if (around & 0o2000) await handle.chmod(mode | (around & 0o066)).catch(() => {});
  return handle;
}

/** Sets the mode of a new folder: the mode of its parent, or the mode that git uses. */
export function shareFolder(folder: string): void {
  const around = path.dirname(folder);
  const isTop = path.basename(folder) === "sessions" && lstatSync(path.join(around, "HEAD"), QUIET)?.isFile();
  const shared = isTop ? bitsByGit(around) : lstatSync(around).mode & 0o2066;
  if (shared & 0o2000) chmodSync(folder, 0o2700 | shared | ((shared & 0o044) >> 2));
}

const QUIET = { throwIfNoEntry: false } as const;

/**
 * Returns the mode bits that git uses in a shared repository. Reads `core.sharedRepository` from the file,
 * because asking git costs a process. @see git-config(1)
 */
function bitsByGit(commonDir: string): number {
  const text = readFileSync(path.join(commonDir, "config"), "utf8");
  const core = text.split(/^\s*\[/m).filter((each) => /^core\]/i.test(each));
  const value = core
    .flatMap((each) => [...each.matchAll(/^\s*sharedrepository\s*(?:=\s*([^\s#;]*)|$)/gim)])
    .at(-1);
  if (!value) return 0;
  const word = (value[1] ?? "true").replaceAll('"', "").toLowerCase();
  if (/^(?:group|true|yes|on|1)$/.test(word)) return 0o2060;
  if (/^(?:all|world|everybody|2)$/.test(word)) return 0o2064;
  return /^0[0-7]{3}$/.test(word) ? 0o2000 | (Number.parseInt(word, 8) & 0o066) : 0;
}
