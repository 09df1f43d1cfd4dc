import type { Command } from "commander";
import { bold } from "../terminal/style.ts";
import { rename } from "../workflows/keeping.ts";
import { type Act, ALLOW, examples, filedValue } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("rename")
    .alias("name")
    .summary("give a session another title")
    .description("Changes the title of a session, of an ended one too. Its branch keeps its name.")
    .argument("<session>", "id or the start of one, branch, title, @ or -")
    .argument("<title>", "1 to 256 characters")
    .option(...ALLOW)
    .addHelpText("after", examples([['session rename @ "Google login"', "the one of this branch"]]))
    .action(
      act(async ({ place: open, out }, name: string, title: string) => {
        const filed = await rename(await open({ bare: true }), name, title);
        out.data(`${bold(filed.context.title)} (${filed.context.id})`, filedValue(filed));
      }),
    );
}
