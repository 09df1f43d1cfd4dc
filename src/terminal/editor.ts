/** Runs the user's editor on a file or text. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { read } from "../git/read.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { environment, invalidateReads } from "../surroundings.ts";
import { canAsk } from "./prompt.ts";

/**
 * Opens an editor on a temporary file with the text, and returns the edited text.
 * @throws Failure `usage` without a terminal, `editor-failed` if the editor cannot start or exits with an
 * error
 */
export async function editText(place: Place, text: string): Promise<string> {
  if (!canAsk()) throw new Failure("usage", "no text was given, and there is no terminal for an editor");
  const folder = await mkdtemp(path.join(os.tmpdir(), "session-edit-"));
  const file = path.join(folder, "EDIT.md");
  try {
    await writeFile(file, `${text}\n`, { mode: 0o600 });
    await openInEditor(place, file, "; nothing was changed");
    return await readFile(file, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Opens an editor on a file or a folder and waits until it exits. `consequence`: text to append to the
 * error message.
 * @throws Failure `usage` without a terminal, `editor-failed` if the editor cannot start or exits with an
 * error
 */
export async function openInEditor(place: Place, file: string, consequence = ""): Promise<void> {
  if (!canAsk()) throw new Failure("usage", "there is no terminal for an editor");
  const editor = (await read(place.repository.root, ["var", "GIT_EDITOR"])).trim();
  const code = await run(editor, file);
  if (code !== 0)
    throw new Failure("editor-failed", `the editor (${editor}) ended with ${code}${consequence}`);
}

/**
 * Runs the editor through a shell, as git does, because its command may have arguments. Returns the exit
 * code.
 * @see git-var(1), GIT_EDITOR
 */
function run(editor: string, file: string): Promise<number> {
  const child = spawn("sh", ["-c", `${editor} "$@"`, editor, file], { stdio: "inherit", env: environment() });
  return new Promise((resolve, reject) => {
    child.on("error", (error) =>
      reject(new Failure("editor-failed", `the editor (${editor}) could not be started: ${error.message}`)),
    );
    child.on("close", (code) => {
      invalidateReads();
      resolve(code ?? 1);
    });
  });
}
