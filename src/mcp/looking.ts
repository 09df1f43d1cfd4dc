/** Tools that look. */
import type { McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import { Failure } from "../model/failure.ts";
import { tokens } from "../model/limits.ts";
import { excerpt, PARTS, queryOf } from "../model/search.ts";
import { takeUp } from "../workflows/handoffs.ts";
import { searchSessions } from "../workflows/search.ts";
import { statusOf } from "../workflows/status.ts";
import { briefText, handoffText } from "../workflows/texts.ts";
import { notes, objective, session } from "./shapes.ts";
import { addTool, given, type House } from "./tool.ts";

/** Matches of one session that are listed. */
const MAX_MATCHES = 10;

export function addLookingTools(server: McpServer, house: House): void {
  addTool(server, house, "session_status", {
    title: "Status",
    description: "Where this branch's session stands: objectives, open blockers, changes, next steps.",
    does: "looks",
    input: z.strictObject({}),
    output: z.object({
      branch: z.string(),
      session: session.nullable(),
      objectives: z.array(objective),
      blockers: z.array(z.string()),
      pending: z.array(z.string()).describe("decisions no commit carries yet"),
      changed: z.number().describe("files"),
      warnings: z.array(z.string()),
      next: z.array(z.string()),
      notes,
    }),
    call: async (place) => {
      const status = await statusOf(place);
      const { id, title, state, branch } = status.session;
      return {
        value: {
          branch,
          session: status.recorded ? { id, title, state } : null,
          objectives: status.objectives.map((each) => ({ id: each.id, mark: each.mark, text: each.text })),
          blockers: status.blockers
            .filter((each) => !each.resolved)
            .map((each) => [`${each.id}: ${each.text}`, each.link].filter(Boolean).join(" ")),
          pending: [...status.pending],
          changed: status.files.length,
          warnings: [...status.warnings],
          next: status.next.map((each) =>
            each.command === undefined ? each.what : `${each.what}: ${each.command}`,
          ),
        },
      };
    },
  });

  addTool(server, house, "session_brief", {
    title: "Brief",
    description: "What is needed to start working on this branch, as Markdown, made from git as it is now.",
    does: "looks",
    input: z.strictObject({ max_tokens: z.int().min(100).max(20_000).optional() }),
    output: z.object({ branch: z.string(), brief: z.string(), notes }),
    call: async (place, { max_tokens }) => {
      const { text, view, problems } = await briefText(
        place,
        max_tokens === undefined ? {} : { limit: tokens(max_tokens) },
      );
      return { value: { branch: view.session.branch, brief: text }, text, notes: problems };
    },
  });

  addTool(server, house, "session_handoff", {
    title: "Handoff",
    description: "What a session leaves to whoever goes on with it, as Markdown, checked against git now.",
    does: "repeats",
    input: z.strictObject({
      session: z.string().optional().describe("id, branch or title; default: this branch's"),
      ack: z.boolean().optional().describe("record that you took the last one up"),
    }),
    output: z.object({ branch: z.string(), handoff: z.string(), taken_by: z.string().optional(), notes }),
    call: async (place, { session: name, ack }) => {
      const taken = ack ? await takeUp(place, name) : undefined;
      const { text, view, problems } = await handoffText(place, name);
      return {
        value: { branch: view.session.branch, handoff: text, ...given({ taken_by: taken?.by }) },
        text,
        notes: problems,
      };
    },
  });

  addTool(server, house, "session_search", {
    title: "Search",
    description: "Finds words in what all sessions hold, and in decisions that only commits carry.",
    does: "looks",
    input: z.strictObject({
      words: z
        .array(z.string())
        .min(1)
        .describe("all have to be in one place; several in one text: a phrase"),
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
      more: z.number().describe("sessions not listed"),
      notes,
    }),
    call: async (place, { words, in: parts = [...PARTS], limit = 10 }) => {
      const query = queryOf(words);
      if (query.words.length === 0) throw new Failure("usage", "search needs a word", { exit: 2 });
      const found = await searchSessions(place, { query, parts, tags: [] });
      return {
        value: {
          found: found.slice(0, limit).map((each) => ({
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
}
