import type { Command } from "@commander-js/extra-typings";
import type { About, Call } from "../cli/command.ts";
import { hooksStatus, installHooks, uninstallHooks } from "../hooks/hooks.ts";
import { hookPlan, hookReport } from "../terminal/screens/hooks.ts";

export const about: About = {
  name: "hooks",
  group: "Set up",
  order: 20,
  summary: "Install git hooks that record plain git commits too",
  description:
    "Installs git hooks beside those that are there; what was there is called first, and comes back with uninstall.",
  examples: [
    ["session hooks install", "or the lines to add, where a hook manager owns the hooks"],
    ["session hooks install --dry-run", "what it would do"],
    ["session hooks uninstall", "everything as it was before"],
  ],
};

export function define(hooks: Command): void {
  hooks.does(status);
  hooks.command("status").description("which hooks are installed, and where").does(status);
  hooks
    .command("install")
    .description("install what is missing; twice is the same as once")
    .option("-n, --dry-run", "write nothing, show what would be done")
    .does(async ({ place: open, out }, options) => {
      const place = await open();
      if (options.dryRun) {
        const report = await hooksStatus(place);
        out.data(hookPlan(report), report);
        return 0;
      }
      const report = await installHooks(place);
      out.data(hookReport(report, out.emoji), report);
      return report.installed ? 0 : 1;
    });
  hooks
    .command("uninstall")
    .description("take ours out and put back what was there")
    .does(async ({ place: open, out }) => {
      const done = await uninstallHooks(await open());
      const lines = [
        ...done.removed.map((each) => `- ${each}`),
        ...done.stays,
        done.removed.length === 0 ? "No hook of session was installed." : "Hooks are as they were before.",
      ];
      out.data(lines.join("\n"), done);
    });
}

async function status({ place: open, out }: Call): Promise<void> {
  const report = await hooksStatus(await open());
  out.data(hookReport(report, out.emoji), report);
}
