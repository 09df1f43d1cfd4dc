/** Finds the folder in which the user's shell stands: no command removes it. */
import { realpathSync } from "node:fs";
import path from "node:path";
import { surroundings } from "../surroundings.ts";

/**
 * Returns the path of the user's folder from the top of a work tree, empty for the top itself. Undefined if
 * the folder is outside of the work tree, or gone.
 */
export function userFolder(root: string): string | undefined {
  try {
    const names = path.relative(realpathSync(root), realpathSync(surroundings().cwd())).split(path.sep);
    return names[0] === ".." || path.isAbsolute(names.join(path.sep)) ? undefined : names.join("/");
  } catch {
    return undefined;
  }
}
