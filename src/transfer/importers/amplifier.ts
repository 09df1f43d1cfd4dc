import * as v from "valibot";
import { isRecord } from "../../text/json.ts";
import { type ForeignMessage, name, number, oneLine, parsed, time } from "../portable/foreign.ts";
import type { Importer } from "../portable/importer.ts";

const SCHEMA = v.looseObject({
  session_id: name,
  created: time,
  name: v.nullish(v.string()),
  description: v.nullish(v.string()),
  bundle: v.nullish(v.string()),
  profile: v.nullish(v.string()),
  model: v.nullish(v.string()),
  turn_count: number,
  parent_id: v.nullish(v.string()),
});

export const importer: Importer = {
  order: 30,
  kind: "file",
  label: "Amplifier",
  reads: "a session's folder with metadata.json and transcript.jsonl; damaged lines are skipped",
  recognizes: (value) =>
    "session_id" in value && ("turn_count" in value || "bundle" in value || "profile" in value),
  beside: "transcript.jsonl",
  parse: (value, idFor, transcript) => {
    const messages = transcript.split("\n").flatMap(messageOf);
    return parsed(SCHEMA, value, idFor, (from) => ({
      source: "amplifier",
      id: from.session_id,
      created: from.created,
      title: from.name || messages.find((each) => each.role === "user")?.text,
      ended: messages.findLast((each) => each.at !== undefined)?.at ?? from.created,
      summary: from.description ?? undefined,
      more: {
        model: from.model,
        bundle: from.bundle ?? from.profile,
        turns: from.turn_count,
        parent: from.parent_id,
      },
      messages,
    }));
  },
};

function messageOf(line: string): ForeignMessage[] {
  if (line.trim() === "") return [];
  try {
    const value: unknown = JSON.parse(line);
    if (!isRecord(value) || typeof value.role !== "string") return [];
    const text = textOf(value.content);
    const at = v.is(time, value.timestamp) ? { at: value.timestamp } : {};
    return text === "" ? [] : [{ role: value.role, text, ...at }];
  } catch {
    return [];
  }
}

/** A text, or the parts of one; of what is no text its kind is left. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const parts = content.map((each) => {
    if (!isRecord(each)) return "";
    if (typeof each.text === "string") return each.text;
    return typeof each.type === "string" ? `[${oneLine(each.type)}]` : "";
  });
  return parts.filter(Boolean).join("\n");
}
