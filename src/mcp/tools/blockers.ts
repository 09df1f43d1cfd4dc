import * as z from "zod/v4";
import { thenCheckpoint } from "../../checkpoint/auto-checkpoint.ts";
import { sessionOfHead } from "../../record/find-session.ts";
import { dropBlockers, recordBlockers, reopenBlockers, resolveBlockers } from "../../record/items.ts";
import { checkArguments, needed, notes, some } from "../schemas.ts";
import { toolOf } from "../tool.ts";

const TAKES = {
  list: [],
  add: ["text", "link"],
  resolve: ["id", "note"],
  drop: ["id", "note"],
  reopen: ["id"],
};

export const tool = toolOf({
  name: "session_blockers",
  order: 80,
  title: "Blockers",
  description: "Lists this session's blockers, or changes them.",
  does: "adds",
  input: z.strictObject({
    action: z.enum(["list", "add", "resolve", "drop", "reopen"]),
    text: some.optional().describe("texts to add"),
    id: some.optional(),
    link: z.string().optional().describe("issue to wait for"),
    note: z.string().optional().describe("how or why"),
  }),
  output: z.object({
    blockers: z.array(z.object({ id: z.string(), resolved: z.boolean(), text: z.string() })),
    notes,
  }),
  call: async (place, { action, ...given }) => {
    checkArguments(given, action, TAKES);
    const { text, id, link, note } = given;
    if (action === "add")
      await thenCheckpoint(place, recordBlockers(place, needed(text, action, "text"), link));
    else if (action === "resolve")
      await thenCheckpoint(place, resolveBlockers(place, needed(id, action, "id"), note));
    else if (action === "drop")
      await thenCheckpoint(place, dropBlockers(place, needed(id, action, "id"), note));
    else if (action === "reopen")
      await thenCheckpoint(place, reopenBlockers(place, needed(id, action, "id")));
    const { blockers } = (await sessionOfHead(place)).session.state;
    return { value: { blockers: blockers.map(({ id, resolved, text }) => ({ id, resolved, text })) } };
  },
});
