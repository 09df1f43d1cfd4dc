import { lstat, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Document, Node } from "yaml";
import {
  CONFIG_KEYS,
  type Config,
  configWith,
  isSection,
  requireKey,
  SETTINGS,
  settingOf,
  unknownKey,
} from "../model/config.ts";
import { Failure } from "../model/failure.ts";
import { readSmall, writeAtomic } from "./files.ts";

export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** Nothing of the file could be read. */
  readonly fatal: boolean;
}

type Origin = "default" | "user" | "project" | "environment";

export interface LoadedConfig {
  readonly config: Config;
  /** Where each key comes from. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly ConfigProblem[];
  /** The project's file as it was parsed just now, worth remembering. */
  readonly parsed?: ParsedFile;
}

/** A file and what was read from it. Parsing YAML takes longer than all the rest of a command that only looks. */
interface ParsedFile {
  readonly source: string;
  readonly values: readonly (readonly [string, unknown])[];
}

export interface ConfigSources {
  readonly projectFile: string;
  readonly userFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the project's file is remembered; it counts only while that file is the same to the letter. */
  readonly cacheFile?: string;
}

const MAX_BYTES = 256 * 1024;

/** Values by key. */
type Values = Map<string, unknown>;

/**
 * The project's settings over the user's over the defaults; `SESSION_<SECTION>_<KEY>` variables win. What is wrong in a
 * file is reported with line and column, and the rest of the file counts.
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const problems: ConfigProblem[] = [];
  const [user, project] = await Promise.all([
    readConfigFile(sources.userFile, true, undefined, problems),
    readConfigFile(sources.projectFile, false, sources.cacheFile, problems),
  ]);
  const environment = await fromEnvironment(sources.env, problems);
  const origins = new Map<string, Origin>(CONFIG_KEYS.map((key) => [key, "default"]));
  for (const key of user.values.keys()) origins.set(key, "user");
  for (const key of project.values.keys()) origins.set(key, "project");
  for (const key of environment.keys()) origins.set(key, "environment");
  const config = configWith([...user.values, ...project.values, ...environment]);
  const { parsed } = project;
  return { config, origins, problems, ...(parsed === undefined ? {} : { parsed }) };
}

/** Remembers a parsed file for the next command. */
export async function rememberConfig(cacheFile: string, parsed: ParsedFile): Promise<void> {
  await writeAtomic(cacheFile, JSON.stringify(parsed), { durable: false });
}

/** Sets a key in a file, which keeps its comments and order. Failures `unknown-key`, `bad-value`, `bad-config`. */
export async function setConfig(file: string, key: string, texts: readonly string[]): Promise<void> {
  requireKey(key);
  const { checkValue, valueFromText } = await import("../model/schema.ts");
  const checked = checkValue(key, valueFromText(key, texts));
  if ("wrong" in checked) throw new Failure("bad-value", checked.wrong, { exit: 2 });
  await editConfig(file, (document) => document.setIn(key.split("."), checked.value));
}

/** Takes a key out of a file: what is below it counts again. */
export async function unsetConfig(file: string, key: string): Promise<void> {
  requireKey(key);
  await editConfig(file, (document) => document.deleteIn(key.split(".")));
}

