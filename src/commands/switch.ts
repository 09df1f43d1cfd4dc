import type { Command } from "commander";
import { switchLines } from "../terminal/switch.ts";
import { workLines } from "../terminal/work.ts";
import { switchTo } from "../workflows/switch.ts";
import { type Act, examples } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("switch")
    .summary("change to another session, or branch")
    .description(
      "Puts the unfinished work of this session away, checks the branch of the other one out, brings its own work back and says where it stands; a paused session is active again. Works for a branch without a session too, where changes go along as git carries them.",
    )
    .argument("<session>", "branch, id or the start of one, title, or - for the branch before this one")
    .option("--keep", "take changes along as git does, instead of putting them away with their session")
    .addHelpText(
      "after",
      examples([
        ["session switch feature/login", "a session, by its branch"],
        ["session switch k3f9", "the same, by the start of its id"],
        ["session switch -", "back to the branch before this one"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, name: string, options: { keep?: boolean }) => {
        const { warnings, away, back, ...switched } = await switchTo(await open(), name, options.keep);
        for (const warning of warnings) out.warn(warning);
        out.say(
          `${switched.switched ? "Switched to" : "Already on"} ${switched.branch}.${switched.resumed ? " The session was paused, and is active again." : ""}`,
        );
        for (const line of workLines({ ...(away && { away }), ...(back && { back }) })) out.say(line);
        const { ended } = switched;
        if (ended)
          out.say(`Its session ${ended.title} has ended: session resume ${ended.id} takes it up again.`);
        out.data(switchLines(switched.status, out.emoji), {
          ...switched,
          away: away ?? null,
          back: back ?? null,
        });
      }),
    );
}
