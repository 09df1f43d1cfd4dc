import { type Command, Option } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { now } from "../surroundings.ts";
import { PARTS, shortStatus, statusScreen } from "../terminal/screens/status.ts";
import { day } from "../text/day.ts";
import { statusOf } from "../views/status.ts";

export const about: About = {
  name: "status",
  aliases: ["st"],
  group: "Start here",
  order: 40,
  summary: "Show where this session stands and what is next",
  description:
    "One screen: objectives, blockers, decisions that wait for a commit, changes, and the next step. It writes nothing.",
  examples: [
    ["session status", ""],
    ["session status --short", "one line, for a prompt"],
    ["session status --all", "who works on what, in all worktrees"],
    ["session status --ci", "with the build, as gh or glab tell it"],
    ["session status --json", "every field"],
  ],
  asks: ["repository", { question: "status", unless: "--all" }],
};

export function define(command: Command): void {
  command
    .option("--objectives", "only the objectives")
    .option("--blockers", "only the blockers")
    .option("--decisions", "only the decisions")
    .option("-s, --short", "one line, for a prompt")
    .addOption(
      new Option(
        "--all",
        "every worktree of this clone, and the files that several of them change",
      ).conflicts(["objectives", "blockers", "decisions", "short", "ci"]),
    )
    .option("--ci", "ask gh or glab how this branch's build went: it goes to the network")
    .does(async ({ cwd, place: open, out }, options) => {
      if (options.all) {
        // Loaded here, so that the common case stays fast.
        const [{ worktreesOf }, { worktreesScreen }] = await Promise.all([
          import("../views/worktrees.ts"),
          import("../terminal/screens/worktrees.ts"),
        ]);
        const view = await worktreesOf(await open({ bare: true }), cwd);
        return out.data(worktreesScreen(view, now(), out.verbose), view);
      }
      const place = await open();
      const status = await statusOf(place, options.ci);
      if (options.short) return out.data(shortStatus(status, out.emoji), status);
      const parts = PARTS.filter((each) => options[each]);
      const inDay = (iso: string) => day(place.config, iso);
      out.data(statusScreen(status, parts, { emoji: out.emoji, verbose: out.verbose, day: inDay }), status);
    });
}
