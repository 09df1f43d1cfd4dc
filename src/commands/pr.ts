import { type Command, Option } from "commander";
import type { About, Act } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { Failure } from "../session/failure.ts";
import { pullRequest } from "../views/pr.ts";

interface Options {
  readonly format: "markdown" | "json";
  readonly title?: boolean;
}

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

export function define(command: Command, act: Act): void {
  command
    .argument("[session]", "id or the start of one, branch, title, @ or - (default: this branch's)")
    .option("--title", "the title alone")
    .addOption(
      new Option("--format <format>", "markdown or json").choices(["markdown", "json"]).default("markdown"),
    )
    .option(...ALLOW)
    .action(
      act(async ({ place: open, out }, name: string | undefined, options: Options) => {
        if (options.title && options.format === "json")
          throw new Failure("usage", "--title is for text; --format json has the title in it");
        const { request, problems } = await pullRequest(await open(), name);
        for (const problem of problems) out.warn(problem);
        if (options.title) return out.data(request.title, { title: request.title });
        const text = options.format === "json" ? `${JSON.stringify(request, null, 2)}\n` : request.body;
        out.data(text, request);
      }),
    );
}
