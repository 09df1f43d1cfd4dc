/** Imports and exports sessions of AINative: a JSON file with a session and its messages. */
import * as v from "valibot";
import { isRecord } from "../../text/json.ts";
import type { Importer } from "../portable/importer.ts";
import { name, parsed, role, time } from "../portable/read-foreign.ts";
import { idAt, lastActivity, ownMeta, plainMessages } from "../portable/write-foreign.ts";

const messages = v.pipe(
  v.array(v.looseObject({ role, content: v.string(), timestamp: v.nullish(time) })),
  v.maxLength(100_000),
);

/** The session file that AINative's program writes. */
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
  messages: v.nullish(messages),
});

/** The flat session file that AINative's guide describes. */
const FLAT = v.looseObject({
  id: name,
  title: name,
  created_at: time,
  updated_at: v.nullish(time),
  status: v.nullish(v.picklist(["active", "archived", "deleted"])),
  provider: v.nullish(v.string()),
  model: v.nullish(v.string()),
  metadata: v.nullish(
    v.looseObject({
      tags: v.nullish(v.array(v.pipe(v.string(), v.regex(/^[^,]*$/, "a tag without a comma")))),
    }),
  ),
  messages,
});

const KEYS = ["id", "title", "created_at", "updated_at"];

export const importer: Importer = {
  order: 10,
  kind: "file",
  label: "AINative",
  reads: "the JSON of a session, with its messages; of several in a list, too",
  recognizes: (value) =>
    (isRecord(value.session) && "created_at" in value.session) ||
    ("messages" in value && KEYS.some((key) => key in value)),
  writes: {
    name: "ainative",
    as: "file",
    files: (session, said) => {
      const { provider, model, ...rest } = ownMeta(session);
      return {
        "session.json": {
          ...{ id: idAt("ainative", session), title: session.title },
          ...{ created_at: session.created, updated_at: lastActivity(session) },
          ...{ provider: provider ?? null, model: model ?? null },
          metadata: { tags: session.tags, ...rest },
          messages: plainMessages(said),
        },
      };
    },
  },
  parse: (value, idFor) =>
    isRecord(value) && isRecord(value.session)
      ? parsed(SCHEMA, value, idFor, ({ session, messages }) => ({
          source: "ainative",
          id: session.id,
          title: session.name,
          created: session.created_at,
          ended: session.updated_at,
          archived: session.status !== "active",
          more: { model: session.model, provider: session.settings?.provider },
          messages: messages ?? [],
        }))
      : parsed(FLAT, value, idFor, ({ metadata, ...session }) => ({
          source: "ainative",
          id: session.id,
          title: session.title,
          created: session.created_at,
          ended: session.updated_at ?? session.messages.at(-1)?.timestamp ?? session.created_at,
          archived: (session.status ?? "active") !== "active",
          tags: metadata?.tags ?? [],
          more: { ...metadata, model: session.model, provider: session.provider },
          messages: session.messages,
        })),
};
