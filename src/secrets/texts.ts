/** Lists the texts of a session to scan for secrets, each under the name that the user knows. Pure. */
import { isRecord, parsedJson } from "../text/json.ts";
import { mayHoldSecrets, type NamedText } from "../text/secrets.ts";

/** Returns the texts of a session's files or a snapshot's, with JSON escapes decoded. */
export function recordTexts(files: Iterable<readonly [string, string]>): NamedText[] {
  return [...files].flatMap(([name, text]) => {
    if (name === "context.json") return contextTexts(text);
    if (name === "checkpoints.jsonl") return checkpointTexts(text);
    if (name.endsWith(".jsonl")) return [{ name, text: decodedLines(text) }];
    return [{ name, text }];
  });
}

/** Returns the texts of an exported session. */
export function exportTexts(session: object): NamedText[] {
  return Object.entries(session).flatMap(([key, value]) =>
    Array.isArray(value) ? itemTexts(key, value) : [{ name: key, text: flat(value, key) }],
  );
}

/** Decodes lines of JSON in place; lines that cannot contain a secret become empty. */
function decodedLines(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.includes("\\") || mayHoldSecrets(line) ? decoded(line) : ""))
    .join("\n");
}

function contextTexts(text: string): NamedText[] {
  const context = parsedJson(text);
  if (!isRecord(context)) return [{ name: "context.json", text }];
  const { decisions, notes, verified, meta, ...rest } = context;
  return [
    ...Object.entries({ decisions, notes, verified }).flatMap(([key, value]) => itemTexts(key, value)),
    { name: "metadata", text: flat(meta, "") },
    { name: "context.json", text: flat(rest, "") },
  ];
}

/** Returns each item of a list under its name. */
function itemTexts(key: string, items: unknown): NamedText[] {
  return list(items).map((each, at) => ({ name: nameOf(key, each, at), text: flat(withoutId(each), "") }));
}

function checkpointTexts(text: string): NamedText[] {
  return text.split("\n").flatMap((line) => {
    const value = line === "" ? undefined : parsedJson(line);
    if (!isRecord(value)) return line === "" ? [] : [{ name: "checkpoints.jsonl", text: line }];
    const { commit, message, ...rest } = value;
    const name = `commit ${String(commit).slice(0, 8)}`;
    return [
      { name, text: typeof message === "string" ? message : "" },
      { name, text: flat(rest, "") },
    ];
  });
}

/** Returns the name of an item: `dec-3`, `note 2` or `commit 1a2b3c4d`. */
function nameOf(list: string, value: unknown, at: number): string {
  const { id, commit } = isRecord(value) ? value : {};
  if (typeof id === "string") return id;
  if (list === "checkpoints" && typeof commit === "string") return `commit ${commit.slice(0, 8)}`;
  if (list === "events") return "events.jsonl";
  return `${list === "notes" ? "note" : list} ${at + 1}`;
}

/** Removes the id of an item, which its name already contains. */
function withoutId(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { id: _id, ...rest } = value;
  return rest;
}

function decoded(line: string): string {
  const value = parsedJson(line);
  return (value === undefined ? line : flat(value, "")).replace(/\s*\n\s*/g, " ");
}

/** Returns every text in a value after the name of its field: the name may show that the text is a secret. */
function flat(value: unknown, key: string): string {
  if (typeof value === "string") return TELLING.test(key) ? `${key}: ${value}` : value;
  if (Array.isArray(value)) return value.map((each) => flat(each, key)).join("\n");
  if (!isRecord(value)) return "";
  return Object.entries(value)
    .map(([name, each]) => (isRecord(each) ? `${name}\n${flat(each, name)}` : flat(each, name)))
    .join("\n");
}

const TELLING = /pass|pwd|secret|token|key|credential/i;

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
