import { access } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { writeAtomic } from "../store/files.ts";

/** Writes a file that the user named, whole or not at all. Failure `file-exists` unless `force`. */
export async function writeOutput(file: string, text: string, force: boolean): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists && !force)
    throw new Failure("file-exists", `${path.basename(file)} exists already`, {
      hint: "--force replaces it",
    });
  await writeAtomic(file, text, { mode: 0o644 });
}
