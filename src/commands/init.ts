import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { YES } from "../cli/options.ts";
import { type HookReport, hooksStatus, installHooks } from "../hooks/hooks.ts";
import { applyInit, planInit } from "../setup/init.ts";
import { canAsk, confirm } from "../terminal/prompt.ts";
import { bold, dim, green } from "../terminal/style.ts";

export const about: About = {
  name: "init",
  group: "Start here",
  order: 10,
  everyday: true,
  summary: "Set up this repository: settings, drafts, hooks",
  description:
    "Creates .session/ with settings and drafts made from what the repository shows, and installs git hooks. Safe to run again.",
  examples: [
    ["session init", "ask about each step"],
    ["session init --yes --no-hooks", "ask nothing, leave git hooks alone"],
    ["session init --force", "new drafts; your edits are kept as *.old.md"],
  ],
};

export function define(command: Command): void {
  command
    .option("--force", "rewrite the drafts; your edited files become *.old.md")
    .option(...YES)
    .option("--no-hooks", "leave git hooks alone")
    .does(async ({ place: open, out }, options) => {
      const place = await open();
      const [plan, before] = await Promise.all([
        planInit(place),
        options.hooks ? hooksStatus(place) : undefined,
      ]);
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
      const wanting = before !== undefined && before.how !== "off" && !before.installed;
      const asked = !options.yes && !out.json && canAsk();
      if (
        asked &&
        (missing.length > 0 || wanting) &&
        !(await confirm(question(missing.length, wanting), true))
      )
        return out.data("Nothing was written.", { written: [], kept: [], aside: [] });
      const done = await applyInit(place, plan, options.force ?? false);
      const hooks = wanting && (options.yes || asked) ? await installHooks(place) : before;
      if (plan.ignored)
        out.warn(
          ".session is ignored by git, so nobody else will see it; take it out of .gitignore to share it",
        );
      const lines = [
        ...done.aside.map((each) => `${each.from} is kept as ${each.to}`),
        ...done.written.map((each) => `${green("+")} ${each}`),
        ...(done.written.length === 0
          ? hooks !== before
            ? []
            : ["Nothing to do: this repository is set up."]
          : [dim("Read the drafts, correct them, commit .session.")]),
        ...(hooks && wanting ? hookLines(hooks) : []),
        `Next: ${bold('session start <branch> -o "what it is for"')}`,
      ];
      out.data(lines.join("\n"), {
        ...done,
        ...(hooks ? { hooks: { how: hooks.how, installed: hooks.installed } } : {}),
      });
    });
}

function question(files: number, hooks: boolean): string {
  if (files === 0) return "Install git hooks?";
  return `Write ${files} files to .session/${hooks ? " and install git hooks" : ""}?`;
}

function hookLines({ installed, wanted, why }: HookReport): string[] {
  if (installed) return [`${green("+")} git hooks`];
  return [
    `Git hooks are not ${wanted ? "all " : ""}installed${why ? `: ${why}` : ""}. ${bold("session hooks install")} tells more.`,
  ];
}
