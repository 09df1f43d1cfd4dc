import type { Command } from "@commander-js/extra-typings";
import type { About, OptionsOf } from "../cli/command.ts";
import { deletedValue, isSure, planValue, requireConfirmed } from "../cli/confirm-deletion.ts";
import { moment } from "../cli/date-options.ts";
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
  summary: "Delete sessions; restorable for 30 days",
  description:
    "Lists the sessions and asks first. Branches and commits are kept. session restore brings a deleted session back for 30 days.",
  examples: [
    ["session delete fix/crash", "delete one"],
    ["session delete --older-than 90d --dry-run", "preview old ones"],
    ["session restore fix/crash", "undo it"],
  ],
};

const flags = (command: Command) =>
  command
    .usage("<session>... | --before <date> | --older-than <time> | --all")
    .argument("[session...]", "id or its start, branch, title, @ or -")
    .option("--before <date>", "delete those without activity since that day")
    .option("--older-than <time>", "delete those without activity for so long: 30d, 8w")
    .option("--all", "delete all except checked-out and running ones")
    .option(...YES)
    .option("--confirm", "ask in any case")
    .option("--force", "skip the question; delete active and running ones too")
    .option("-n, --dry-run", "list sessions and delete nothing");

type Options = OptionsOf<typeof flags>;

export function define(command: Command): void {
  flags(command).does(async ({ place: open, out }, names, options) => {
    const request = requestOf(names, options);
    const place = await open({ bare: true });
    const plan = await planDeletion(place, request);
    const lines = deletionLines(plan, now());
    if (plan.going.length === 0 || options.dryRun) {
      const value = { ...planValue(plan), deleted: [] };
      return lines.length > 0 ? out.screen(lines, value) : out.none("No sessions match.", value);
    }
    const sure = isSure(options);
    if (!out.json && !sure) out.say(lines.join("\n"));
    await requireConfirmed(`Delete ${plural(plan.going.length, "session")}?`, sure, lines);
    const deleted = await trashSessions(place, plan.going);
    out.done(
      deleted.map(({ title }) => `Deleted ${bold(title)}; it can be restored for ${TRASH_DAYS} days.`),
      { ...planValue(plan), deleted: deleted.map(deletedValue) },
      deleted.map((each) => each.id).join("\n"),
    );
    out.hint(`session restore ${deleted.map((each) => each.id).join(" ")}`);
  });
}

function requestOf(names: readonly string[], options: Options): DeleteRequest {
  const { all = false, before, olderThan, force = false } = options;
  const ways = [names.length > 0, all, before !== undefined, olderThan !== undefined].filter(Boolean).length;
  if (ways !== 1)
    throw new Failure("usage", "name sessions, or give one of --before, --older-than and --all", {
      hint: "session help delete",
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
