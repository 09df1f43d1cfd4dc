import * as z from "zod/v4";
import { thenCheckpoint } from "../../checkpoint/auto-checkpoint.ts";
import { currentSession } from "../../record/find-session.ts";
import { recordNote } from "../../record/items.ts";
import { notes } from "../schemas.ts";
import { toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_note",
  order: 100,
  title: "Note",
  description: "Adds a note for the next person or agent on this branch.",
  does: "adds",
  input: z.strictObject({ text: z.string() }),
  output: z.object({ count: z.number(), notes }),
  call: async (place, { text }) => {
    await thenCheckpoint(place, recordNote(place, text));
    return { value: { count: (await currentSession(place)).state.context.notes.length } };
  },
});
