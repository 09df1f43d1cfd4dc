import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { conflictsOf } from "../forecast/conflicts.ts";
import { conflictLines } from "../terminal/screens/conflicts.ts";
import { defined } from "../text/defined.ts";
import { formatTime } from "../text/time/format-time.ts";

export const about: About = {
  name: "conflicts",
  group: "Pick up",
  order: 65,
  pager: true,
  summary: "Show which sessions would conflict if merged now",
  description:
    "Tries to merge the branches of all open sessions with each other and with the default branch, uncommitted changes included. Changes no branch, index or file.",
  examples: [
    ["session conflicts", "conflicting branches, files and lines"],
    ["session conflicts --remotes", "include fetched sessions of others"],
  ],
  asks: ["repository", "snapshots"],
};

export function define(command: Command): void {
  command
    .option("--remotes", "include sessions of remotes, as last fetched")
    .does(async ({ place: open, out }, options) => {
      const place = await open({ bare: true });
      const conflicts = await conflictsOf(place, defined({ remotes: options.remotes }));
      out.screen(conflictLines(conflicts, (iso) => formatTime(place.config, iso)).join("\n"), conflicts);
    });
}
