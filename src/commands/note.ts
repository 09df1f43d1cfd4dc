import type { Command } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto.ts";
import type { About, Call } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { editorOf, recordNote } from "../record/record.ts";
import { currentSession, sessionOfHead } from "../record/session.ts";
import { Failure } from "../session/failure.ts";
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
  everyday: true,
  summary: "Leave a note for whoever works on this branch next",
  description:
    "Adds a note to this session; briefs and handoffs show it. Without a text it opens your editor.",
  examples: [
    ['session note "the staging token expires on Friday"', "add a note"],
    ['session note add "ask Sam about the cache"', "the same"],
    ["session note list", "list them"],
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
      const lines = notes.map(
        (each) => `- ${each.text.replace(/\n/g, "\n  ")}  ${dim(`${age(each.added, now())} ago`)}`,
      );
      out.data(notes.length === 0 ? dim('No notes yet: session note "…"') : lines.join("\n"), notes);
    });
}

async function write({ place: open, out }: Call, given: string | undefined): Promise<void> {
  if (given === undefined && !canAsk())
    throw new Failure("usage", "missing required argument 'text': there is no terminal for an editor");
  const place = await open();
  await currentSession(place);
  const text = given ?? (await editText(await editorOf(place), "")).trim();
  await thenCheckpoint(place, recordNote(place, text));
  out.data("Noted.", { note: text });
}
