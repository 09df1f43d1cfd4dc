import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { ALLOW, choice } from "../cli/options.ts";
import { Failure } from "../session/failure.ts";
import { pullRequest } from "../views/pr.ts";

export const about: About = {
  name: "pr",
  aliases: ["pull-request"],
  group: "Move",
  order: 30,
  pager: true,
  summary: "Print the text of a pull request for a session",
  description:
    "Prints what was done, decided and checked, and what to review. The last paragraph is the record, so a squash merge with this description keeps it. It creates nothing.",
  examples: [
    ['session pr | gh pr create --title "$(session pr --title)" --body-file -', "create one on GitHub"],
    ['glab mr create --title "$(session pr --title)" --description "$(session pr)"', "create one on GitLab"],
    ["session pr | gh pr edit --body-file -", "update one"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or its start, branch, title, @ or - (default: this branch's)")
    .option("--title", "print only the title")
    .addOption(choice("--format <format>", "set the output format", ["markdown", "json"], "markdown"))
    .option(...ALLOW)
    .does(async ({ place: open, out }, name, options) => {
      if (options.title && options.format === "json")
        throw new Failure("usage", "--title cannot be used with --format json, which already has the title");
      const { request, problems } = await pullRequest(await open(), name);
      for (const problem of problems) out.warn(problem);
      if (options.title) return out.data(request.title, { title: request.title }, true);
      const text = options.format === "json" ? `${JSON.stringify(request, null, 2)}\n` : request.body;
      out.data(text, request, true);
    });
}
