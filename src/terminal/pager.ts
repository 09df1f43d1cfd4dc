/** Shows a long text in the user's pager, as git does: GIT_PAGER, core.pager, PAGER, less. */
import { spawn } from "node:child_process";
import { ask } from "../git/read.ts";
import { environment, onSignals, surroundings } from "../surroundings.ts";

/** What a shell says of a program that it cannot run. */
const NOT_RUN = [126, 127];

/** Shows a text until somebody leaves the pager. Returns false where there is none, or it cannot be started. */
export async function shownInPager(text: string): Promise<boolean> {
  const given = environment();
  // Not `git var GIT_PAGER`: git is run without a pager here, and says so.
  const core = ask(surroundings().cwd(), ["config", "--get", "core.pager"]);
  const pager = given.GIT_PAGER ?? ((await core).stdout.trim() || (given.PAGER ?? "less"));
  if (pager === "" || pager === "cat") return false;
  // git's own defaults: quit if one screen is enough, keep colors, leave the screen as it is.
  const env = { ...given, LESS: given.LESS ?? "FRX", LV: given.LV ?? "-c" };
  const child = spawn(pager, { shell: true, stdio: ["pipe", "inherit", "inherit"], env });
  // Ctrl-C is for the pager, which has the terminal.
  const release = onSignals(() => {}, ["SIGINT"]);
  const ended = new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code) => resolve(code ?? 0));
  });
  // Whoever leaves the pager early has seen enough.
  child.stdin.on("error", () => {});
  child.stdin.end(text);
  return !NOT_RUN.includes(await ended.finally(release));
}
