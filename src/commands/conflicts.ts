import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { conflictsOf } from "../forecast/conflicts.ts";
import { conflictLines } from "../terminal/screens/conflicts.ts";
import { day } from "../text/day.ts";
import { defined } from "../text/defined.ts";

export const about: About = {
  name: "conflicts",
  group: "Pick up",
  order: 65,
  summary: "Show which sessions would conflict if merged now",
  description:
    "Merges the branches of all sessions that have not ended, each with each and with the default branch, with what their worktrees have not committed. No branch, index or file changes.",
  examples: [
    ["session conflicts", "each two branches that would conflict, with files and lines"],
    ["session conflicts --remotes", "with the sessions of others, as they were fetched last"],
  ],
  asks: ["repository", "snapshots"],
};

export function define(command: Command): void {
  command
    .option("--remotes", "also sessions of remotes, as they were fetched last")
    .does(async ({ place: open, out }, options) => {
      const place = await open({ bare: true });
      const conflicts = await conflictsOf(place, defined({ remotes: options.remotes }));
      out.data(conflictLines(conflicts, (iso) => day(place.config, iso)).join("\n"), conflicts);
    });
}
