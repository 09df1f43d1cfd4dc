import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { deletedValue } from "../cli/confirm-deletion.ts";
import { idsOf } from "../cli/session-argument.ts";
import { deletedSessions, restore } from "../keeping/trash.ts";
import type { DeletedSession } from "../session/trash.ts";
import { now } from "../surroundings.ts";
import { bold, cyan, dim } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";
import { age } from "../text/time/duration.ts";

export const about: About = {
  name: "restore",
  group: "Keep order",
  order: 90,
  summary: "Restore deleted sessions",
  description:
    "Restores sessions that were deleted in the last 30 days; without a name, lists them. Branches are not changed.",
  examples: [
    ["session restore", "list deleted sessions"],
    ["session restore fix/crash", "restore one"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[deleted-session...]", "id or its start, branch, or title")
    .does(async ({ place: open, out }, names) => {
      const place = await open({ bare: true });
      if (names.length === 0) {
        const deleted = await deletedSessions(place);
        const value = deleted.map(deletedValue);
        if (deleted.length === 0) return out.none("No deleted sessions.", value);
        const key = (each: DeletedSession, n: number) =>
          deleted.findIndex((one) => one.id === each.id) === n ? each.id : each.key;
        return out.screen(
          table([
            { title: "Title", cells: deleted.map((each) => each.title), paint: bold, least: 16 },
            { title: "Branch", cells: deleted.map((each) => each.branch), paint: dim, least: 10, spare: 1 },
            { title: "Deleted", cells: deleted.map((each) => `${age(each.at, now())} ago`), paint: dim },
            { title: "ID", cells: deleted.map(key), paint: cyan, whole: true },
          ]),
          value,
        );
      }
      const restored = [];
      for (const name of names) restored.push(await restore(place, name));
      const lines = restored.map(({ session, where }) =>
        where === session.where
          ? `Restored ${bold(session.title)} (${session.id}).`
          : `Restored ${bold(session.title)} (${session.id}); ${session.branch} has another session now.`,
      );
      out.done(
        lines,
        restored.map(({ session, where }) => ({ ...deletedValue(session), where })),
        idsOf(restored.map(({ session }) => session)),
      );
      for (const { session, where } of restored)
        if (where !== session.where) out.hint(`session resume ${session.id}`);
    });
}
