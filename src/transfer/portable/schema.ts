/**
 * Defines the file format of exported sessions. Imports check files against it, and the published JSON schema
 * is generated from it.
 */
import * as v from "valibot";
import { DOCUMENT_LIMITS, isDocumentPath } from "../../session/files/documents.ts";

/** The value of `format` in every export file. */
export const EXPORT_FORMAT = "git-session-export";
/** Version of the format. It increases if an older program could not read a newer file. */
export const EXPORT_SCHEMA = 1;

const LONG = 1_000_000;
const text = v.pipe(v.string(), v.maxLength(LONG));
const some = v.pipe(v.string(), v.minLength(1), v.maxLength(LONG));
const line = v.pipe(v.string(), v.minLength(1), v.maxLength(1000), v.regex(/^[^\r\n]*$/, "one line"));
const moment = v.pipe(v.string(), v.isoTimestamp("a time such as 2025-03-14T09:30:00.000Z"));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9));
const list = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.maxLength(100_000));
const itemId = (kind: string) =>
  v.pipe(v.string(), v.regex(new RegExp(`^${kind}-[0-9]{1,9}$`), `an id such as ${kind}-1`));

const sessionId = v.pipe(
  v.string(),
  v.regex(/^[0-9a-hjkmnp-tv-z]{12}$/, "12 letters and digits, without i, l, o and u"),
);
const oid = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, "the full id of a commit"));

/** A branch name below `refs/heads/`, by the rules of git-check-ref-format(1). */
const branch = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(1000),
  v.regex(
    /^(?!-|HEAD$|@$)(?!.*(?:\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|[./]$))(?![./])[^\x00-\x20\x7f~^:?*[\\]+$/,
    "the name of a branch",
  ),
);

/** A relative path that stays inside the repository. */
const path = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(4096),
  v.regex(
    /^(?![/\\]|[A-Za-z]:)(?!(?:[^\x00]*[/\\])?\.\.(?:[/\\]|$))[^\x00]*$/,
    "a path inside the repository",
  ),
);

const times = { added: v.optional(moment), finished: v.optional(moment), changed: v.optional(moment) };

const objective = v.strictObject({
  id: itemId("obj"),
  mark: v.picklist(["open", "active", "done", "dropped"]),
  text: some,
  ...times,
});

const blocker = v.strictObject({
  id: itemId("blk"),
  resolved: v.boolean(),
  dropped: v.optional(v.literal(true)),
  text: some,
  link: v.optional(line),
  note: v.optional(some),
  ...times,
});

const decision = v.strictObject({
  id: itemId("dec"),
  text: some,
  rationale: v.optional(some),
  alternatives: list(some),
  supersedes: v.optional(line),
  withdraws: v.optional(line),
  session: v.optional(sessionId),
  author: v.optional(line),
  added: v.optional(moment),
  commit: v.optional(v.pipe(oid, v.description("the commit that carries it, as last seen"))),
  was: v.optional(v.pipe(oid, v.description("the commit that carried it before it was pending again"))),
});

const verified = v.strictObject({
  command: some,
  result: v.picklist(["passed", "failed"]),
  added: v.optional(moment),
  commit: v.optional(oid),
  tree: v.optional(v.pipe(oid, v.description("tree of the files that were checked"))),
  apart: v.optional(v.pipe(list(text), v.description("globs of files that do not matter to it"))),
  earlier: v.optional(
    v.pipe(text, v.description("commit that it ran at, if the commit that carries it changed the files")),
  ),
  failing: v.optional(v.pipe(list(text), v.description("names of failing tests"))),
  code: v.optional(v.pipe(count, v.description("exit code, if it was run"))),
  seconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1e9))),
});

const checkpoint = v.strictObject({
  commit: oid,
  message: text,
  parents: v.optional(list(oid)),
  authored: v.optional(v.pipe(v.number(), v.integer())),
  patch: v.optional(oid),
  path: v.optional(path),
  impact: v.optional(list(v.strictObject({ key: line, value: text }))),
  whole: v.optional(
    v.strictObject({ tree: v.optional(oid), patches: v.optional(list(oid)), path: v.optional(path) }),
  ),
});

