import { lstat, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Document } from "yaml";
import {
  CONFIG_KEYS,
  type Config,
  checkValue,
  configValue,
  defaultConfig,
  describe,
  requireKey,
  SECTIONS,
  type Section,
  unknownKey,
  valueFromText,
} from "../model/config.ts";
import { Failure } from "../model/failure.ts";
import { writeAtomic } from "./files.ts";

export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** Nothing of the file could be read. */
  readonly fatal: boolean;
}

export type Origin = "default" | "user" | "project" | "environment";

export interface LoadedConfig {
  readonly config: Config;
  /** Where each key comes from. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly ConfigProblem[];
}

export interface ConfigSources {
  readonly projectFile: string;
  readonly userFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
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
    readConfigFile(sources.userFile, true, problems),
    readConfigFile(sources.projectFile, false, problems),
  ]);
  const environment = fromEnvironment(sources.env, problems);
  const config = defaultConfig() as Record<Section, Record<string, unknown>>;
  const origins = new Map<string, Origin>(CONFIG_KEYS.map((key) => [key, "default"]));
  for (const [origin, values] of [
    ["user", user],
    ["project", project],
    ["environment", environment],
  ] as const) {
    for (const [key, value] of values) {
      const [section, name] = key.split(".") as [Section, string];
      config[section][name] = value;
      origins.set(key, origin);
    }
  }
  return { config: config as Config, origins, problems };
}

/** Sets a key in a file, which keeps its comments and order. Failures `unknown-key`, `bad-value`, `bad-config`. */
export async function setConfig(file: string, key: string, texts: readonly string[]): Promise<void> {
  requireKey(key);
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
  const config = defaultConfig();
  const lines = ["# Settings of session for this repository. `session config validate` checks them."];
  for (const section of Object.keys(SECTIONS)) {
    lines.push("", `${section}:`);
    for (const key of CONFIG_KEYS.filter((each) => each.startsWith(`${section}.`))) {
      const name = key.slice(section.length + 1);
      const value =
        key === "tracking.watch_patterns" ? (facts.watchPatterns ?? []) : configValue(config, key);
      lines.push(
        `  # ${describe(key)}`,
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

async function readConfigFile(file: string, mayBeLink: boolean, problems: ConfigProblem[]): Promise<Values> {
  const problem = (message: string, line = 1, column = 1, fatal = false) =>
    problems.push({ file, line, column, message, fatal });
  let text: string | undefined;
  try {
    text = await readText(file, mayBeLink);
  } catch (error) {
    problem((error as Error).message, 1, 1, true);
  }
  if (text === undefined || text.trim() === "") return new Map();
  const { LineCounter, isMap, isScalar, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
    for (const error of document.errors.slice(0, 1))
      problem(reason(error), error.linePos?.[0].line, error.linePos?.[0].col, true);
    if (document.errors.length > 0 || document.contents === null) return new Map();
    if (!isMap(document.contents)) {
      problem("a map of sections is expected here", 1, 1, true);
      return new Map();
    }
    const values: Values = new Map();
    for (const { key: sectionNode, value: sectionValue } of document.contents.items) {
      const section = isScalar(sectionNode) ? String(sectionNode.value) : "?";
      const place = lines.linePos((isScalar(sectionNode) ? sectionNode.range?.[0] : 0) ?? 0);
      if (!Object.hasOwn(SECTIONS, section)) {
        problem(unknownKey(section), place.line, place.col);
        continue;
      }
      if (isScalar(sectionValue) && sectionValue.value === null) continue;
      if (!isMap(sectionValue)) {
        problem(`${section} is a section: its keys go below it, indented`, place.line, place.col);
        continue;
      }
      for (const { key: nameNode, value } of sectionValue.items) {
        const key = `${section}.${isScalar(nameNode) ? String(nameNode.value) : "?"}`;
        const at = lines.linePos((isScalar(nameNode) ? nameNode.range?.[0] : 0) ?? 0);
        if (!CONFIG_KEYS.includes(key)) {
          problem(unknownKey(key), at.line, at.col);
          continue;
        }
        const plain: unknown =
          value && typeof value === "object" && "toJS" in value
            ? (value as { toJS: (of: Document, how: { maxAliasCount: number }) => unknown }).toJS(document, {
                maxAliasCount: 20,
              })
            : null;
        if (plain === null) continue;
        const checked = checkValue(key, plain);
        if ("wrong" in checked) problem(checked.wrong, at.line, at.col);
        else values.set(key, checked.value);
      }
    }
    return values;
  } catch (error) {
    problem(`not readable: ${(error as Error).message.split("\n")[0]}`, 1, 1, true);
    return new Map();
  }
}

function fromEnvironment(env: ConfigSources["env"], problems: ConfigProblem[]): Values {
  const values: Values = new Map();
  for (const key of CONFIG_KEYS) {
    const name =
      key === "display.verbose" && env.SESSION_VERBOSE !== undefined
        ? "SESSION_VERBOSE"
        : `SESSION_${key.replace(".", "_").toUpperCase()}`;
    const text = env[name];
    if (text === undefined || text === "") continue;
    const checked = checkValue(key, valueFromText(key, [text]));
    if ("wrong" in checked)
      problems.push({ file: name, line: 1, column: 1, message: checked.wrong, fatal: false });
    else values.set(key, checked.value);
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
