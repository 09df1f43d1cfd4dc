import { type Command, Option } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { hidden } from "../cli/options.ts";
import { now } from "../surroundings.ts";
import { PARTS, shortStatus, statusHints, statusScreen } from "../terminal/screens/session/status.ts";
import { formatTime } from "../text/time/format-time.ts";
import { statusOf } from "../views/status.ts";

export const about: About = {
  name: "status",
  aliases: ["st"],
  group: "Start here",
  order: 40,
  pager: true,
  everyday: true,
  summary: "Show the state of this session and what is next",
  description:
    "Shows objectives, blockers, pending decisions, changes and the next step on one screen. Writes nothing.",
  examples: [
    ["session status", "one screen"],
    ["session status --short", "one line, for a shell prompt"],
    ["session status --all", "all worktrees"],
    ["session status --ci", "include the state of the build"],
    ["session status --json", "every field, as data"],
  ],
  asks: ["repository", "branches", { question: "status", unless: "--all" }],
};

export function define(command: Command): void {
  command
    .option("--objectives", "show only objectives")
    .option("--blockers", "show only blockers")
    .option("--decisions", "show only decisions")
    .option("-s, --short", "print one line, for a shell prompt")
    .addOption(
      new Option("--all", "show every worktree, and files that several change").conflicts([
        "objectives",
        "blockers",
        "decisions",
        "short",
        "ci",
      ]),
    )
    .option("--ci", "ask gh or glab for the build (uses the network)")
    .addOption(hidden("--overview"))
    .does(async (call, options) => {
      const { cwd, place: open, out } = call;
      if (options.all) {
        // Imported only for this option, to keep plain `status` fast.
        const [{ worktreesOf }, { worktreesHints, worktreesScreen }] = await Promise.all([
          import("../views/worktrees.ts"),
          import("../terminal/screens/worktrees.ts"),
        ]);
        const view = await worktreesOf(await open({ bare: true }), cwd);
        out.screen(worktreesScreen(view, now(), out.verbose), view);
        for (const each of worktreesHints(view, out.verbose)) out.hint(each);
        return;
      }
      if (options.overview) return (await import("../cli/first-screen.ts")).overview(call);
      const place = await open();
      const status = await statusOf(place, options.ci);
      if (options.short) return out.screen(shortStatus(status, out.emoji), status);
      const parts = PARTS.filter((each) => options[each]);
      const inDay = (iso: string) => formatTime(place.config, iso);
      const look = { emoji: out.emoji, verbose: out.verbose, day: inDay };
      out.screen(statusScreen(status, parts, look), status);
      for (const each of statusHints(status, parts, look)) out.hint(each);
    });
}
