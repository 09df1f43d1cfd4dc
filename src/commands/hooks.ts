import type { Command } from "commander";
import { hookPlan, hookReport } from "../terminal/hooks.ts";
import { hooksStatus, installHooks, uninstallHooks } from "../workflows/hooks.ts";
import { type Act, type Call, examples } from "./call.ts";

export function define(program: Command, act: Act): void {
  const hooks = program
    .command("hooks")
    .summary("git hooks that keep the record true for plain git commands")
    .description(
      "Installs git hooks beside those that are there; what was there is called first, and comes back with uninstall.",
    )
    .addHelpText(
      "after",
      examples([
        ["session hooks install", "or the lines to add, where a hook manager owns the hooks"],
        ["session hooks install --dry-run", "what it would do"],
        ["session hooks uninstall", "everything as it was before"],
      ]),
    )
    .action(act(status));
  hooks.command("status").description("which hooks are installed, and where").action(act(status));
  hooks
    .command("install")
    .description("install what is missing; twice is the same as once")
    .option("-n, --dry-run", "write nothing, show what would be done")
    .action(
      act(async ({ place: open, out }, options: { dryRun?: boolean }) => {
        const place = await open();
        if (options.dryRun) {
          const report = await hooksStatus(place);
          return out.data(hookPlan(report), report);
        }
        const report = await installHooks(place);
        out.data(hookReport(report, out.emoji), report);
        if (!report.installed) process.exitCode = 1;
      }),
    );
  hooks
    .command("uninstall")
    .description("take ours out and put back what was there")
    .action(
      act(async ({ place: open, out }) => {
        const done = await uninstallHooks(await open());
        const lines = [
          ...done.removed.map((each) => `- ${each}`),
          ...done.stays,
          done.removed.length === 0 ? "No hook of session was installed." : "Hooks are as they were before.",
        ];
        out.data(lines.join("\n"), done);
      }),
    );
}

async function status({ place: open, out }: Call): Promise<void> {
  const report = await hooksStatus(await open());
  out.data(hookReport(report, out.emoji), report);
}
