import path from "node:path";
import type { Repository } from "../git/repository.ts";
import { rememberProject } from "../store/settings/projects.ts";

/** Records a repository for lists over all repositories, by the folder that its linked worktrees share. */
export function rememberRepository({ commonDir, root }: Repository): Promise<void> {
  return rememberProject(path.basename(commonDir) === ".git" ? path.dirname(commonDir) : root);
}
