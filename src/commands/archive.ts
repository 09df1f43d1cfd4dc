import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { filedValue } from "../cli/filed.ts";
import { archive } from "../record/keeping.ts";
import { bold } from "../terminal/style.ts";

export const about: About = {
  name: "archive",
  group: "Keep order",
  order: 60,
  summary: "Hide an ended session from lists",
  description:
    "Hides an ended session from lists; nothing of it is lost. `session resume` takes it up again.",
  examples: [["session archive k3f9", "not in session list any more, but in list --all"]],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or the start of one, branch, or title")
    .does(async ({ place: open, out }, name) => {
      const filed = await archive(await open({ bare: true }), name);
      const { title, id } = filed.context;
      out.data(
        `${bold(title)} (${id}) ${filed.changed ? "is archived" : "was archived before"}.`,
        filedValue(filed),
      );
    });
}
