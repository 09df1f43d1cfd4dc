import * as z from "zod/v4";
import { Failure } from "../../session/failure.ts";
import { searchSessions } from "../../views/search.ts";
import { excerpt, PARTS, queryOf } from "../../views/shapes/search.ts";
import { notes, some } from "../schemas.ts";
import { toolOf } from "../tool.ts";

/** Maximum matches of one session to list. */
const MAX_MATCHES = 10;

export const tool = toolOf({
  name: "session_search",
  order: 40,
  title: "Search",
  description: "Searches all sessions, and decisions that only commits carry.",
  does: "looks",
  input: z.strictObject({
    text: some.describe("words or phrases that must all occur in one item"),
    in: z.array(z.enum(PARTS)).optional(),
    limit: z.int().min(1).max(100).optional().describe("sessions, default 10"),
  }),
  output: z.object({
    found: z.array(
      z.object({
        session: z.string().nullable(),
        title: z.string().nullable(),
        matches: z.array(z.string()),
      }),
    ),
    /** Number of sessions that the answer leaves out. */
    more: z.number(),
    notes,
  }),
  call: async (place, { text, in: parts = [...PARTS], limit = 10 }) => {
    const query = queryOf(text);
    if (query.words.length === 0) throw new Failure("usage", "search needs a word");
    const found = await searchSessions(place, { query, parts, tags: [] });
    return {
      value: {
        found: found
          .slice(0, limit)
          .map((each) => ({
            session: each.session.id,
            title: each.session.title,
            matches: each.matches
              .slice(0, MAX_MATCHES)
              .map(({ part, id, path, text }) => `${id ?? path ?? part}: ${excerpt(query, text)}`),
          })),
        more: Math.max(0, found.length - limit),
      },
    };
  },
});
