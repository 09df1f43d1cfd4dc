import type { Command } from "commander";
import { shortStatus, statusScreen } from "../terminal/status.ts";
import { statusOf } from "../workflows/status.ts";
import { type Act, examples } from "./call.ts";

interface Options {
  readonly objectives?: boolean;
  readonly blockers?: boolean;
  readonly decisions?: boolean;
  readonly short?: boolean;
}

export function define(program: Command, act: Act): void {
  program
    .command("status")
    .alias("st")
    .summary("where this session stands, and what is next")
    .description(
      "One screen: objectives, blockers, decisions that wait for a commit, changes, and the next step. It writes nothing.",
    )
    .option("--objectives", "only the objectives")
    .option("--blockers", "only the blockers")
    .option("--decisions", "only the decisions")
    .option("-s, --short", "one line, for a prompt")
    .addHelpText(
      "after",
      examples([
        ["session status", ""],
        ["session status --short", "one line, for a prompt"],
        ["session status --json", "every field"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, options: Options) => {
        const status = await statusOf(await open());
        if (options.short) return out.data(shortStatus(status, out.emoji), status);
        const asked = {
          objectives: options.objectives ?? false,
          blockers: options.blockers ?? false,
          decisions: options.decisions ?? false,
        };
        const all = !asked.objectives && !asked.blockers && !asked.decisions;
        const parts = all
          ? { objectives: true, blockers: true, decisions: true, rest: true }
          : { ...asked, rest: false };
        out.data(statusScreen(status, parts, { emoji: out.emoji, verbose: out.verbose }), status);
      }),
    );
}
