/** Sessions of other tools as ours: each parser takes checked JSON and gives sessions, or what is wrong. Pure. */
import * as v from "valibot";
import { isObject, type Parsed } from "./parse.ts";
import { type ExportedSession, isBranchName, problemsOf } from "./schema.ts";

export type Source = "ainative" | "amazon-q" | "amplifier";

/** A session id out of what names it elsewhere: the same name gives the same id. */
export type IdFor = (key: string) => string;

interface Message {
  readonly role: string;
  readonly text: string;
  readonly at?: string;
}

interface Foreign {
  readonly source: Source;
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
  readonly messages: readonly Message[];
}

const time = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?$/i, "a time"),
  v.check((text) => !Number.isNaN(Date.parse(zoned(text))), "a time"),
);
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(10_000));
const number = v.nullish(v.number());

const AINATIVE = v.looseObject({
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

const AMAZON_Q = v.looseObject({
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

const AMPLIFIER = v.looseObject({
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

/** Which tool wrote a JSON file, by the keys that only it has. */
export function sourceOf(value: unknown): Source | undefined {
  if (!isObject(value)) return undefined;
  if (isObject(value.session) && "created_at" in value.session) return "ainative";
  if ("last_active" in value && "first_message" in value) return "amazon-q";
  return "session_id" in value && ("turn_count" in value || "bundle" in value || "profile" in value)
    ? "amplifier"
    : undefined;
}

/** `{session, messages}` as AINative exports it. */
export function fromAinative(value: unknown, idFor: IdFor): Parsed<ExportedSession> {
  return parsed(AINATIVE, value, ({ session, messages }) =>
    sessionOf(
      {
        ...{ source: "ainative", id: session.id, title: session.name },
        ...{ created: session.created_at, ended: session.updated_at },
        archived: session.status !== "active",
        more: { model: session.model, provider: session.settings?.provider },
        messages: (messages ?? []).map((each) => ({
          ...{ role: each.role, text: each.content, at: each.timestamp },
        })),
      },
      idFor,
    ),
  );
}

/** The `metadata.json` of a session folder of Amazon Q. */
export function fromAmazonQ(value: unknown, idFor: IdFor): Parsed<ExportedSession> {
  return parsed(AMAZON_Q, value, (from) =>
    sessionOf(
      {
        ...{ source: "amazon-q", id: from.id, title: from.name || from.first_message },
        ...{ created: from.created, ended: from.last_active },
        archived: from.status === "archived",
        branch: from.worktree_info?.branch,
        baseBranch: from.worktree_info?.merge_target ?? undefined,
        more: { messages: from.message_count, files: from.file_count },
        messages: from.first_message === "" ? [] : [{ role: "user", text: from.first_message }],
      },
      idFor,
    ),
  );
}

/** Amplifier's `metadata.json` with its `transcript.jsonl`, of which damaged lines are passed over. */
export function fromAmplifier(value: unknown, transcript: string, idFor: IdFor): Parsed<ExportedSession> {
  const messages = transcript.split("\n").flatMap(messageOf);
  return parsed(AMPLIFIER, value, (from) =>
    sessionOf(
      {
        ...{ source: "amplifier", id: from.session_id, created: from.created },
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
      },
      idFor,
    ),
  );
}

function parsed<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  build: (from: v.InferOutput<S>) => ExportedSession,
): Parsed<ExportedSession> {
  const problems = problemsOf(value, schema);
  if (problems.length > 0)
    return { problems: problems.slice(0, 5).map(({ path, what }) => `${path} ${what}`) };
  return { value: build(v.parse(schema, value)) };
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
  return {
    ...{ id, title, branch, created, ended },
    base: isBranchName(from.baseBranch) ? { branch: from.baseBranch } : {},
    state: from.archived ? "archived" : "ended",
    tags: [],
    meta: {
      "imported-from": source,
      "imported-id": from.id.slice(0, 1000),
      ...Object.fromEntries(said.map(([key, each]) => [key, String(each).slice(0, 1000)])),
    },
    ...(from.summary ? { summary: from.summary } : {}),
    ...{ objectives: [], blockers: [], decisions: [], verified: [], notes: [], checkpoints: [] },
    last: { obj: 0, blk: 0, dec: 0 },
    events: [
      { at: created, type: "session.started", id, ref: `refs/heads/${branch}`, title },
      ...messages.map(({ role, text, at }) => ({
        ...{ at: at === undefined ? created : moment(at), type: "message" },
        ...{ role: oneLine(role), text },
      })),
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

function messageOf(line: string): Message[] {
  if (line.trim() === "") return [];
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value) || typeof value.role !== "string") return [];
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
    if (!isObject(each)) return "";
    if (typeof each.text === "string") return each.text;
    return typeof each.type === "string" ? `[${oneLine(each.type)}]` : "";
  });
  return parts.filter(Boolean).join("\n");
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
