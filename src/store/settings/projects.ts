/** The repositories in which this user has worked in sessions: a line each, in the user's own folder for state. */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { environment } from "../../surroundings.ts";
import { appendText, readSmall } from "../files.ts";
import { userFolder } from "./user.ts";

const projectsFile = (env: NodeJS.ProcessEnv) => path.join(userFolder("state", env), "projects");

/** Each once, in the order in which they came; none where nothing can be read. */
export async function knownProjects(env: NodeJS.ProcessEnv = environment()): Promise<string[]> {
  const text = await readSmall(projectsFile(env)).catch(() => undefined);
  return [...new Set((text ?? "").split("\n").filter((line) => path.isAbsolute(line)))];
}

/** Notes where a repository is. Where that cannot be, only a list over all of them misses it. */
export async function rememberProject(folder: string, env: NodeJS.ProcessEnv = environment()): Promise<void> {
  if (folder.includes("\n") || (await knownProjects(env)).includes(folder)) return;
  const file = projectsFile(env);
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await appendText(file, `${folder}\n`);
  } catch {
    // A home that is not ours to write.
  }
}
