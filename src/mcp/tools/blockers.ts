import * as z from "zod/v4";
import { thenCheckpoint } from "../../checkpoint/auto.ts";
import { recordBlockers, resolveBlockers } from "../../record/record.ts";
import { sessionOfHead } from "../../record/session.ts";
import { notes, some, texts } from "../shapes.ts";
import { toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_blockers",
  order: 80,
  title: "Blockers",
  description: "Lists this session's blockers, or changes them.",
  does: "adds",
  input: z.strictObject({
    action: z.enum(["list", "add", "resolve"]),
    items: texts.optional().describe("add: texts; resolve: ids"),
    link: z.string().optional().describe("issue it waits for"),
    note: z.string().optional().describe("how it was resolved"),
  }),
  output: z.object({
    blockers: z.array(z.object({ id: z.string(), resolved: z.boolean(), text: z.string() })),
    notes,
  }),
  call: async (place, { action, items = [], link, note }) => {
    if (action === "add") await thenCheckpoint(place, recordBlockers(place, some(items, action), link));
    else if (action === "resolve")
      await thenCheckpoint(place, resolveBlockers(place, some(items, action), note));
    const { blockers } = (await sessionOfHead(place)).session.state;
    return { value: { blockers: blockers.map(({ id, resolved, text }) => ({ id, resolved, text })) } };
  },
});
