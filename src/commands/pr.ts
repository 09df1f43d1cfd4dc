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
  summary: "Print the text of a pull request for a session",
  description:
    "What was done, decided and checked, and what to review, with the record as its last paragraph: a forge that squashes with the description keeps it. It creates nothing.",
  examples: [
    ['session pr | gh pr create --title "$(session pr --title)" --body-file -', "on GitHub"],
    ['glab mr create --title "$(session pr --title)" --description "$(session pr)"', "on GitLab"],
    ["session pr | gh pr edit --body-file -", "of one that is there"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or the start of one, branch, title, @ or - (default: this branch's)")
    .option("--title", "the title alone")
    .addOption(choice("--format <format>", "markdown or json", ["markdown", "json"], "markdown"))
    .option(...ALLOW)
    .does(async ({ place: open, out }, name, options) => {
      if (options.title && options.format === "json")
        throw new Failure("usage", "--title is for text; --format json has the title in it");
      const { request, problems } = await pullRequest(await open(), name);
      for (const problem of problems) out.warn(problem);
      if (options.title) return out.data(request.title, { title: request.title }, true);
      const text = options.format === "json" ? `${JSON.stringify(request, null, 2)}\n` : request.body;
      out.data(text, request, true);
    });
}
