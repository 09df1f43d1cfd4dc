/** Locates the user's own files for all repositories. */

import path from "node:path";
import { environment } from "../../surroundings.ts";

/**
 * Returns `$XDG_CONFIG_HOME/session` or `$XDG_STATE_HOME/session`. Ignores relative values, as the XDG Base
 * Directory Specification requires.
 */
export function userFolder(kind: "config" | "state", env: NodeJS.ProcessEnv = environment()): string {
  const home = env.HOME || env.USERPROFILE || "/";
  const [given = "", usual] =
    kind === "config" ? [env.XDG_CONFIG_HOME, ".config"] : [env.XDG_STATE_HOME, path.join(".local", "state")];
  return path.join(path.isAbsolute(given) ? given : path.join(home, usual), "session");
}
