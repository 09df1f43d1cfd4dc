import * as z from "zod/v4";
import { thenCheckpoint } from "../../checkpoint/auto-checkpoint.ts";
import type { Place } from "../../place/place.ts";
import { editDecision, recordDecision, withdrawDecision } from "../../record/items.ts";
import { Failure } from "../../session/failure.ts";
import type { Decision } from "../../session/session.ts";
import { defined } from "../../text/defined.ts";
import { decisionEndText } from "../../trailers/successors.ts";
import { allDecisions, namedDecision, sessionDecisions } from "../../views/decisions.ts";
import { checkArguments, notes, some } from "../schemas.ts";
import { toolOf } from "../tool.ts";

const TAKES = {
  list: ["all", "limit"],
  add: ["text", "rationale", "alternatives", "supersedes"],
  edit: ["id", "text", "rationale", "alternatives"],
  withdraw: ["id", "rationale"],
};

export const tool = toolOf({
  name: "session_decisions",
  order: 90,
  title: "Decisions",
  description: "Lists decisions, newest first, or changes them; the next checkpoint commits the change.",
  does: "adds",
  input: z.strictObject({
    action: z.enum(["list", "add", "edit", "withdraw"]),
    id: z.string().optional(),
    text: z.string().optional(),
    rationale: z.string().optional(),
    alternatives: some.optional().describe("rejected, and why"),
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
        reverted: z.string().optional().describe("commit that reverted it"),
        ended: z.string().optional().describe("why it no longer holds"),
      }),
    ),
    more: z.number(),
    notes,
  }),
  call: async (place, { action, ...given }) => {
    checkArguments(given, action, TAKES);
    const { all, limit = 20, ...asked } = given;
    if (action !== "list") {
      const { id, text, rationale } = await thenCheckpoint(place, changed(place, action, asked));
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
        ...defined({ reverted: each.reverted, ended: decisionEndText(each) }),
      }));
    return { value: { decisions: shown, more: found.length - shown.length } };
  },
});

interface Asked {
  readonly id?: string | undefined;
  readonly text?: string | undefined;
  readonly rationale?: string | undefined;
  readonly alternatives?: readonly string[] | undefined;
  readonly supersedes?: string | undefined;
}

/** Makes a change, and returns the decision that it created or changed. */
async function changed(place: Place, action: "add" | "edit" | "withdraw", asked: Asked): Promise<Decision> {
  const { id, text, rationale, alternatives, supersedes } = asked;
  if (action === "add") {
    if (text === undefined) throw new Failure("usage", "a decision needs a text");
    return recordDecision(place, { text, ...defined({ rationale, alternatives, supersedes }) });
  }
  if (id === undefined) throw new Failure("usage", `${action} needs id`);
  if (action === "edit") return editDecision(place, id, defined({ text, rationale, alternatives }));
  return withdrawDecision(place, { ...(await namedDecision(place, id)), ...defined({ reason: rationale }) });
}
