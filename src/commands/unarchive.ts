import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { filedValue } from "../cli/session-argument.ts";
import { unarchive } from "../record/metadata.ts";
import { bold } from "../terminal/style.ts";

export const about: About = {
  name: "unarchive",
  group: "Keep order",
  order: 70,
  summary: "Show an archived session in lists again",
  description: "Shows an archived session in lists again, also one archived because of its age.",
  examples: [["session unarchive k3f9", "show it in session list"]],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or its start, branch, or title")
    .does(async ({ place: open, out }, name) => {
      const filed = await unarchive(await open({ bare: true }), name);
      const { title, id } = filed.context;
      out.done(
        `${bold(title)} (${id}) ${filed.changed ? "is unarchived" : "was not archived"}.`,
        filedValue(filed),
        id,
      );
    });
}
