import type { Command } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto.ts";
import type { About, Call } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { editNote, editorOf, recordNote, removeNotes } from "../record/record.ts";
import { currentSession, sessionOfHead } from "../record/session.ts";
import { noteAt } from "../session/edits/notes.ts";
import { Failure } from "../session/failure.ts";
import { headline } from "../session/session.ts";
import { now } from "../surroundings.ts";
import { editText } from "../terminal/editor.ts";
import { canAsk } from "../terminal/prompt.ts";
import { tellSource } from "../terminal/source.ts";
import { dim } from "../terminal/style.ts";
import { age } from "../text/duration.ts";

export const about: About = {
  name: "note",
  aliases: ["notes"],
  group: "Keep track",
  order: 40,
  summary: "Leave a note for whoever works on this branch next",
  description: "Keeps a note with this session; briefs and handoffs show it. Without a text, in your editor.",
  examples: [
    ['session note "the staging token expires on Friday"', ""],
    ["session note list", "all of them with their numbers, the oldest first"],
    ["session note remove 2", "note 2 of the list"],
  ],
};

export function define(note: Command): void {
  const writing = (command: Command) => command.argument("[text]").option(...ALLOW);
  writing(note).does(write);
  writing(note.command("add").description("leave a note; `add` may be left out")).does(write);
  note
    .command("list")
    .alias("ls")
    .description("list them, the oldest first")
    .does(async ({ place: open, out }) => {
      const { session, record } = await sessionOfHead(await open());
      const { notes } = session.state.context;
      tellSource(out, record);
      const lines = notes.map(
        (each, at) =>
          `${dim(`${at + 1}.`)} ${each.text.replace(/\n/g, "\n   ")}  ${dim(`${age(each.added, now())} ago`)}`,
      );
      out.data(notes.length === 0 ? dim('No notes yet: session note "…"') : lines.join("\n"), notes);
    });
  note
    .command("show")
    .description("one note in full")
    .argument("<number>", NUMBER)
    .does(async ({ place: open, out }, number) => {
      const { session } = await sessionOfHead(await open());
      const shown = noteAt(session.state.context.notes, number);
      out.data(shown.text, shown);
    });
  note
    .command("edit")
    .description("change the text; without one, in your editor")
    .argument("<number>", NUMBER)
    .argument("[text]")
    .option(...ALLOW)
    .does(async ({ place: open, out }, number, given) => {
      const place = await open();
      const before = noteAt((await currentSession(place)).state.context.notes, number);
      const text = given ?? (await editText(await editorOf(place), before.text)).trim();
      const after = await thenCheckpoint(place, editNote(place, before, text));
      out.data(`Changed note ${Number(number)}.`, after);
    });
  note
    .command("remove")
    .aliases(["delete", "rm"])
    .description("take it out of the record")
    .argument("<number...>", NUMBER)
    .does(async ({ place: open, out }, numbers) => {
      const place = await open();
      const { notes } = (await currentSession(place)).state.context;
      const removed = [...new Set(numbers)].map((each) => noteAt(notes, each));
      await thenCheckpoint(place, removeNotes(place, removed));
      out.data(removed.map((each) => `Removed: ${headline(each.text)}`).join("\n"), removed);
    });
}

const NUMBER = "as `session note list` numbers them";

async function write({ place: open, out }: Call, given: string | undefined): Promise<void> {
  if (given === undefined && !canAsk())
    throw new Failure("usage", "missing required argument 'text': there is no terminal for an editor");
  const place = await open();
  await currentSession(place);
  const text = given ?? (await editText(await editorOf(place), "")).trim();
  await thenCheckpoint(place, recordNote(place, text));
  out.data("Noted.", { note: text });
}
