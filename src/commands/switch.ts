import type { Command } from "commander";
import { switchLines } from "../terminal/switch.ts";
import { switchTo } from "../workflows/switch.ts";
import { type Act, examples } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("switch")
    .summary("change to another session, or branch")
    .description(
      "Checks the branch of a session out and says where it stands; a paused session is active again. Works for a branch without a session too.",
    )
    .argument("<session>", "branch, id or the start of one, title, or - for the branch before this one")
    .addHelpText(
      "after",
      examples([
        ["session switch feature/login", "a session, by its branch"],
        ["session switch k3f9", "the same, by the start of its id"],
        ["session switch -", "back to the branch before this one"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, name: string) => {
        const { warnings, ...switched } = await switchTo(await open(), name);
        for (const warning of warnings) out.warn(warning);
        out.say(
          `${switched.switched ? "Switched to" : "Already on"} ${switched.branch}.${switched.resumed ? " The session was paused, and is active again." : ""}`,
        );
        const { ended } = switched;
        if (ended)
          out.say(`Its session ${ended.title} has ended: session resume ${ended.id} takes it up again.`);
        out.data(switchLines(switched.status, out.emoji), switched);
      }),
    );
}
