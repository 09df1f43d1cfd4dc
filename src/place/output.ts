import { existsSync } from "node:fs";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { writeAtomic } from "../store/files.ts";
import { shellWord } from "../text/shell.ts";

/**
 * Writes a file that the user named, whole or not at all.
 * @throws Failure `file-exists` without `force`, `no-folder`
 */
export async function writeOutput(file: string, text: string, force: boolean): Promise<void> {
  refuseExisting(file, force);
  const folder = path.dirname(file);
  if (!existsSync(folder))
    throw new Failure("no-folder", `the folder ${folder} does not exist`, {
      hint: `mkdir -p ${shellWord(folder)}`,
    });
  await writeAtomic(file, text, { mode: 0o644 });
}

/**
 * Refuses an existing file without `force`.
 * @throws Failure `file-exists`
 */
export function refuseExisting(file: string, force: boolean): void {
  if (force || !existsSync(file)) return;
  throw new Failure("file-exists", `${path.basename(file)} already exists`, { hint: "--force" });
}
