import * as v from "valibot";
import { name, number, parsed, time } from "../portable/foreign.ts";
import type { Importer } from "../portable/importer.ts";

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
  reads: "a session's folder, or its metadata.json: the first message",
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
      messages: from.first_message === "" ? [] : [{ role: "user", text: from.first_message }],
    })),
};
