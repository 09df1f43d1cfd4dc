import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { orPicked } from "../cli/pick-session.ts";
import { undo, undoList } from "../keeping/undo.ts";
import { now } from "../surroundings.ts";
import { asks, confirm } from "../terminal/prompt.ts";
import { bold, cyan, dim } from "../terminal/style.ts";
import { HANG } from "../terminal/wrap.ts";
import { withHint } from "../text/hint.ts";
import { shellWord } from "../text/shell.ts";
import { age } from "../text/time/duration.ts";

export const about: About = {
  name: "undo",
  group: "Start here",
  order: 45,
  everyday: true,
  summary: "Undo the last change to a session",
  description:
    "Undoes the last change to a session, made by any command. Repeat it to undo more, up to 50 changes. Commits are kept: use git to undo those.",
  examples: [
    ["session undo", "undo the last change"],
    ["session undo --redo", "redo it"],
    ["session undo --list", "list changes"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or its start, branch, title, @ or - (default: this branch's, or pick one)")
    .option("--list", "list changes, newest first")
    .option("--redo", "redo what was undone last")
    .does(async ({ place: open, out }, name, options) => {
      const place = await open({ bare: name !== undefined });
      if (options.list) {
        const records = await orPicked(place, out, name, "List changes of", (each) => undoList(place, each));
        if (records === undefined) return 130;
        const lines = records.map(({ n, at, what, undone, next }) => {
          const mark = next ? ">" : " ";
          return `${mark} ${cyan(String(n).padStart(3))}  ${HANG}${undone ? dim(`${what} (undone)`) : what}  ${dim(`${age(at, now())} ago`)}`;
        });
        if (records.length === 0) out.none("No changes yet.", records);
        else out.screen(lines, records);
        return 0;
      }
      const agrees = asks(out)
        ? ({ title }: { readonly title: string }) =>
            confirm(`Undo the end of ${title}, which was merged here?`, true)
        : undefined;
      const undone = await orPicked(
        place,
        out,
        name,
        `${options.redo ? "Redo" : "Undo"} a change of`,
        (each) => undo(place, each, options.redo ?? false, agrees),
      );
      if (undone === undefined) return 130;
      const { session, change, redone, commit, stays } = undone;
      if (commit) {
        const where = commit.on === undefined ? "" : ` on ${commit.on}`;
        out.warn(withHint(`commit ${commit.oid.slice(0, 8)} is kept${where}`, commit.command));
      }
      if (stays.length > 0) out.warn(`commits still carry ${stays.join(", ")}; they are not changed`);
      out.done(
        `${redone ? "Redone" : "Undone"} in ${bold(session.title)}: ${change}`,
        { ...session, change, redone, commit: commit ?? null, stays },
        session.id,
      );
      if (session.branch !== place.repository.branch) out.hint(`session resume ${shellWord(session.branch)}`);
      return 0;
    });
}