const session = v.strictObject({
  id: sessionId,
  title: line,
  branch,
  base: v.strictObject({ branch: v.optional(branch), commit: v.optional(oid) }),
  state: v.picklist(["active", "paused", "ended", "archived"]),
  created: moment,
  ended: v.optional(moment),
  checkpointed: v.optional(v.pipe(moment, v.description("when its last checkpoint was made"))),
  author: v.optional(line),
  tags: list(line),
  meta: v.record(v.string(), text),
  checklist: v.optional(v.pipe(list(line), v.description("checks before it ends"))),
  parent: v.optional(line),
  summary: v.optional(some),
  coverage: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  objectives: list(objective),
  blockers: list(blocker),
  decisions: list(decision),
  verified: list(verified),
  notes: list(v.strictObject({ text: some, added: moment })),
  last: v.pipe(
    v.strictObject({ obj: count, blk: count, dec: count }),
    v.description("highest number given so far"),
  ),
  events: v.pipe(list(v.looseObject({ at: line, type: line })), v.description("events, oldest first")),
  checkpoints: v.pipe(list(checkpoint), v.description("its commits, oldest first")),
  handoff: v.optional(v.pipe(text, v.description("the last one written, Markdown"))),
  documents: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          path: v.pipe(v.string(), v.check(isDocumentPath, "a path such as workspace/plan.md")),
          text: v.pipe(v.string(), v.maxLength(DOCUMENT_LIMITS.one)),
        }),
      ),
      v.maxLength(DOCUMENT_LIMITS.files),
      v.description("of its workspace and its transcripts, if requested"),
    ),
  ),
  files: v.optional(
    v.pipe(
      v.strictObject({ objectives: v.optional(text), blockers: v.optional(text) }),
      v.description("the Markdown lists, if they have more text than the items above"),
    ),
  ),
});

/** The schema of an export file. */
export const exportSchema = v.strictObject({
  format: v.literal(EXPORT_FORMAT),
  schema: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(EXPORT_SCHEMA)),
  exported: moment,
  id: v.optional(v.pipe(line, v.description("of the one session, for scripts"))),
  title: v.optional(v.pipe(line, v.description("of the one session, for scripts"))),
  sessions: v.pipe(v.array(session), v.minLength(1), v.maxLength(10_000)),
});

/** The content of an export file. */
export type ExportDocument = v.InferOutput<typeof exportSchema>;
/** A session in an export file. */
export type ExportedSession = v.InferOutput<typeof session>;
/** A commit of a session: one line of `checkpoints.jsonl`. */
export type ExportedCheckpoint = v.InferOutput<typeof checkpoint>;

/** Returns whether a value is an ISO 8601 time. */
export const isMoment = (value: unknown): value is string => v.is(moment, value);
/** Returns whether a value is a string of one line with at most 1,000 characters. */
export const isLine = (value: unknown): value is string => v.is(line, value);
/** Returns whether a value is a valid branch name (git-check-ref-format(1)). */
export const isBranchName = (value: unknown): value is string => v.is(branch, value);
/** Returns whether a value is a line of `checkpoints.jsonl`. */
export const isCheckpoint = (value: unknown): value is ExportedCheckpoint => v.is(checkpoint, value);

/**
 * Returns the problems of a value: `path` is the position in the value, such as `sessions[0].title`, and
 * `what` is the error text. The list is empty for a valid value.
 */
export function problemsOf(value: unknown, schema: v.GenericSchema = exportSchema) {
  const result = v.safeParse(schema, value, { abortPipeEarly: true });
  return (result.issues ?? []).map((issue) => ({
    path: pathOf(issue.path?.map((each) => each.key as string | number) ?? []),
    what: wordsOf(issue),
  }));
}

/** Formats keys as a path such as `sessions[0].objectives[2].mark`. */
export function pathOf(keys: readonly (string | number)[]): string {
  return keys
    .map((key) => {
      if (typeof key === "number") return `[${key}]`;
      return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(clip(key))}]`;
    })
    .join("")
    .replace(/^\./, "");
}

function wordsOf(issue: v.BaseIssue<unknown>): string {
  if (issue.kind === "schema" && issue.received === "undefined") return "is missing";
  if (issue.expected === "never") return "is not a key of an export";
  if (issue.type === "regex" || issue.type === "iso_timestamp")
    return `is not ${issue.message}: ${clip(issue.received)}`;
  const expected = (issue.expected ?? "something else").replace(/^\((.*)\)$/, "$1").replaceAll(" | ", ", ");
  if (/_length$/.test(issue.type)) return `has a length of ${issue.received}, expected ${expected}`;
  return `is ${clip(issue.received)}, expected ${expected}`;
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
