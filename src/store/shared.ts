/** Who may read and write files of ours: this user alone, or those with whom git shares the repository. */
import { chmodSync, constants, lstatSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";

const PRIVATE = 0o600;

/** A link is not followed, and a FIFO does not make us wait. */
const CAREFUL = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** How a file of ours is opened to read it, and to add to it. */
export const READ = constants.O_RDONLY | CAREFUL;
export const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | CAREFUL;

/** Opens a file to write it, private unless the folder around it is shared. */
export async function openShared(file: string, flags: string | number, mode = PRIVATE): Promise<FileHandle> {
  const handle = await open(file, flags, mode);
  const { mode: around } = lstatSync(path.dirname(file));
  // The umask takes bits away that are named above. A file of another user's has its mode.
  if (around & 0o2000) await handle.chmod(mode | (around & 0o066)).catch(() => {});
  return handle;
}

/** Gives a folder that was just made the mode of the folder around it, or the one that git gives its own. */
export function shareFolder(folder: string): void {
  const around = path.dirname(folder);
  const isTop = path.basename(folder) === "sessions" && lstatSync(path.join(around, "HEAD"), QUIET)?.isFile();
  const shared = isTop ? bitsByGit(around) : lstatSync(around).mode & 0o2066;
  if (shared & 0o2000) chmodSync(folder, 0o2700 | shared | ((shared & 0o044) >> 2));
}

const QUIET = { throwIfNoEntry: false } as const;

/**
 * Reads `core.sharedRepository` in the file where git writes it: asking git costs a process.
 * @see https://git-scm.com/docs/git-config#Documentation/git-config.txt-coresharedRepository
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
