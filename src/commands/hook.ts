import type { Command } from "commander";
import { amend, fold, refresh, squash } from "../workflows/hook.ts";
import { pushAlong } from "../workflows/push.ts";
import type { Act } from "./call.ts";

/** git waits for its hooks, so nothing may take longer, in milliseconds; a push talks to somebody. */
const LIMIT = 5_000;
const PUSH_LIMIT = 30_000;

export function define(program: Command, act: Act): void {
  program
    .command("hook")
    .summary("what git's hooks leave to the program")
    .description("Called by the hooks that `session hooks install` puts in place; not made to be typed.")
    .addArgument(
      program.createArgument("<what>", "what to do").choices(["squash", "fold", "amend", "refresh", "push"]),
    )
    .argument("[file]", "the commit message; push: the remote")
    .argument("[more...]", "squash: what comments begin with; push: branches, as full refs")
    .action(
      act(async ({ place: open }, what: string, file: string, more: string[]) => {
        setTimeout(() => process.exit(1), what === "push" ? PUSH_LIMIT : LIMIT).unref();
        const place = await open({ silent: true });
        if (what === "refresh") await refresh(place);
        else if (what === "squash") await squash(place, file, more[0] ?? "");
        else if (what === "fold") await fold(place, file);
        else if (what === "push") await pushAlong(place, file, more);
        else await amend(place, file);
      }),
    );
}
