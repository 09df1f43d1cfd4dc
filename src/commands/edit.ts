import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto-checkpoint.ts";
import type { About } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { type Edited, editSession, takeEdit, takeText } from "../record/edit.ts";
import { Failure } from "../session/failure.ts";
import { openInEditor } from "../terminal/editor.ts";
import { wholeInput } from "../terminal/input.ts";
import { firstLine } from "../terminal/lines.ts";
import { canAsk } from "../terminal/prompt.ts";
import { bold, dim } from "../terminal/style.ts";
import { HANG } from "../terminal/wrap.ts";

export const about: About = {
  name: "edit",
  group: "Keep track",
  order: 45,
  summary: "Edit the whole record of this session in your editor",
  description:
    "Opens title, objectives, blockers, decisions and notes as one text in your editor (`git var GIT_EDITOR`) and applies each item that you changed. One `session undo` reverts all of it. If the text cannot be parsed, it is kept, and the message names its file.",
  examples: [
    ["session edit", "in your editor"],
    ["session edit --file plan.md", "from a file; - is standard input"],
  ],
};

export function define(command: Command): void {
  command
    .option("--file <path>", "read the text from a file instead of an editor")
    .option(...ALLOW)
    .does(async ({ cwd, place: open, out }, { file }) => {
      const place = await open();
      if (file === undefined && !canAsk())
        throw new Failure("usage", "there is no terminal for an editor", { hint: "session edit --file -" });
      const editing =
        file === undefined
          ? editSession(place, (each) => openInEditor(place, each))
          : file === "-"
            ? wholeInput().then((text) => takeText(place, text))
            : takeEdit(place, path.resolve(cwd, file));
      const made = await thenCheckpoint(place, editing);
      const value = { changes: made.map(({ change, item }) => ({ change: change.do, item })) };
      if (made.length === 0) return out.none("Nothing was changed.", value);
      const ids = made.flatMap(({ item }) => ("id" in item ? [item.id] : []));
      out.done(made.map(lineOf), value, ids.join("\n"));
    });
}

function lineOf({ change, item }: Edited): string {
  const id = "id" in item ? item.id : change.do === "title" ? "title" : "note";
  const words = "command" in item ? item.command : item.text;
  return `${dim(WORDS[change.do])} ${bold(id)} ${HANG}${firstLine(words)}`;
}

const WORDS: Readonly<Record<Edited["change"]["do"], string>> = {
  ...{ "objective.add": "added   ", "objective.mark": "marked  ", "objective.edit": "changed " },
  ...{ "blocker.add": "added   ", "blocker.edit": "changed ", "blocker.resolve": "resolved" },
  ...{ "blocker.drop": "dropped ", "blocker.reopen": "reopened" },
  ...{ "decision.add": "added   ", "decision.edit": "changed ", "decision.withdraw": "recorded" },
  ...{ note: "added   ", "note.edit": "changed ", "note.remove": "removed " },
  ...{ title: "changed ", verify: "recorded" },
};
