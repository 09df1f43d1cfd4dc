import * as z from "zod/v4";
import { defined } from "../../text/defined.ts";
import { handoffText } from "../../views/brief/brief-text.ts";
import { acknowledgeHandoff } from "../../views/last-handoff.ts";
import { notes } from "../schemas.ts";
import { toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_handoff",
  order: 30,
  title: "Handoff",
  description: "Returns the handoff of a session as Markdown, from git as it is now.",
  does: "repeats",
  input: z.strictObject({
    session: z.string().optional().describe("id, branch or title; default: this branch's"),
    ack: z.boolean().optional().describe("acknowledge the last handoff"),
  }),
  output: z.object({ branch: z.string(), handoff: z.string(), taken_by: z.string().optional(), notes }),
  call: async (place, { session: name, ack }) => {
    const taken = ack ? await acknowledgeHandoff(place, name) : undefined;
    const { text, view, problems } = await handoffText(place, name);
    return {
      value: { branch: view.session.branch, handoff: text, ...defined({ taken_by: taken?.by }) },
      text,
      notes: problems,
    };
  },
});
