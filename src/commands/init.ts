import type { Command } from "commander";
import { confirm } from "../terminal/prompt.ts";
import { bold, dim, green } from "../terminal/style.ts";
import { applyInit, planInit } from "../workflows/init.ts";
import { type Act, examples } from "./call.ts";

interface Options {
  readonly force?: boolean;
  readonly yes?: boolean;
}

export function define(program: Command, act: Act): void {
  program
    .command("init")
    .summary("set up this repository: .session/ with settings and drafts")
    .description(
      "Creates .session/ with settings and first drafts made from what the repository shows. Twice is the same as once.",
    )
    .option("--force", "make the files anew; what you edited is set aside first")
    .option("-y, --yes", "do not ask")
    .option("--no-hooks", "install no git hooks (this version has none to install)")
    .addHelpText(
      "after",
      examples([
        ["session init", ""],
        ["session init --force", "new drafts; your edits are kept as *.old.md"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, options: Options) => {
        const place = await open();
        const plan = await planInit(place);
        const { facts } = plan;
        if (facts.languages.length > 0)
          out.say(
            `Found ${facts.languages.join(", ")}${
              facts.commands.length > 0
                ? `; ${facts.commands
                    .map((each) => each.command)
                    .slice(0, 3)
                    .join(", ")}`
                : ""
            }.`,
          );
        const missing = plan.files.filter((each) => each.state === "missing");
        if (
          missing.length > 0 &&
          !options.yes &&
          !out.json &&
          !(await confirm(`Write ${missing.length} files to .session/?`, true))
        ) {
          return out.data("Nothing was written.", { written: [], kept: [], aside: [] });
        }
        const done = await applyInit(place, plan, options.force ?? false);
        if (plan.ignored)
          out.warn(
            ".session is ignored by git, so nobody else will see it; take it out of .gitignore to share it",
          );
        const lines = [
          ...done.aside.map((each) => `${each.from} is kept as ${each.to}`),
          ...done.written.map((each) => `${green("+")} ${each}`),
          ...(done.written.length === 0
            ? ["Nothing to do: this repository is set up."]
            : [dim("Read the drafts, correct them, commit .session.")]),
          `Next: ${bold('session start <branch> -o "what it is for"')}`,
        ];
        out.data(lines.join("\n"), done);
      }),
    );
}
