import type { Command } from "commander";
import { recordNote } from "../workflows/record.ts";
import { type Act, examples } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("note")
    .summary("a note for whoever works here next")
    .description("Keeps a note with this session; briefs and handoffs show it.")
    .argument("<text>")
    .addHelpText("after", examples([['session note "the staging token expires on Friday"', ""]]))
    .action(
      act(async ({ place: open, out }, text: string) => {
        await recordNote(await open(), text);
        out.data("Noted.", { note: text });
      }),
    );
}
