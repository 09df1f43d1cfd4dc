/** Runs the user's editor on a file or text. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { environment, invalidateReads } from "../surroundings.ts";

/**
 * Opens an editor on a temporary file with the text, and returns the edited text.
 * @throws Failure `editor-failed` if the editor cannot start or exits with an error
 */
export async function editText(editor: string, text: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "session-edit-"));
  const file = path.join(folder, "EDIT.md");
  try {
    await writeFile(file, `${text}\n`, { mode: 0o600 });
    await openInEditor(editor, file, "; nothing was changed");
    return await readFile(file, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Opens an editor on a file or a folder and waits until it exits. `consequence`: text to append to the
 * error message.
 * @throws Failure `editor-failed` if the editor cannot start or exits with an error
 */
export async function openInEditor(editor: string, file: string, consequence = ""): Promise<void> {
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
