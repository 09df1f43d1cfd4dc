/**
 * Shows long text in the user's pager, chosen as git does: GIT_PAGER, core.pager, PAGER, less. See
 * git-var(1).
 */
import { spawn } from "node:child_process";
import { ask } from "../git/read.ts";
import { environment, onSignals, surroundings } from "../surroundings.ts";

/** Exit codes with which a shell reports that it cannot run a program. */
const NOT_RUN = [126, 127];

/**
 * Shows a text in the pager until the user leaves it. Returns false if no pager is set, or if it cannot
 * start.
 */
export async function shownInPager(text: string): Promise<boolean> {
  const given = environment();
  // Reads the setting itself: `git var GIT_PAGER` would return `cat`, because this program runs git with its
  // pager turned off.
  const core = ask(surroundings().cwd(), ["config", "--get", "core.pager"]);
  const pager = given.GIT_PAGER ?? ((await core).stdout.trim() || (given.PAGER ?? "less"));
  if (pager === "" || pager === "cat") return false;
  // Sets git's defaults for less: quit if one screen is enough, keep colors, do not clear the screen.
  const env = { ...given, LESS: given.LESS ?? "FRX", LV: given.LV ?? "-c" };
  const child = spawn(pager, { shell: true, stdio: ["pipe", "inherit", "inherit"], env });
  // Ignores Ctrl-C: the terminal sends it to the pager as well.
  const release = onSignals(() => {}, ["SIGINT"]);
  const ended = new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code) => resolve(code ?? 0));
  });
  // Leaving the pager early closes its input, which is no error.
  child.stdin.on("error", () => {});
  child.stdin.end(text);
  return !NOT_RUN.includes(await ended.finally(release));
}
