import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { filedValue } from "../cli/filed.ts";
import { ALLOW } from "../cli/options.ts";
import { rename } from "../record/keeping.ts";
import { bold } from "../terminal/style.ts";

export const about: About = {
  name: "rename",
  aliases: ["name"],
  group: "Keep order",
  order: 30,
  summary: "Give a session another title",
  description: "Changes the title of a session, of an ended one too. Its branch keeps its name.",
  examples: [['session rename @ "Google login"', "the one of this branch"]],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or the start of one, branch, title, @ or -")
    .argument("<title>", "1 to 256 characters")
    .option(...ALLOW)
    .does(async ({ place: open, out }, name, title) => {
      const filed = await rename(await open({ bare: true }), name, title);
      out.data(`${bold(filed.context.title)} (${filed.context.id})`, filedValue(filed));
    });
}
