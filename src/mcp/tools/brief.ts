import * as z from "zod/v4";
import { tokens } from "../../text/limits.ts";
import { briefText } from "../../views/brief/brief-text.ts";
import { notes } from "../schemas.ts";
import { toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_brief",
  order: 20,
  title: "Brief",
  description:
    "Returns what is needed to start working on this branch, as Markdown, made from git as it is now.",
  does: "looks",
  input: z.strictObject({ max_tokens: z.int().min(100).max(20_000).optional() }),
  output: z.object({ branch: z.string(), brief: z.string(), notes }),
  call: async (place, { max_tokens }) => {
    const { text, view, problems } = await briefText(
      place,
      max_tokens === undefined ? {} : { limit: tokens(max_tokens), strict: true },
    );
    return { value: { branch: view.session.branch, brief: text }, text, notes: problems };
  },
});
