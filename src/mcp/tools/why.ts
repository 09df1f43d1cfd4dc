import * as z from "zod/v4";
import { visibleText } from "../../text/foreign-text.ts";
import type { Origin, WhyDecision } from "../../views/shapes/why.ts";
import { whyOf } from "../../views/why.ts";
import { notes, texts } from "../schemas.ts";
import { toolOf } from "../tool.ts";

/** Maximum origins of lines to list. */
const MOST = 50;

export const tool = toolOf({
  name: "session_why",
  order: 45,
  title: "Why",
  description: "Shows the decisions behind lines of a file, newest first.",
  does: "looks",
  input: z.strictObject({ target: z.string().describe("file, file:12, file:12-20 or file:function") }),
  output: z.object({
    origins: z.array(
      z.object({
        lines: z.string(),
        commit: z.string().nullable(),
        session: z.string().nullable(),
        decisions: texts,
      }),
    ),
    more: z.number(),
    notes,
  }),
  call: async (place, { target }, { cwd }) => {
    const { origins } = await whyOf(place, cwd, target);
    return {
      value: { origins: origins.slice(0, MOST).map(originText), more: Math.max(0, origins.length - MOST) },
    };
  },
});

function originText({ lines, commit, subject, session, decisions }: Origin) {
  return {
    lines: lines.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", "),
    commit: commit === null ? null : `${commit.slice(0, 12)} ${subject ?? ""}`,
    session: session === null ? null : `${session.id} ${session.title ?? ""}`.trim(),
    decisions: decisions.map(decisionText),
  };
}

/** Formats a decision as `dec-1: Use PKCE. Because: no secret. Rejected: Implicit. Superseded by dec-2.` */
function decisionText({ id, text, rationale, alternatives, supersededBy, reverted }: WhyDecision): string {
  return [
    `${id}: ${text}`,
    ...(rationale === undefined ? [] : [`Because: ${rationale}`]),
    ...(alternatives?.length ? [`Rejected: ${alternatives.join("; ")}`] : []),
    ...(supersededBy === undefined ? [] : [`Superseded by ${supersededBy}`]),
    ...(reverted === undefined ? [] : [`Reverted by ${reverted.slice(0, 12)}`]),
  ]
    .map(visibleText)
    .join(". ");
}
