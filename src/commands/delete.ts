import type { Command } from "@commander-js/extra-typings";
import type { About, OptionsOf } from "../cli/command.ts";
import { deletedValue, isSure, planValue, requireConfirmed } from "../cli/confirmed.ts";
import { moment } from "../cli/dates.ts";
import { YES } from "../cli/options.ts";
import { type DeleteRequest, planDeletion } from "../keeping/delete.ts";
import { trashSessions } from "../keeping/trash.ts";
import { Failure } from "../session/failure.ts";
import { TRASH_DAYS } from "../session/trash.ts";
import { clock, now } from "../surroundings.ts";
import { deletionLines } from "../terminal/screens/deletion.ts";
import { bold } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { parseDuration } from "../text/duration.ts";
import { plural } from "../text/plural.ts";

export const about: About = {
  name: "delete",
  aliases: ["rm"],
  group: "Keep order",
  order: 80,
  summary: "Delete sessions; they can be restored for 30 days",
  description:
    "Shows what would go, and asks. Branches and commits stay. What was deleted comes back with session restore, for 30 days.",
  examples: [
    ["session delete fix/crash", "one, after asking"],
    ["session delete --older-than 90d --dry-run", "what has not been touched for 90 days"],
    ["session restore fix/crash", "bring one back"],
  ],
};

const flags = (command: Command) =>
  command
    .usage("<session>... | --before <date> | --older-than <time> | --all")
    .argument("[session...]", "id or the start of one, branch, title, @ or -")
    .option("--before <date>", "those without a sign of life since that day (2026-01-31)")
    .option("--older-than <time>", "those without a sign of life for so long: 30d, 8w")
    .option(
      "--all",
      "every one, but for those that are active and checked out, or that an agent is at work on",
    )
    .option(...YES)
    .option("--confirm", "ask in any case")
    .option("--force", "do not ask, and take those that are active and checked out or at work, too")
    .option("-n, --dry-run", "show what would go, and delete nothing");

type Options = OptionsOf<typeof flags>;

export function define(command: Command): void {
  flags(command).does(async ({ place: open, out }, names, options) => {
    const request = requestOf(names, options);
    const place = await open({ bare: true });
    const plan = await planDeletion(place, request);
    const lines = deletionLines(plan, now());
    if (plan.going.length === 0 || options.dryRun)
      return out.data(lines.join("\n") || "No such sessions.", { ...planValue(plan), deleted: [] });
    const sure = isSure(options);
    if (!out.json && !sure) out.say(lines.join("\n"));
    await requireConfirmed(`Delete ${plural(plan.going.length, "session")}?`, sure, lines);
    const deleted = await trashSessions(place, plan.going);
    const told = deleted.map(
      ({ id, title }) =>
        `Deleted ${bold(title)}: session restore ${id} brings it back, for ${TRASH_DAYS} days.`,
    );
    out.data(told.join("\n"), { ...planValue(plan), deleted: deleted.map(deletedValue) });
  });
}

function requestOf(names: readonly string[], options: Options): DeleteRequest {
  const { all = false, before, olderThan, force = false } = options;
  const ways = [names.length > 0, all, before !== undefined, olderThan !== undefined].filter(Boolean).length;
  if (ways !== 1)
    throw new Failure("usage", "name sessions, or give one of --before, --older-than and --all", {
      hint: "--help shows how",
    });
  const limit = limitOf(before, olderThan);
  return { names, all, force, ...defined({ before: limit }) };
}

function limitOf(before: string | undefined, olderThan: string | undefined): number | undefined {
  if (before !== undefined) return moment("--before", before);
  if (olderThan === undefined) return undefined;
  const minutes = parseDuration(olderThan);
  if (minutes !== undefined) return clock() - minutes * 60_000;
  throw new Failure("usage", `--older-than takes a time like 30d or 8w, not "${olderThan}"`);
}
