import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { deletedValue, isSure, planValue, requireConfirmed } from "../cli/confirm-deletion.ts";
import { hidden, wholeNumber, YES } from "../cli/options.ts";
import { cleanUp, planCleanup } from "../keeping/cleanup.ts";
import { now } from "../surroundings.ts";
import { deletionLines } from "../terminal/screens/deletion.ts";
import { plural } from "../text/plural.ts";

export const about: About = {
  name: "cleanup",
  group: "Keep order",
  order: 100,
  summary: "Delete old ended sessions and empty the trash",
  description:
    "Deletes ended sessions without activity for 30 days, and removes sessions for good that were deleted 30 days ago. Lists them and asks first. Active and paused sessions are kept, and sessions with tags or a custom title.",
  examples: [
    ["session cleanup --dry-run", "see what would be deleted, and why"],
    ["session cleanup --days 90", "delete only older ones"],
  ],
};

export function define(command: Command): void {
  command
    .option("--days <n>", "delete after <n> days without activity", "30")
    .option("--named", "include sessions with a custom title or tags")
    .option(...YES)
    .option("--confirm", "ask even with --yes or --force")
    .addOption(hidden("--force"))
    .option("-n, --dry-run", "list sessions and delete nothing")
    .does(async ({ place: open, out }, options) => {
      const days = wholeNumber("--days", options.days, 0);
      const place = await open({ bare: true });
      const plan = await planCleanup(place, days, options.named);
      const lines = deletionLines(plan, now());
      const value = { ...planValue(plan), emptied: plan.emptied.map(deletedValue), asides: plan.asides };
      if (plan.going.length + plan.emptied.length + plan.asides.length === 0 || options.dryRun)
        return lines.length > 0
          ? out.screen(lines, { ...value, deleted: [] })
          : out.none("Nothing to clean up.", { ...value, deleted: [] });
      const sure = isSure(options);
      if (!out.json) out.say(lines.join("\n"));
      const going = plan.going.length + plan.emptied.length;
      await requireConfirmed(going > 0 ? `Delete ${plural(going, "session")}?` : "Clean up?", sure, lines);
      const deleted = await cleanUp(place, plan);
      out.done(
        `Deleted ${plural(deleted.length, "session")}${plan.emptied.length > 0 ? `, ${plan.emptied.length} for good` : ""}.`,
        { ...value, deleted: deleted.map(deletedValue) },
        deleted.map((each) => each.id).join("\n"),
      );
      if (deleted.length > 0) out.hint("session restore");
    });
}
