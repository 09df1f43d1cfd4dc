import type { Command } from "commander";
import { checkLines } from "../terminal/checks.ts";
import { examine } from "../workflows/doctor.ts";
import { type Act, ALLOW, examples } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("doctor")
    .summary("check everything, and say what to do about it")
    .description(
      "Checks git, identity, settings, the session store, snapshots and git hooks. It changes nothing; exit code 1 if something is wrong.",
    )
    .option(...ALLOW)
    .addHelpText(
      "after",
      examples([
        ["session doctor", ""],
        ["session doctor --json", "as data"],
      ]),
    )
    .action(
      act(async ({ place: open, out }) => {
        const checks = await examine(await open({ silent: true }));
        out.data(checkLines(checks, out.emoji), checks);
        if (checks.some((check) => check.state === "problem")) process.exitCode = 1;
      }),
    );
}
