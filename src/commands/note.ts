import type { Command } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto-checkpoint.ts";
import type { About, Call } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { currentSession, sessionOfHead } from "../record/find-session.ts";
import { editNote, recordNote, removeNotes } from "../record/items.ts";
import { noteAt } from "../session/edits/notes.ts";
import { now } from "../surroundings.ts";
import { editText } from "../terminal/editor.ts";
import { firstLine } from "../terminal/lines.ts";
import { tellSource } from "../terminal/record-source.ts";
import { dim } from "../terminal/style.ts";
import { HANG } from "../terminal/wrap.ts";
import { age } from "../text/time/duration.ts";

export const about: About = {
  name: "note",
  aliases: ["notes"],
  group: "Keep track",
  order: 40,
  everyday: true,
  summary: "Leave a note for the next person on this branch",
  description:
    "Adds a note to this session; briefs and handoffs show it. Without a text it opens your editor.",
  examples: [
    ['session note "the staging token expires on Friday"', "add a note"],
    ['session note add "ask Sam about the cache"', "the same as without add"],
    ["session note show 2", "show it in full"],
    ['session note edit 2 "ask Sam"', "change its text"],
    ["session note list", "list notes with their numbers"],
    ["session note remove 2", "remove note 2"],
  ],
};

export function define(note: Command): void {
  const writing = (command: Command) => command.argument("[text]").option(...ALLOW);
  writing(note).does(write);
  writing(note.command("add").description("Add a note (`add` is optional)")).does(write);
  note
    .command("list")
    .alias("ls")
    .description("List notes, oldest first")
    .does(async ({ place: open, out }) => {
      const { session, record } = await sessionOfHead(await open());
      const { notes } = session.state.context;
      tellSource(out, record);
      if (notes.length === 0) return out.none("No notes yet.", notes, 'session note "..."');
      const lines = notes.map(
        (each, at) =>
          `${dim(`${at + 1}.`)} ${HANG}${firstLine(each.text)}  ${dim(`${age(each.added, now())} ago`)}`,
      );
      out.screen(lines, notes);
    });
  note
    .command("show")
    .description("Show one note in full")
    .argument("<number>", NUMBER)
    .does(async ({ place: open, out }, number) => {
      const { session } = await sessionOfHead(await open());
      const shown = noteAt(session.state.context.notes, number);
      out.screen(shown.text, shown);
    });
  note
    .command("edit")
    .description("Change the text, in your editor unless given")
    .argument("<number>", NUMBER)
    .argument("[text]")
    .option(...ALLOW)
    .does(async ({ place: open, out }, number, given) => {
      const place = await open();
      const before = noteAt((await currentSession(place)).state.context.notes, number);
      const text = given ?? (await editText(place, before.text)).trim();
      const after = await thenCheckpoint(place, editNote(place, before, text));
      out.done(`Changed note ${Number(number)}.`, after);
    });
  note
    .command("remove")
    .aliases(["delete", "rm"])
    .description("Remove notes from the record")
    .argument("<number...>", NUMBER)
    .does(async ({ place: open, out }, numbers) => {
      const place = await open();
      const { notes } = (await currentSession(place)).state.context;
      const removed = [...new Set(numbers)].map((each) => noteAt(notes, each));
      await thenCheckpoint(place, removeNotes(place, removed));
      out.done(
        removed.map((each) => `Removed: ${firstLine(each.text)}`),
        removed,
      );
    });
}

const NUMBER = "numbers from `session note list`";

async function write({ place: open, out }: Call, given: string | undefined): Promise<void> {
  const place = await open();
  await currentSession(place);
  const text = given ?? (await editText(place, "")).trim();
  await thenCheckpoint(place, recordNote(place, text));
  out.done("Noted.", { note: text });
}
