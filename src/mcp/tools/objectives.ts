import * as z from "zod/v4";
import { thenCheckpoint } from "../../checkpoint/auto-checkpoint.ts";
import { sessionOfHead } from "../../record/find-session.ts";
import { addObjectives, markObjectives } from "../../record/items.ts";
import type { ObjectiveMark } from "../../session/session.ts";
import { checkArguments, needed, notes, objective, some } from "../schemas.ts";
import { toolOf } from "../tool.ts";

const MARKS: Readonly<Record<"start" | "complete" | "reopen" | "drop", ObjectiveMark>> = {
  start: "active",
  complete: "done",
  reopen: "open",
  drop: "dropped",
};

const ITEMS = ["id"];
const TAKES = { list: [], add: ["text"], start: ITEMS, complete: ITEMS, reopen: ITEMS, drop: ITEMS };

export const tool = toolOf({
  name: "session_objectives",
  order: 70,
  title: "Objectives",
  description: "Lists or changes the objectives of this session.",
  does: "adds",
  input: z.strictObject({
    action: z.enum(["list", "add", "start", "complete", "reopen", "drop"]),
    text: some.optional().describe("texts to add"),
    id: some.optional().describe("ids to change"),
  }),
  output: z.object({ objectives: z.array(objective), notes }),
  call: async (place, { action, ...given }) => {
    checkArguments(given, action, TAKES);
    const { text, id } = given;
    if (action === "add") await thenCheckpoint(place, addObjectives(place, needed(text, action, "text")));
    else if (action !== "list")
      await thenCheckpoint(place, markObjectives(place, needed(id, action, "id"), MARKS[action]));
    const { objectives } = (await sessionOfHead(place)).session.state;
    return { value: { objectives: objectives.map(({ id, mark, text }) => ({ id, mark, text })) } };
  },
});
