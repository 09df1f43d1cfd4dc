/** Imports and exports sessions of Amplifier: a folder with metadata and a transcript. */
import * as v from "valibot";
import { isRecord } from "../../text/json.ts";
import type { Row } from "../../transcripts/formats/shape.ts";
import type { Importer } from "../portable/importer.ts";
import { messagesIn, name, number, parsed, time } from "../portable/read-foreign.ts";
import { idAt, plainMessages } from "../portable/write-foreign.ts";

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
  writes: {
    name: "amplifier",
    as: "folder",
    files: (session, said) => {
      const { model, bundle } = session.meta;
      return {
        "metadata.json": {
          ...{ session_id: idAt("amplifier", session), created: session.created, name: session.title },
          ...{ description: session.summary ?? null, bundle: bundle ?? null, model: model ?? null },
          turn_count: said.filter(({ role }) => role === "user").length,
        },
        "transcript.jsonl": plainMessages(said)
          .map((each) => `${JSON.stringify(each)}\n`)
          .join(""),
      };
    },
  },
  parse: (value, idFor, transcript) => {
    const lines = transcript.split("\n").filter((each) => each.trim() !== "");
    const rows = lines.flatMap(rowOf);
    const { messages } = messagesIn(rows);
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
      messages: rows,
      damaged: lines.length - rows.length,
    }));
  },
};

function rowOf(line: string): Row[] {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? [value] : [];
  } catch {
    return [];
  }
}
