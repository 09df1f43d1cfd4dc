import { lstatSync } from "node:fs";
import { realpath } from "node:fs/promises";
import path from "node:path";
import type { Document } from "yaml";
import { Failure } from "../../session/failure.ts";
import { defined } from "../../text/defined.ts";
import { readSmall, writeAtomic } from "../files.ts";
import { makeFolders } from "../folders.ts";
import { parseYaml } from "./yaml.ts";

const MAX_BYTES = 256 * 1024;

export const NO_MAP = "sections such as display: are expected here, with their keys below them";
/** Returns the error text for a section that has a value in place of keys. */
export const noSection = (name: string) => `${name} is a section: its keys go below it, indented`;

/**
 * Reads a settings file and its real path. The user's own file may be a link. A project's file and folder may
 * not, because a foreign repository could redirect reads and writes.
 */
export async function readSettings(file: string, mayBeLink: boolean) {
  const folder = path.dirname(file);
  if (path.basename(folder) === ".session" && isLink(folder)) {
    throw new Failure("unsafe-file", `${folder} is a link; settings are not read through it`);
  }
  const target = mayBeLink ? await realpath(file).catch(() => file) : file;
  const text = await readSmall(target, MAX_BYTES);
  return { target, ...defined({ text }) };
}

/**
 * Sets a value in a settings file, or creates the file.
 * @throws Failure `bad-config` with line and column
 */
export function setValue(file: string, key: string, value: unknown): Promise<void> {
  return editSettings(file, (text, document, yaml) => withValue(text, document, yaml, key, value));
}

/**
 * Removes a key from a settings file, if it has the key.
 * @throws Failure `bad-config`
 */
export function removeKey(file: string, key: string): Promise<void> {
  const keys = key.split(".");
  return editSettings(file, (text, document, yaml) => {
    if (!document.hasIn(keys)) return text;
    refuseAnchor(document.getIn(keys, true), yaml, key);
    document.deleteIn(keys);
    return written(text, document);
  });
}

/** Returns a value on one line of YAML: quoted like the earlier value, or only if needed. */
export function inYaml(value: unknown, quote = ""): string {
  if (Array.isArray(value)) return `[${value.map((each) => inYaml(each)).join(", ")}]`;
  if (typeof value !== "string") return String(value);
  if (quote === "'" && !value.includes("\n")) return `'${value.replaceAll("'", "''")}'`;
  const plain =
    /^(\d+[smhdw]|[a-z][\w-]*)$/i.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return plain && quote !== '"' ? value : JSON.stringify(value);
}

type Yaml = typeof import("yaml");
type Edit = (text: string, document: Document, yaml: Yaml) => string;

async function editSettings(file: string, edit: Edit): Promise<void> {
  const { target, text = "" } = await readSettings(file, path.basename(path.dirname(file)) !== ".session");
  const broken = (place: { line: number; column: number }, message: string) =>
    notEditable(`${file}:${place.line}:${place.column}: ${message}`);
  const { document, error } = await parseYaml(text);
  if (error) throw broken(error, error.message);
  const yaml = await import("yaml");
  if (document.contents !== null && !yaml.isMap(document.contents)) {
    throw broken({ line: 1, column: 1 }, NO_MAP);
  }
  const after = edit(text, document, yaml);
  if (after === text) return;
  const { error: damage } = await parseYaml(after);
  if (damage) throw broken(damage, `the change would break this line: ${damage.message}`);
  await makeFolders(path.dirname(target));
  const mode = (lstatSync(target, { throwIfNoEntry: false })?.mode ?? 0o644) & 0o777;
  await writeAtomic(target, after, { mode });
}

/**
 * Returns the text of a settings file with a value set. Changes only this value if the key already has a
 * scalar.
 */
function withValue(text: string, document: Document, yaml: Yaml, key: string, value: unknown): string {
  const [section = "", name = ""] = key.split(".");
  const body = document.get(section, true);
  const old = yaml.isMap(body) ? body.get(name, true) : undefined;
  refuseAnchor(old, yaml, key);
  const piece = (yaml.isScalar(old) && old.type?.match(/^(PLAIN|QUOTE)/)) || (yaml.isSeq(old) && old.flow);
  const [start, end] = old?.range ?? [0, 0];
  if (old && piece && !old.tag && end > start) {
    return text.slice(0, start) + inYaml(value, text[start]) + text.slice(end);
  }
  if (yaml.isMap(body)) body.set(name, value);
  else if (body === undefined || (yaml.isScalar(body) && body.value === null)) {
    const made = document.createNode({ [name]: value });
    if (body?.comment) made.comment = body.comment;
    if (body?.commentBefore) made.commentBefore = body.commentBefore;
    document.set(section, made);
  } else throw notEditable(noSection(section));
  return written(text, document);
}

/** Returns a changed YAML document as text, with its earlier indentation and line ends. */
function written(before: string, document: Document): string {
  const indent = Math.min(8, Math.max(2, /^( +)[^\s#]/m.exec(before)?.[1]?.length ?? 2));
  let text: string;
  try {
    text = document.toString({ lineWidth: 0, flowCollectionPadding: false, indent });
  } catch (error) {
    // The YAML library reads an alias without its anchor, but cannot write it.
    throw notEditable((error as Error).message);
  }
  return before.includes("\r\n") ? text.replace(/\r?\n/g, "\r\n") : text;
}

/** Refuses to change a value with an anchor: aliases of the value would change too. */
function refuseAnchor(node: unknown, yaml: Yaml, key: string): void {
  if (!yaml.isNode(node)) return;
  yaml.visit(node, (_key, each) => {
    if ("anchor" in (each as object) && (each as { anchor?: string }).anchor) {
      throw notEditable(`${key} has an anchor, which other lines may use`);
    }
  });
}

function notEditable(message: string): Failure {
  return new Failure("bad-config", message, { advice: "correct the file by hand first" });
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
