/** Stores the list of repositories with sessions of this user: one line each, in the user's state folder. */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { environment } from "../../surroundings.ts";
import { appendText, readSmall } from "../files.ts";
import { userFolder } from "./user.ts";

const projectsFile = (env: NodeJS.ProcessEnv) => path.join(userFolder("state", env), "projects");

/** Returns the repositories, each once, oldest first; an empty list if the file is unreadable. */
export async function knownProjects(env: NodeJS.ProcessEnv = environment()): Promise<string[]> {
  const text = await readSmall(projectsFile(env)).catch(() => undefined);
  return [...new Set((text ?? "").split("\n").filter((line) => path.isAbsolute(line)))];
}

/** Adds a repository to the list. After a failure, lists over all repositories lack it. */
export async function rememberProject(folder: string, env: NodeJS.ProcessEnv = environment()): Promise<void> {
  if (folder.includes("\n") || (await knownProjects(env)).includes(folder)) return;
  const file = projectsFile(env);
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await appendText(file, `${folder}\n`);
  } catch {
    // Ignores the error of a home folder that is not writable.
  }
}
