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
    "Hides an ended session from lists. Nothing is lost: session list --all shows it, session unarchive brings it back.",
  examples: [["session archive k3f9", "hide it; list --all still shows it"]],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or its start, branch, or title")
    .does(async ({ place: open, out }, name) => {
      const filed = await archive(await open({ bare: true }), name);
      const { title, id } = filed.context;
      out.data(
        `${bold(title)} (${id}) ${filed.changed ? "is archived" : "was already archived"}.`,
        filedValue(filed),
      );
    });
}
