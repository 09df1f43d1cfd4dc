import * as v from "valibot";
import { isRecord } from "../../text/json.ts";
import { name, parsed, time } from "../portable/foreign.ts";
import type { Importer } from "../portable/importer.ts";

const SCHEMA = v.looseObject({
  session: v.looseObject({
    id: name,
    name,
    created_at: time,
    updated_at: time,
    status: v.picklist(["active", "archived", "deleted"]),
    model: v.nullish(v.string()),
    settings: v.nullish(v.looseObject({})),
  }),
  messages: v.nullish(
    v.pipe(
      v.array(v.looseObject({ role: name, content: v.string(), timestamp: time })),
      v.maxLength(100_000),
    ),
  ),
});

export const importer: Importer = {
  order: 10,
  kind: "file",
  label: "AINative",
  reads: "the JSON of a session, with its messages",
  recognizes: ({ session }) => isRecord(session) && "created_at" in session,
  parse: (value, idFor) =>
    parsed(SCHEMA, value, idFor, ({ session, messages }) => ({
      source: "ainative",
      id: session.id,
      title: session.name,
      created: session.created_at,
      ended: session.updated_at,
      archived: session.status !== "active",
      more: { model: session.model, provider: session.settings?.provider },
      messages: (messages ?? []).map((each) => ({ role: each.role, text: each.content, at: each.timestamp })),
    })),
};
