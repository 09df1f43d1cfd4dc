/** Converts the JSON of other tools to sessions, for the files in `importers/`. Pure. */
import * as v from "valibot";
import { isSessionId } from "../../session/ids.ts";
import { messageListReader, ROLE_NAMES } from "../../transcripts/formats/message-list.ts";
import type { Message, Row, Tokens } from "../../transcripts/formats/shape.ts";
import { transcriptFiles } from "../../transcripts/formats/stored-files.ts";
import type { Parsed } from "./parse.ts";
import { type ExportedSession, isBranchName, problemsOf } from "./schema.ts";

/** Function that derives a session id from a tool's own key: the same key always has the same id. */
export type IdFor = (key: string) => string;

interface Foreign {
  /** The tool's name, as stored in the metadata key `imported-from`. */
  readonly source: string;
  /** The session's id in the other tool. */
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
  /** Other values of the record by key; only strings, numbers and booleans become metadata. */
  readonly more: Readonly<Record<string, unknown>>;
  /** Messages of the session, as rows such as `{role, content, timestamp}`. */
  readonly messages: readonly Row[];
  /** Number of messages that could not be read. */
  readonly damaged?: number;
}

/** A date and time with an optional zone, such as `2025-03-14 09:30:00`. */
export const time = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?$/i, "a time"),
  v.check((text) => !Number.isNaN(Date.parse(zoned(text))), "a time"),
);
/** A non-empty string of at most 10,000 characters. */
export const name = v.pipe(v.string(), v.minLength(1), v.maxLength(10_000));
/** A number that may be null or missing. */
export const number = v.nullish(v.number());

/** The role of a message in any spelling that the supported tools use. */
export const role = v.pipe(
  name,
  v.regex(new RegExp(`^(?:${ROLE_NAMES.join("|")})$`, "i"), "a role such as user, assistant, system or tool"),
);

/**
 * Returns messages in the form of stored transcripts, with their token counts. A time without a zone is read
 * as UTC.
 */
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

/**
 * Parses a value with a schema and converts it with `read` to a session. Returns at most five problems for a
 * value that does not match.
 */
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

/**
 * Returns a session for a record of another tool, with a start event, `events`, and an end event. `key`: the
 * record's id in that tool.
 */
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

/** Returns a branch name such as `imported/ainative/fix-login`. The branch need not exist. */
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

/** Adds the zone UTC to a time without a zone: the supported tools write such times in UTC. */
function zoned(text: string): string {
  const iso = text.trim().replace(" ", "T").replace(/\s/g, "");
  return /(Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}Z`;
}

function oneLine(text: string): string {
  return Array.from(text.replace(/[\s\x00-\x1f\x7f-\x9f]+/g, " ").trim())
    .slice(0, 200)
    .join("");
}
