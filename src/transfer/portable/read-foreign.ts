/** Makes sessions of ours out of the JSON of other tools (src/transfer/importers). Pure. */
import * as v from "valibot";
import { isSessionId } from "../../session/ids.ts";
import { messageListReader, ROLE_NAMES } from "../../transcripts/formats/message-list.ts";
import type { Message, Row, Tokens } from "../../transcripts/formats/shape.ts";
import { transcriptFiles } from "../../transcripts/formats/stored-files.ts";
import type { Parsed } from "./parse.ts";
import { type ExportedSession, isBranchName, problemsOf } from "./schema.ts";

/** A session id out of what names it elsewhere: the same name gives the same id. */
export type IdFor = (key: string) => string;

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
  /** What else it says, by key; what is no text, number or boolean is left out. */
  readonly more: Readonly<Record<string, unknown>>;
  /** `{role, content, timestamp}` each. */
  readonly messages: readonly Row[];
  /** Messages that could not be read. */
  readonly damaged?: number;
}

export const time = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?$/i, "a time"),
  v.check((text) => !Number.isNaN(Date.parse(zoned(text))), "a time"),
);
export const name = v.pipe(v.string(), v.minLength(1), v.maxLength(10_000));
export const number = v.nullish(v.number());

/** The role of a message, as any of these tools calls it. */
export const role = v.pipe(
  name,
  v.regex(new RegExp(`^(?:${ROLE_NAMES.join("|")})$`, "i"), "a role such as user, assistant, system or tool"),
);

/** Returns messages in the shape that sessions keep; their times are UTC where they have no zone. */
export function messagesIn(rows: readonly Row[]): {
  readonly messages: readonly Message[];
  readonly tokens: Tokens | undefined;
} {
  const reader = messageListReader();
  const messages = rows.flatMap((row) => {
    const at = v.is(time, row.timestamp) ? moment(row.timestamp) : undefined;
    return reader.take({ ...row, timestamp: at });
  });
  return { messages, tokens: reader.about().tokens };
}

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
  const { source } = from;
  const id = isSessionId(from.id) ? from.id : idFor(`${source}:${from.id}`);
  const title = oneLine(from.title ?? "") || `${source} ${oneLine(from.id)}`;
  const created = moment(from.created);
  const ended = moment(from.ended);
  const branch = isBranchName(from.branch) ? from.branch : importedBranch(source, title);
  const said = Object.entries(from.more).filter(
    ([, each]) => typeof each === "string" || typeof each === "number" || typeof each === "boolean",
  );
  const { messages, tokens } = messagesIn(from.messages);
  const documents = transcriptFiles(messages, {
    ...{ id: from.id, agent: source, kept: ended, damaged: from.damaged ?? 0, tokens },
  });
  return importedSession(source, from.id, {
    ...{ id, title, branch, created, ended },
    base: isBranchName(from.baseBranch) ? { branch: from.baseBranch } : {},
    state: from.archived ? "archived" : "ended",
    ...(from.summary ? { summary: from.summary } : {}),
    meta: Object.fromEntries(said.map(([key, each]) => [key, String(each).slice(0, 1000)])),
    tags: (from.tags ?? []).map((each) => oneLine(each).slice(0, 100)).filter(Boolean),
    events: [],
    ...(documents.length === 0 ? {} : { documents }),
  });
}

type Known =
  | "id"
  | "title"
  | "branch"
  | "created"
  | "base"
  | "state"
  | "meta"
  | "events"
  | "summary"
  | "documents";

/** A session that another tool recorded: it began, what is known of it happened, and it ended. */
export function importedSession(
  source: string,
  key: string,
  {
    meta,
    events,
    tags = [],
    ...known
  }: Pick<ExportedSession, Known> & { readonly ended: string; readonly tags?: string[] },
): ExportedSession {
  const { id, title, branch, created, ended } = known;
  return {
    ...known,
    tags,
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

function oneLine(text: string): string {
  return Array.from(text.replace(/[\s\x00-\x1f\x7f-\x9f]+/g, " ").trim())
    .slice(0, 200)
    .join("");
}
