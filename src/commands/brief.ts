import { type Command, Option } from "commander";
import { Failure } from "../model/failure.ts";
import { briefText } from "../workflows/texts.ts";
import { type Act, examples } from "./call.ts";

interface Options {
  readonly format: "markdown" | "json";
  readonly maxTokens?: string;
}

export function define(program: Command, act: Act): void {
  program
    .command("brief")
    .summary("what somebody needs to start working here")
    .description("What a person or an agent needs to start working on this branch, in a size that fits.")
    .addOption(
      new Option("--format <format>", "markdown or json").choices(["markdown", "json"]).default("markdown"),
    )
    .option("--max-tokens <n>", "upper bound, about 4 bytes a token (default 2500)")
    .addHelpText(
      "after",
      examples([
        ["session brief", "for reading"],
        ["session brief --max-tokens 800", "the same, shorter"],
        ["session brief --format json", "every field"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, options: Options) => {
        const maxTokens = options.maxTokens === undefined ? 2500 : Number(options.maxTokens);
        if (!Number.isSafeInteger(maxTokens) || maxTokens < 100)
          throw new Failure(
            "usage",
            `--max-tokens takes a whole number from 100, not "${options.maxTokens}"`,
            { exit: 2 },
          );
        const brief = await briefText(await open(), maxTokens);
        for (const problem of brief.problems) out.warn(problem);
        out.data(options.format === "json" ? JSON.stringify(brief.view, null, 2) : brief.text, brief.view);
      }),
    );
}
