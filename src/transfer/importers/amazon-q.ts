/** Imports and exports sessions of Amazon Q: a folder with metadata and documents, without a conversation. */
import * as v from "valibot";
import type { Importer } from "../portable/importer.ts";
import { name, number, parsed, time } from "../portable/read-foreign.ts";
import { idAt, lastActivity, ownMeta } from "../portable/write-foreign.ts";

const SCHEMA = v.looseObject({
  version: v.optional(v.pipe(v.number(), v.maxValue(1)), 1),
  id: name,
  status: v.picklist(["active", "background", "archived"]),
  created: time,
  last_active: time,
  first_message: v.string(),
  name: v.nullish(v.string()),
  file_count: number,
  message_count: number,
  worktree_info: v.nullish(v.looseObject({ branch: v.string(), merge_target: v.nullish(v.string()) })),
});

export const importer: Importer = {
  order: 20,
  kind: "file",
  label: "Amazon Q",
  reads: "a session's folder: metadata.json, its first message, and the documents beside it",
  documents: true,
  writes: {
    name: "amazon-q",
    as: "folder",
    workspace: true,
    files: (session, said) => {
      const { messages, files, ...rest } = ownMeta(session);
      const spoken = said.filter(({ role }) => role === "user" || role === "assistant").length;
      const documents = (session.documents ?? []).filter(({ path }) => path.startsWith("workspace/"));
      return {
        "metadata.json": {
          ...{ version: 1, id: idAt("amazon-q", session) },
          status: session.state === "active" || session.state === "paused" ? "active" : "archived",
          ...{ created: session.created, last_active: lastActivity(session) },
          first_message: said.find(({ role }) => role === "user")?.text ?? session.objectives[0]?.text ?? "",
          name: session.title,
          file_count: Number(files) || documents.length,
          message_count: Number(messages) || spoken,
          custom_fields: rest,
        },
        ...Object.fromEntries(documents.map(({ path, text }) => [path.slice("workspace/".length), text])),
      };
    },
  },
  recognizes: (value) => "last_active" in value && "first_message" in value,
  parse: (value, idFor) =>
    parsed(SCHEMA, value, idFor, (from) => ({
      source: "amazon-q",
      id: from.id,
      title: from.name || from.first_message,
      created: from.created,
      ended: from.last_active,
      archived: from.status === "archived",
      branch: from.worktree_info?.branch,
      baseBranch: from.worktree_info?.merge_target ?? undefined,
      more: { messages: from.message_count, files: from.file_count },
      messages: from.first_message === "" ? [] : [{ role: "user", content: from.first_message }],
    })),
};
