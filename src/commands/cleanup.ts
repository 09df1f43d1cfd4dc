import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { deletedValue, isSure, planValue, requireConfirmed } from "../cli/confirmed.ts";
import { hidden, wholeNumber, YES } from "../cli/options.ts";
import { cleanUp, planCleanup } from "../keeping/cleanup.ts";
import { now } from "../surroundings.ts";
import { deletionLines } from "../terminal/screens/deletion.ts";
import { dim } from "../terminal/style.ts";
import { plural } from "../text/plural.ts";

export const about: About = {
  name: "cleanup",
  group: "Keep order",
  order: 100,
  summary: "Delete sessions that ended long ago, and empty the trash",
  description:
    "Deletes sessions that have ended and had no sign of life for so many days, as session delete does; what was deleted more than 30 days ago goes for good. Lists first, and asks. Active and paused ones stay, and those that have a title or tags of their own, and the parents of what stays.",
  examples: [
    ["session cleanup --dry-run", "what would go, and why the rest stays"],
    ["session cleanup --days 90", "only what is older"],
  ],
};

export function define(command: Command): void {
  command
    .option("--days <n>", "days without a sign of life", "30")
    .option("--named", "those that have a title or tags of their own, too")
    .option(...YES)
    .option("--confirm", "ask in any case")
    .addOption(hidden("--force"))
    .option("-n, --dry-run", "list, and delete nothing")
    .does(async ({ place: open, out }, options) => {
      const days = wholeNumber("--days", options.days, 0);
      const place = await open({ bare: true });
      const plan = await planCleanup(place, days, options.named);
      const lines = deletionLines(plan, now());
      const value = { ...planValue(plan), emptied: plan.emptied.map(deletedValue), asides: plan.asides };
      if (plan.going.length + plan.emptied.length + plan.asides.length === 0 || options.dryRun)
        return out.data(lines.join("\n") || dim("Nothing to clean up."), { ...value, deleted: [] });
      const sure = isSure(options);
      if (!out.json) out.say(lines.join("\n"));
      await requireConfirmed("Clean up?", sure, lines);
      const deleted = await cleanUp(place, plan);
      out.data(
        `Deleted ${plural(deleted.length, "session")}${plan.emptied.length > 0 ? `, ${plan.emptied.length} for good` : ""}: session restore lists what can come back.`,
        { ...value, deleted: deleted.map(deletedValue) },
      );
    });
}
