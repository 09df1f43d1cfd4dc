import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { filedValue } from "../cli/filed.ts";
import { unarchive } from "../record/keeping.ts";
import { bold } from "../terminal/style.ts";

export const about: About = {
  name: "unarchive",
  group: "Keep order",
  order: 70,
  summary: "Show an archived session in lists again",
  description: "Shows an archived session in lists again, also one that was archived by its age.",
  examples: [["session unarchive k3f9", "back in session list"]],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or the start of one, branch, or title")
    .does(async ({ place: open, out }, name) => {
      const filed = await unarchive(await open({ bare: true }), name);
      const { title, id } = filed.context;
      out.data(
        `${bold(title)} (${id}) ${filed.changed ? "is in lists again" : "is in lists again"}.`,
        filedValue(filed),
      );
    });
}
