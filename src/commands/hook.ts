import type { Command } from "commander";
import { amend, fold, refresh, squash } from "../workflows/hook.ts";
import type { Act } from "./call.ts";

/** git waits for its hooks, so nothing may take longer, in milliseconds. */
const LIMIT = 5000;

export function define(program: Command, act: Act): void {
  program
    .command("hook")
    .summary("what git's hooks leave to the program")
    .description("Called by the hooks that `session hooks install` puts in place; not made to be typed.")
    .addArgument(
      program.createArgument("<what>", "what to do").choices(["squash", "fold", "amend", "refresh"]),
    )
    .argument("[file]", "the commit message")
    .argument("[comment]", "what its comments begin with")
    .action(
      act(async ({ place: open }, what: string, file = "", comment = "") => {
        setTimeout(() => process.exit(1), LIMIT).unref();
        const place = await open({ silent: true });
        if (what === "refresh") await refresh(place);
        else if (what === "squash") await squash(place, file, comment);
        else if (what === "fold") await fold(place, file);
        else await amend(place, file);
      }),
    );
}
