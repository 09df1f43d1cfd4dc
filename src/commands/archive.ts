import type { Command } from "commander";
import { bold } from "../terminal/style.ts";
import { archive } from "../workflows/keeping.ts";
import { type Act, examples, filedValue } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("archive")
    .summary("hide an ended session from lists")
    .description(
      "Hides an ended session from lists; nothing of it is lost. `session resume` takes it up again.",
    )
    .argument("<session>", "id or the start of one, branch, or title")
    .addHelpText(
      "after",
      examples([["session archive k3f9", "not in session list any more, but in list --all"]]),
    )
    .action(
      act(async ({ place: open, out }, name: string) => {
        const filed = await archive(await open({ bare: true }), name);
        const { title, id } = filed.context;
        out.data(
          `${bold(title)} (${id}) ${filed.changed ? "is archived" : "was archived before"}.`,
          filedValue(filed),
        );
      }),
    );
}
