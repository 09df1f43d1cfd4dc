import type { Command } from "commander";
import { dim } from "../terminal/style.ts";
import { contextOf, tag } from "../workflows/keeping.ts";
import { type Act, ALLOW, examples, filedValue } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("tag")
    .summary("tags of a session")
    .description("Adds tags to a session, or removes them; lists them where none is named.")
    .argument("<session>", "id or the start of one, branch, title, @ or -")
    .argument("[tag...]", "up to 100 characters each, no commas")
    .option(...ALLOW)
    .option("--remove", "take these tags away")
    .addHelpText(
      "after",
      examples([
        ["session tag @ security", "one more"],
        ["session tag k3f9 security --remove", "not any more"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, name: string, tags: string[], options: { remove?: boolean }) => {
        const place = await open({ bare: true });
        if (tags.length === 0) {
          const { tags: all } = await contextOf(place, name);
          return out.data(all.length > 0 ? all.join("\n") : dim("No tags."), all);
        }
        const filed = await tag(place, name, tags, options.remove ?? false);
        out.data(filed.context.tags.join("\n"), filedValue(filed));
      }),
    );
}
