import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { conflictsOf } from "../lifecycle/conflicts.ts";
import { conflictLines } from "../terminal/screens/conflicts.ts";
import { day } from "../text/day.ts";

export const about: About = {
  name: "conflicts",
  group: "Pick up",
  order: 65,
  summary: "Show which sessions would conflict if merged now",
  description:
    "Tries to merge the branches of all open sessions with each other and with the default branch, as committed. Changes no branch, index or file.",
  examples: [["session conflicts", "list conflicting branches and files"]],
  asks: ["repository", "snapshots"],
};

export function define(command: Command): void {
  command.does(async ({ place: open, out }) => {
    const place = await open();
    const conflicts = await conflictsOf(place);
    out.data(conflictLines(conflicts, (iso) => day(place.config, iso)).join("\n"), conflicts);
  });
}
