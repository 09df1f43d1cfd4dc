import type { Node } from "yaml";
import { Failure } from "../../session/failure.ts";
import {
  CONFIG_KEYS,
  type Config,
  configWith,
  isSection,
  requireKey,
  SETTINGS,
  settingOf,
  unknownKey,
  unknownSection,
} from "../../settings/config.ts";
import { defined } from "../../text/defined.ts";
import { readSmall, writeAtomic } from "../files.ts";
import { type AgentCommand, agentCommands } from "./agent-commands.ts";
import { inYaml, NO_MAP, noSection, readSettings, removeKey, setValue } from "./settings-file.ts";
import { parseYaml, plainValue } from "./yaml.ts";

export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** True if the whole file was unreadable. */
  readonly fatal: boolean;
}

type Origin = "default" | "user" | "project" | "environment";

export interface LoadedConfig {
  readonly config: Config;
  /** Source of each setting's value, by key. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly ConfigProblem[];
  /** Commands that start agents, by agent name; only from the user's own file. */
  readonly commands: ReadonlyMap<string, AgentCommand>;
  /** The project's settings file as parsed in this run, for the cache. */
  readonly parsed?: ParsedFile;
}

/** A settings file and its parsed content. Parsing YAML takes longer than the rest of a read-only command. */
interface ParsedFile {
  readonly source: string;
  readonly values: readonly (readonly [string, unknown])[];
}

export interface ConfigSources {
  readonly projectFile: string;
  /** Text of the project's settings file, if a sparse checkout leaves it out of the work tree. */
  readonly projectText?: string;
  readonly userFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of the cache for the parsed project file; used only for exactly the same text. */
  readonly cacheFile?: string;
}

/** Maximum problems to report per file. */
const MAX_PROBLEMS = 20;

/** Values of settings by key. */
type Values = Map<string, unknown>;

/**
 * Loads the settings: variables `SESSION_<SECTION>_<KEY>` take precedence over the project's file, that over
 * the user's file, and that over the defaults. Reports errors in a file with line and column, and uses the
 * rest of the file.
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const problems: ConfigProblem[] = [];
  const [user, project] = await Promise.all([
    readConfigFile(sources.userFile, true, undefined, undefined, problems),
    readConfigFile(sources.projectFile, false, sources.projectText, sources.cacheFile, problems),
  ]);
  const environment = await fromEnvironment(sources.env, problems);
  if (sources.env.SESSION_CONFIG && !project.exists) {
    problems.push({
      ...at(sources.projectFile),
      message: "the file that SESSION_CONFIG names does not exist",
    });
  }
  const origins = new Map<string, Origin>(CONFIG_KEYS.map((key) => [key, "default"]));
  for (const key of user.values.keys()) origins.set(key, "user");
  for (const key of project.values.keys()) origins.set(key, "project");
  for (const key of environment.keys()) origins.set(key, "environment");
  const config = configWith([...user.values, ...project.values, ...environment]);
  const { parsed } = project;
  return { config, origins, problems, commands: user.commands, ...defined({ parsed }) };
}

/** Caches a parsed file for the next command. */
export async function rememberConfig(cacheFile: string, parsed: ParsedFile): Promise<void> {
  // Ignores errors: without the cache the program is only slower.
  await writeAtomic(cacheFile, JSON.stringify(parsed), { durable: false }).catch(() => {});
}

/**
 * Sets a key in a settings file and keeps the rest. Several values make a list.
 * @throws Failure `unknown-key`, `bad-value`; `bad-config` with line and column for an invalid file
 */
export async function setConfig(file: string, key: string, texts: readonly string[]): Promise<void> {
  requireKey(key);
  const { checkValue, valueFromText } = await import("../../settings/schema.ts");
  const checked = checkValue(key, valueFromText(key, texts));
  if ("wrong" in checked) throw new Failure("bad-value", checked.wrong);
  await setValue(file, key, checked.value);
}

/**
 * Removes a key from a file, so that the value of the next source applies.
 * @throws as `setConfig`
 */
export async function unsetConfig(file: string, key: string): Promise<void> {
  requireKey(key);
  await removeKey(file, key);
}

