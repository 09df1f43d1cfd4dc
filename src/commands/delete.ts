import type { Command } from "@commander-js/extra-typings";
import type { About, Call, OptionsOf } from "../cli/command.ts";
import { deletedValue, isSure, planValue, requireConfirmed } from "../cli/confirm-deletion.ts";
import { moment } from "../cli/date-options.ts";
import { YES } from "../cli/options.ts";
import { pickableSessions, pickSession } from "../cli/pick-session.ts";
import { type DeleteRequest, planDeletion } from "../keeping/delete.ts";
import { trashSessions } from "../keeping/trash.ts";
import { Failure } from "../session/failure.ts";
import { TRASH_DAYS } from "../session/trash.ts";
import { clock, now } from "../surroundings.ts";
import { asks } from "../terminal/prompt.ts";
import { deletionLines } from "../terminal/screens/deletion.ts";
import { bold } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { plural } from "../text/plural.ts";
import { parseDuration } from "../text/time/duration.ts";

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
    .argument("[session...]", "id or its start, branch, title, @ or - (on a terminal: pick one)")
    .option("--before <date>", "delete sessions without activity since that day")
    .option("--older-than <time>", "delete sessions without activity for this long: 30d, 8w")
    .option("--all", "delete all except checked-out and running ones")
    .option(...YES)
    .option("--confirm", "ask even with --yes or --force")
    .option("--force", "skip the question; delete active and running ones too")
    .option("-n, --dry-run", "list sessions and delete nothing");

type Options = OptionsOf<typeof flags>;

export function define(command: Command): void {
  flags(command).does(async ({ place: open, out }, given, options) => {
    const names = waysOf(given, options) === 0 ? await picked(open, out) : given;
    if (names === undefined) return 130;
    const request = requestOf(names, options);
    const place = await open({ bare: true });
    const plan = await planDeletion(place, request);
    const lines = deletionLines(plan, now());
    if (plan.going.length === 0 || options.dryRun) {
      const value = { ...planValue(plan), deleted: [] };
      if (lines.length > 0) out.screen(lines, value);
      else out.none("No sessions match.", value);
      return 0;
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
    return 0;
  });
}

/** Lets the user pick a session; undefined if they left the picker, none without sessions or a terminal. */
async function picked(open: Call["place"], out: Call["out"]): Promise<readonly string[] | undefined> {
  const sessions = asks(out) ? await pickableSessions(await open({ bare: true }), out) : [];
  if (sessions.length === 0) return [];
  const name = await pickSession(out, "Delete", sessions);
  return name === undefined ? undefined : [name];
}

/** Returns how many ways of naming sessions the user combined: names, or one of the options. */
function waysOf(names: readonly string[], { all, before, olderThan }: Options): number {
  return [names.length > 0, all, before !== undefined, olderThan !== undefined].filter(Boolean).length;
}

function requestOf(names: readonly string[], options: Options): DeleteRequest {
  const { all = false, before, olderThan, force = false } = options;
  if (waysOf(names, options) !== 1)
    throw new Failure("usage", "name sessions, or use --before, --older-than or --all", {
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
