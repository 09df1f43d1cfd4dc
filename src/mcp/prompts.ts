/** Defines MCP prompts that a user picks: to resume a session, and to hand it over. */
import type { McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { briefText, handoffText } from "../views/brief/brief-text.ts";
import { placeFor, whereText } from "./call-place.ts";
import { failureText } from "./hints.ts";
import type { ServerContext } from "./tool.ts";

const WORKTREE = z.string().optional().describe("folder of the clone that you work in");

const RESUME = "Continue the work of this session. First say in two sentences what is next, and why.";

const END = `End this session well: compare the handoff below with the work that was done. Record what is missing with the session_ tools: decisions with their reasons, blockers, checks with their results, notes for the next reader; mark finished objectives. Then make a checkpoint of uncommitted changes. Only the user ends the session: \`session end\` in a shell.`;

/**
 * Adds the MCP prompts to a server. Clients show them among their own commands, so their names differ from
 * the agents' names.
 */
export function addPrompts(server: McpServer, context: ServerContext): void {
  server.registerPrompt(
    "session-resume",
    {
      title: "Resume a session",
      description: "The brief of this branch, or the handoff of a named session",
      argsSchema: z.object({
        session: z.string().optional().describe("id, branch or title"),
        worktree: WORKTREE,
      }),
    },
    ({ session, worktree }) =>
      told(server, context, worktree, RESUME, async (place) =>
        session === undefined || session === "" ? briefText(place) : handoffText(place, session),
      ),
  );
  server.registerPrompt(
    "session-wrap-up",
    {
      title: "Hand off a session",
      description: "The current handoff, to complete",
      argsSchema: z.object({ worktree: WORKTREE }),
    },
    ({ worktree }) => told(server, context, worktree, END, (place) => handoffText(place, undefined)),
  );
}

async function told(
  server: McpServer,
  context: ServerContext,
  worktree: string | undefined,
  what: string,
  text: (place: Place) => Promise<{ readonly text: string }>,
) {
  try {
    const { place } = await placeFor(server, context.cwd, worktree || undefined);
    const made = await text(place);
    const content = { type: "text" as const, text: `${what} ${whereText(place)}\n\n${made.text}` };
    return { messages: [{ role: "user" as const, content }] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Error(failureText(error));
  }
}