/** The `config.yaml` that `init` writes: every key with its default, and a line on what it does. */
export function defaultConfigYaml(facts: { readonly watchPatterns?: readonly string[] } = {}): string {
  const lines = ["# Settings of session for this repository. `session config validate` checks them."];
  for (const section of Object.keys(SETTINGS)) {
    lines.push("", `${section}:`);
    for (const key of CONFIG_KEYS.filter((each) => each.startsWith(`${section}.`))) {
      const { standard, does } = settingOf(key);
      const name = key.slice(section.length + 1);
      const value = key === "tracking.watch_patterns" ? (facts.watchPatterns ?? []) : standard;
      lines.push(
        `  # ${does}`,
        value === undefined ? `  # ${name}: hexagonal` : `  ${name}: ${scalar(value)}`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

function scalar(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => JSON.stringify(each)).join(", ")}]`;
  return typeof value === "string" && !/^\d+[a-z]$/.test(value) ? JSON.stringify(value) : String(value);
}

async function editConfig(file: string, edit: (document: Document) => void): Promise<void> {
  const before = (await readText(file, true)) ?? "";
  const { parseDocument } = await import("yaml");
  const document = parseDocument(before.replace(/\r\n/g, "\n"));
  const error = document.errors[0];
  if (error)
    throw new Failure(
      "bad-config",
      `${file}:${error.linePos?.[0].line ?? 1}:${error.linePos?.[0].col ?? 1}: ${reason(error)}`,
      { hint: "correct the file by hand first" },
    );
  edit(document);
  const after = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  await mkdir(path.dirname(file), { recursive: true });
  await writeAtomic(file, before.includes("\r\n") ? after.replace(/\n/g, "\r\n") : after, { mode: 0o644 });
}

interface FileValues {
  readonly values: Values;
  readonly parsed?: ParsedFile;
}

async function readConfigFile(
  file: string,
  mayBeLink: boolean,
  cacheFile: string | undefined,
  problems: ConfigProblem[],
): Promise<FileValues> {
  const found: ConfigProblem[] = [];
  const problem: Report = (message, line = 1, column = 1, fatal = false) =>
    found.push({ file, line, column, message, fatal });
  let values: Values = new Map();
  let source: string | undefined;
  try {
    source = await readText(file, mayBeLink);
    if (source === undefined || source.trim() === "") return { values };
    const remembered = cacheFile === undefined ? undefined : await recall(cacheFile, source);
    if (remembered) return { values: remembered };
    values = await valuesOf(source, problem);
  } catch (error) {
    problem(`not readable: ${reason(error as Error)}`, 1, 1, true);
  }
  problems.push(...found);
  const sound = found.length === 0 && source !== undefined && cacheFile !== undefined;
  return sound ? { values, parsed: { source: source as string, values: [...values] } } : { values };
}

async function recall(cacheFile: string, source: string): Promise<Values | undefined> {
  try {
    const parsed = JSON.parse((await readSmall(cacheFile)) ?? "") as ParsedFile;
    const known = parsed.source === source && parsed.values.every(([key]) => CONFIG_KEYS.includes(key));
    return known ? new Map(parsed.values) : undefined;
  } catch {
    return undefined;
  }
}

type Report = (message: string, line?: number, column?: number, fatal?: boolean) => void;

/** Keys and values of a YAML text; what is wrong is reported with its place, and the rest counts. */
async function valuesOf(text: string, problem: Report): Promise<Values> {
  const [{ LineCounter, isMap, isScalar, parseDocument }, { checkValue }] = await Promise.all([
    import("yaml"),
    import("../model/schema.ts"),
  ]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [error] = document.errors;
  if (error) problem(reason(error), error.linePos?.[0].line, error.linePos?.[0].col, true);
  if (error || document.contents === null) return new Map();
  if (!isMap(document.contents)) {
    problem("a map of sections is expected here", 1, 1, true);
    return new Map();
  }
  const nameOf = (node: unknown) => (isScalar(node) ? String(node.value) : "?");
  const placeOf = (node: unknown): [number, number] => {
    const { line, col } = lines.linePos((isScalar(node) ? node.range?.[0] : undefined) ?? 0);
    return [line, col];
  };
  const values: Values = new Map();
  for (const { key: sectionNode, value: body } of document.contents.items) {
    const section = nameOf(sectionNode);
    if (!isSection(section)) problem(unknownKey(section), ...placeOf(sectionNode));
    else if (isMap(body)) {
      for (const { key: node, value } of body.items) {
        const key = `${section}.${nameOf(node)}`;
        const plain = plainValue(value, document);
        if (!CONFIG_KEYS.includes(key)) problem(unknownKey(key), ...placeOf(node));
        else if (plain !== null) {
          const checked = checkValue(key, plain);
          if ("wrong" in checked) problem(checked.wrong, ...placeOf(node));
          else values.set(key, checked.value);
        }
      }
    } else if (plainValue(body, document) !== null) {
      problem(`${section} is a section: its keys go below it, indented`, ...placeOf(sectionNode));
    }
  }
  return values;
}

/** The plain value of a YAML node; few aliases, so that none can grow without end. */
function plainValue(node: unknown, document: Document): unknown {
  const isNode = typeof node === "object" && node !== null && "toJS" in node;
  return isNode ? (node as Node).toJS(document, { maxAliasCount: 20 }) : null;
}

async function fromEnvironment(env: ConfigSources["env"], problems: ConfigProblem[]): Promise<Values> {
  const values: Values = new Map();
  for (const key of CONFIG_KEYS) {
    const short = key === "display.verbose" && env.SESSION_VERBOSE !== undefined;
    const name = short ? "SESSION_VERBOSE" : `SESSION_${key.replace(".", "_").toUpperCase()}`;
    const text = env[name];
    if (text === undefined || text === "") continue;
    const { checkValue, valueFromText } = await import("../model/schema.ts");
    const checked = checkValue(key, valueFromText(key, [text]));
    if ("wrong" in checked) {
      problems.push({ file: name, line: 1, column: 1, message: checked.wrong, fatal: false });
    } else values.set(key, checked.value);
  }
  return values;
}

/** Text of a regular file, undefined where there is none. A project's file must not be a link: it could lead anywhere. */
async function readText(file: string, mayBeLink: boolean): Promise<string | undefined> {
  const status = await lstat(file).catch(() => undefined);
  if (!status) return undefined;
  if (!status.isFile() && !(mayBeLink && status.isSymbolicLink()))
    throw new Failure("unsafe-file", "this is not a plain file, so it is not read");
  if (status.size > MAX_BYTES)
    throw new Failure("too-large", `settings of ${status.size} bytes are not read`);
  return (await readFile(file, "utf8")).replace(/^\ufeff/, "");
}

function reason(error: Error): string {
  return (error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
}
