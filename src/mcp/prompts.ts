/** Prompts that a user picks: taking a session up, and leaving it well. */
import type { McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import { openPlace } from "../place/place.ts";
import { oneLine } from "../render/inert.ts";
import { Failure } from "../session/failure.ts";
import { briefText, handoffText } from "../views/texts.ts";
import type { House } from "./tool.ts";

const RESUME = "Go on with the work of this session. Say first in two sentences what is next, and why.";

const END = `End this session well: compare the handoff below with what was done here. Record what is missing with the session_ tools: decisions that were taken and why, blockers, checks and how they went, notes for the next reader; mark objectives that are done. Then make a checkpoint of what is not committed. \`session end\` ends it, when the user agrees.`;

export function addPrompts(server: McpServer, house: House): void {
  server.registerPrompt(
    "resume",
    {
      title: "Take a session up",
      description: "The brief of this branch, or the handoff of a session that is named",
      argsSchema: z.object({ session: z.string().optional().describe("id, branch or title") }),
    },
    ({ session }) =>
      told(house, RESUME, async (place) =>
        session === undefined || session === "" ? briefText(place) : handoffText(place, session),
      ),
  );
  server.registerPrompt(
    "end",
    { title: "Leave a session well", description: "The handoff as it would be now, to be completed" },
    () => told(house, END, (place) => handoffText(place, undefined)),
  );
}

async function told(
  house: House,
  what: string,
  text: (place: Awaited<ReturnType<typeof openPlace>>) => Promise<{ readonly text: string }>,
) {
  try {
    const made = await text(await openPlace(house.cwd));
    const content = { type: "text" as const, text: `${what}\n\n${made.text}` };
    return { messages: [{ role: "user" as const, content }] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Error(oneLine(error.hint === undefined ? error.message : `${error.message} (${error.hint})`));
  }
}