/** Returns the `config.yaml` that `init` writes: every key with its default and a comment. */
export function defaultConfigYaml(): string {
  const lines = ["# Settings of session for this repository. `session config validate` checks them."];
  for (const section of Object.keys(SETTINGS)) {
    lines.push("", `${section}:`);
    for (const key of CONFIG_KEYS.filter((each) => each.startsWith(`${section}.`))) {
      const { standard, does, example } = settingOf(key);
      const name = key.slice(section.length + 1);
      lines.push(
        `  # ${does}`,
        standard === undefined ? `  # ${name}: ${inYaml(example)}` : `  ${name}: ${inYaml(standard)}`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

interface FileValues {
  readonly values: Values;
  readonly commands: ReadonlyMap<string, AgentCommand>;
  readonly exists: boolean;
  readonly parsed?: ParsedFile;
}

async function readConfigFile(
  file: string,
  mayBeLink: boolean,
  elsewhere: string | undefined,
  cacheFile: string | undefined,
  problems: ConfigProblem[],
): Promise<FileValues> {
  let source: string | undefined;
  try {
    source = (await readSettings(file, mayBeLink)).text ?? elsewhere;
  } catch (error) {
    // Replaces the message's prefix: the position already names the file.
    problems.push({ ...at(file), message: (error as Error).message.replace(`${file} `, ""), fatal: true });
    return { values: new Map(), commands: new Map(), exists: true };
  }
  if (source === undefined || source.trim() === "") {
    return { values: new Map(), commands: new Map(), exists: source !== undefined };
  }
  const remembered = cacheFile === undefined ? undefined : await recall(cacheFile, source);
  if (remembered) return { values: remembered, commands: new Map(), exists: true };
  const found: ConfigProblem[] = [];
  const { values, commands } = await valuesOf(source, mayBeLink, (message, place, fatal = false) => {
    if (found.length < MAX_PROBLEMS) found.push({ ...at(file), ...place, message, fatal });
    else if (found.length === MAX_PROBLEMS) {
      found.push({ ...at(file), ...place, message: "and more problems from here on" });
    }
  });
  problems.push(...found);
  if (found.length > 0 || cacheFile === undefined) return { values, commands, exists: true };
  return { values, commands, exists: true, parsed: { source, values: [...values] } };
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

type Report = (message: string, place: { line: number; column: number }, fatal?: boolean) => void;

/** Returns the settings in a YAML text by key. Reports errors with their position, and uses the rest. */
async function valuesOf(text: string, isUsers: boolean, problem: Report) {
  const [{ isMap, isScalar }, { checkValue }, { document, error, placeOf }] = await Promise.all([
    import("yaml"),
    import("../../settings/schema.ts"),
    parseYaml(text),
  ]);
  const values: Values = new Map();
  let commands: ReadonlyMap<string, AgentCommand> = new Map();
  if (error) problem(error.message, error, true);
  if (error || document.contents === null) return { values, commands };
  if (!isMap(document.contents)) {
    problem(NO_MAP, { line: 1, column: 1 }, true);
    return { values, commands };
  }
  const nameOf = (node: unknown) => (isScalar(node) ? String(node.value) : "?");
  const place = (node: unknown) => placeOf((node as Node | null)?.range?.[0] ?? 0);
  for (const { key: sectionNode, value: body } of document.contents.items) {
    const section = nameOf(sectionNode);
    if (section === "agents") {
      const wrong = (message: string) => problem(message, place(sectionNode));
      commands = agentCommands(body === null ? null : plainValue(body, document), isUsers, wrong);
    } else if (!isSection(section)) problem(unknownSection(section), place(sectionNode));
    else if (isMap(body)) {
      for (const { key: node, value } of body.items) {
        const key = `${section}.${nameOf(node)}`;
        if (!CONFIG_KEYS.includes(key)) {
          problem(unknownKey(key), place(node));
          continue;
        }
        const plain = plainValue(value, document);
        if (plain === null) continue;
        const checked = checkValue(key, plain);
        if ("wrong" in checked) problem(checked.wrong, place(node));
        else values.set(key, checked.value);
      }
    } else if (!isScalar(body) || body.value !== null) problem(noSection(section), place(sectionNode));
  }
  return { values, commands };
}

async function fromEnvironment(env: ConfigSources["env"], problems: ConfigProblem[]): Promise<Values> {
  const values: Values = new Map();
  for (const key of CONFIG_KEYS) {
    const name =
      key === "display.verbose" && env.SESSION_VERBOSE
        ? "SESSION_VERBOSE"
        : `SESSION_${key.replace(".", "_").toUpperCase()}`;
    const text = env[name];
    if (text === undefined || text === "") continue;
    const { checkValue, valueFromText } = await import("../../settings/schema.ts");
    const checked = checkValue(key, valueFromText(key, [text]));
    if ("wrong" in checked) {
      problems.push({ ...at(name), message: checked.wrong });
    } else values.set(key, checked.value);
  }
  return values;
}

/** Returns the start of a file as the position of a problem. */
function at(file: string) {
  return { file, line: 1, column: 1, fatal: false };
}
