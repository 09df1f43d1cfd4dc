import type { Command } from "commander";
import { bold } from "../terminal/style.ts";
import { unarchive } from "../workflows/keeping.ts";
import { type Act, examples, filedValue } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("unarchive")
    .summary("show an archived session in lists again")
    .description("Shows an archived session in lists again, also one that was archived by its age.")
    .argument("<session>", "id or the start of one, branch, or title")
    .addHelpText("after", examples([["session unarchive k3f9", "back in session list"]]))
    .action(
      act(async ({ place: open, out }, name: string) => {
        const filed = await unarchive(await open({ bare: true }), name);
        const { title, id } = filed.context;
        out.data(
          `${bold(title)} (${id}) ${filed.changed ? "is in lists again" : "is in lists again"}.`,
          filedValue(filed),
        );
      }),
    );
}
