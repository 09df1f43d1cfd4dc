import type { Command } from "commander";
import { bold, dim, green, red, yellow } from "../terminal/style.ts";
import { type Check, examine } from "../workflows/doctor.ts";
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
        out.data(checks.map((check) => line(check, out.emoji)).join("\n"), checks);
        if (checks.some((check) => check.state === "problem")) process.exitCode = 1;
      }),
    );
}

function line({ name, state, says, fix }: Check, emoji: boolean): string {
  const symbol = { ok: green(emoji ? "✓" : "[ok]"), warning: yellow("!"), problem: red(emoji ? "✗" : "[x]") }[
    state
  ];
  return `${symbol} ${bold(name)}  ${says}${fix === undefined ? "" : `\n    ${dim(fix)}`}`;
}
