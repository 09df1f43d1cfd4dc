import * as z from "zod/v4";
import { thenCheckpoint } from "../../checkpoint/auto.ts";
import { recordDecision } from "../../record/record.ts";
import { Failure } from "../../session/failure.ts";
import { defined } from "../../text/defined.ts";
import { endWords } from "../../trailers/successors.ts";
import { allDecisions, sessionDecisions } from "../../views/decisions.ts";
import { notes, some } from "../shapes.ts";
import { toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_decisions",
  order: 90,
  title: "Decisions",
  description: "Lists decisions, the newest first, or records one; the next checkpoint carries it.",
  does: "adds",
  input: z.strictObject({
    action: z.enum(["list", "add"]),
    text: z.string().optional(),
    rationale: z.string().optional(),
    alternatives: some.optional().describe("what was rejected, and why"),
    supersedes: z.string().optional().describe("id it replaces"),
    all: z.boolean().optional().describe("list: of every session"),
    limit: z.int().min(1).max(200).optional().describe("default 20"),
  }),
  output: z.object({
    decisions: z.array(
      z.object({
        id: z.string(),
        text: z.string(),
        rationale: z.string().optional(),
        commit: z.string().nullable(),
        reverted: z.string().optional().describe("the commit that took it back"),
        ended: z.string().optional().describe("why it no longer holds"),
      }),
    ),
    more: z.number(),
    notes,
  }),
  call: async (place, { action, text, all, limit = 20, ...asked }) => {
    if (action === "add") {
      if (text === undefined) throw new Failure("usage", "a decision needs a text");
      const { id, rationale } = await thenCheckpoint(
        place,
        recordDecision(place, { text, ...defined(asked) }),
      );
      return { value: { decisions: [{ id, text, ...defined({ rationale }), commit: null }], more: 0 } };
    }
    const found = all ? await allDecisions(place) : (await sessionDecisions(place)).decisions.toReversed();
    const shown = found
      .slice(0, limit)
      .map((each) => ({
        id: all && each.session !== undefined ? `${each.session}/${each.id}` : each.id,
        text: each.text,
        ...defined({ rationale: each.rationale }),
        commit: each.commit,
        ...defined({ reverted: each.reverted, ended: endWords(each) }),
      }));
    return { value: { decisions: shown, more: found.length - shown.length } };
  },
});
