import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { deletedValue } from "../cli/confirm-deletion.ts";
import { deletedSessions, restore } from "../keeping/trash.ts";
import { now } from "../surroundings.ts";
import { bold, cyan, dim } from "../terminal/style.ts";
import { age } from "../text/duration.ts";

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
        const lines = deleted.map(
          ({ key, id, title, branch, at }, n) =>
            `${cyan(deleted.findIndex((each) => each.id === id) === n ? id : key)}  ${bold(title)}  ${dim(`${branch} · deleted ${age(at, now())} ago`)}`,
        );
        return out.data(lines.join("\n") || dim("Nothing was deleted."), deleted.map(deletedValue));
      }
      const restored = [];
      for (const name of names) restored.push(await restore(place, name));
      const lines = restored.map(({ session, where }) =>
        where === session.where
          ? `${bold(session.title)} (${session.id}) is back.`
          : `${bold(session.title)} (${session.id}) is back; ${session.branch} has another session now: session resume ${session.id}`,
      );
      out.data(
        lines.join("\n"),
        restored.map(({ session, where }) => ({ ...deletedValue(session), where })),
      );
    });
}
