/** Makes sessions of ours out of the JSON of other tools (src/transfer/importers). Pure. */
import * as v from "valibot";
import type { Parsed } from "./parse.ts";
import { type ExportedSession, isBranchName, problemsOf } from "./schema.ts";

/** A session id out of what names it elsewhere: the same name gives the same id. */
export type IdFor = (key: string) => string;

export interface ForeignMessage {
  readonly role: string;
  readonly text: string;
  readonly at?: string;
}

interface Foreign {
  /** The tool, as `imported-from` names it. */
  readonly source: string;
  /** Its id there. */
  readonly id: string;
  readonly title: string | undefined;
  readonly created: string;
  readonly ended: string;
  readonly archived?: boolean;
  readonly branch?: string | undefined;
  readonly baseBranch?: string | undefined;
  readonly summary?: string | undefined;
  readonly parent?: string | undefined;
  readonly tags?: readonly string[];
  /** What else it says, by key; what is undefined or null is left out. */
  readonly more: Readonly<Record<string, unknown>>;
  readonly messages: readonly ForeignMessage[];
}

export const time = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?$/i, "a time"),
  v.check((text) => !Number.isNaN(Date.parse(zoned(text))), "a time"),
);
export const name = v.pipe(v.string(), v.minLength(1), v.maxLength(10_000));
export const number = v.nullish(v.number());

/** Checks a value by a schema, then makes a session of it. */
export function parsed<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  idFor: IdFor,
  read: (from: v.InferOutput<S>) => Foreign,
): Parsed<ExportedSession> {
  const problems = problemsOf(value, schema);
  if (problems.length > 0)
    return { problems: problems.slice(0, 5).map(({ path, what }) => `${path} ${what}`) };
  return { value: sessionOf(read(v.parse(schema, value)), idFor) };
}

function sessionOf(from: Foreign, idFor: IdFor): ExportedSession {
  const { source, messages } = from;
  const id = idFor(`${source}:${from.id}`);
  const title = oneLine(from.title ?? "") || `${source} ${oneLine(from.id)}`;
  const created = moment(from.created);
  const ended = moment(from.ended);
  const branch = isBranchName(from.branch) ? from.branch : importedBranch(source, title);
  const said = Object.entries(from.more).filter(
    ([, each]) => typeof each === "string" || typeof each === "number",
  );
  return importedSession(source, from.id, {
    ...{ id, title, branch, created, ended },
    base: isBranchName(from.baseBranch) ? { branch: from.baseBranch } : {},
    state: from.archived ? "archived" : "ended",
    ...(from.summary ? { summary: from.summary } : {}),
    meta: Object.fromEntries(said.map(([key, each]) => [key, String(each).slice(0, 1000)])),
    events: messages.map(({ role, text, at }) => ({
      at: at === undefined ? created : moment(at),
      type: "message",
      role: oneLine(role),
      text,
    })),
  });
}

type Known = "id" | "title" | "branch" | "created" | "base" | "state" | "meta" | "events" | "summary";

/** A session that another tool recorded: it began, what is known of it happened, and it ended. */
export function importedSession(
  source: string,
  key: string,
  { meta, events, ...known }: Pick<ExportedSession, Known> & { readonly ended: string },
): ExportedSession {
  const { id, title, branch, created, ended } = known;
  return {
    ...known,
    tags: [],
    meta: { "imported-from": source, "imported-id": key.slice(0, 1000), ...meta },
    ...{ objectives: [], blockers: [], decisions: [], verified: [], notes: [], checkpoints: [] },
    last: { obj: 0, blk: 0, dec: 0 },
    events: [
      { at: created, type: "session.started", id, ref: `refs/heads/${branch}`, title },
      ...events,
      { at: ended, type: "session.ended" },
    ],
  };
}

/** `imported/ainative/fix-login`: no branch of that name need be there. */
export function importedBranch(source: string, title: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, 40)
    .replace(/^-|-$/g, "");
  return `imported/${source}${slug === "" ? "" : `/${slug}`}`;
}

function moment(text: string): string {
  return new Date(Date.parse(zoned(text))).toISOString();
}

/** A time without a zone is UTC, as these tools write it. */
function zoned(text: string): string {
  const iso = text.trim().replace(" ", "T").replace(/\s/g, "");
  return /(Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}Z`;
}

export function oneLine(text: string): string {
  return Array.from(text.replace(/[\s\x00-\x1f\x7f-\x9f]+/g, " ").trim())
    .slice(0, 200)
    .join("");
}
