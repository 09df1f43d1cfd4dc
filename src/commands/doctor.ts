import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { examine } from "../doctor/examine.ts";
import { checkLines } from "../terminal/screens/checks.ts";

export const about: About = {
  name: "doctor",
  group: "Set up",
  order: 60,
  pager: true,
  summary: "Check the setup and the store, and show how to fix them",
  description:
    "Checks git, identity, settings, the session store, snapshots and git hooks. It changes nothing; exit code 1 if something is wrong.",
  examples: [
    ["session doctor", "every check, with the fix"],
    ["session doctor --json", "as data"],
  ],
};

export function define(command: Command): void {
  command.option(...ALLOW).does(async ({ place: open, out }) => {
    const checks = await examine(await open({ silent: true }));
    out.data(checkLines(checks, out.emoji), checks);
    return checks.some((check) => check.state === "problem") ? 1 : 0;
  });
}
