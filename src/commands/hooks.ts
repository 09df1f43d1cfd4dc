import type { Command } from "@commander-js/extra-typings";
import type { About, Call } from "../cli/command.ts";
import { hooksStatus, installHooks, uninstallHooks } from "../hooks/install.ts";
import { hookPlan, hookReport, needsInstall } from "../terminal/screens/hooks.ts";

export const about: About = {
  name: "hooks",
  group: "Set up",
  order: 20,
  summary: "Install git hooks that record plain git commits too",
  description:
    "Installs git hooks that record plain git commits. Hooks that exist are kept and run first; uninstall restores them.",
  examples: [
    ["session hooks status", "what is installed, and where"],
    ["session hooks install", "install, or show the lines to add"],
    ["session hooks install --dry-run", "preview"],
    ["session hooks uninstall", "restore the hooks from before"],
  ],
};

export function define(hooks: Command): void {
  hooks.does(status);
  hooks.command("status").description("Show which hooks are installed, and where").does(status);
  hooks
    .command("install")
    .description("Install missing hooks; safe to run again")
    .option("-n, --dry-run", "show the steps and write nothing")
    .does(async ({ place: open, out }, options) => {
      const place = await open();
      if (options.dryRun) {
        const report = await hooksStatus(place);
        out.screen(hookPlan(report), report);
        return 0;
      }
      const report = await installHooks(place);
      out.done(hookReport(report, out.emoji), report);
      return report.installed ? 0 : 1;
    });
  hooks
    .command("uninstall")
    .description("Uninstall, and restore the hooks from before")
    .does(async ({ place: open, out }) => {
      const done = await uninstallHooks(await open());
      const lines = [
        ...done.removed.map((each) => `- ${each}`),
        ...done.stays,
        ...(done.installed
          ? done.calling.map((each) => `- ${each}: its line for session does nothing now`)
          : []),
        done.removed.length > 0
          ? "The hooks from before are restored."
          : done.installed
            ? "The hooks are off."
            : "No hooks were installed.",
      ];
      out.done(lines, done);
    });
}

async function status({ place: open, out }: Call): Promise<void> {
  const report = await hooksStatus(await open());
  out.screen(hookReport(report, out.emoji), report);
  if (needsInstall(report)) out.hint("session hooks install");
}
