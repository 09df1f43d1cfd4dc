import type { Command } from "commander";
import { age } from "../model/duration.ts";
import { bold, cyan, dim } from "../terminal/style.ts";
import { now } from "../workflows/place.ts";
import { deletedSessions, restore } from "../workflows/trash.ts";
import { type Act, examples } from "./call.ts";
import { deletedValue } from "./confirmed.ts";

export function define(program: Command, act: Act): void {
  program
    .command("restore")
    .summary("bring deleted sessions back")
    .description(
      "Brings a session back that was deleted in the last 30 days, to where it was. Without a name: lists what was deleted. Branches are not touched.",
    )
    .argument("[session...]", "id or the start of one, branch, or title")
    .addHelpText(
      "after",
      examples([
        ["session restore", "what was deleted, the last first"],
        ["session restore fix/crash", "bring one back"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, names: string[]) => {
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
      }),
    );
}
