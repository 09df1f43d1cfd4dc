/**
 * Reads session templates: `.session/templates/sessions/<name>.yaml`. A template from a clone is only data.
 */

import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import type { Node } from "yaml";
import { Failure } from "../../session/failure.ts";
import { defined } from "../../text/defined.ts";
import { nearest } from "../../text/nearest.ts";
import { readSmall, writeAtomic } from "../files.ts";
import { isOwnFolder } from "../folders.ts";
import { systemFailure } from "../system-failure.ts";
import { inYaml } from "./settings-file.ts";
import { parseYaml, plainValue } from "./yaml.ts";

/** Initial content of a session, from its template. */
export interface SessionTemplate {
  readonly objectives: readonly string[];
  readonly tags: readonly string[];
  /** Names of checks that must pass before the session ends. */
  readonly checklist: readonly string[];
  /** Name of the branch at which a new branch begins. */
  readonly base?: string;
}

interface TemplateProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface ParsedTemplate {
  readonly template: SessionTemplate;
  readonly problems: readonly TemplateProblem[];
  /** Line and column of `base` in the template. */
  readonly baseAt?: { readonly line: number; readonly column: number };
}

const MAX_BYTES = 64 * 1024;
/** Maximum templates to list: no project has more. */
const MAX_LISTED = 200;

/** Maximum rows per list, and characters per row. Only an objective may have several lines. */
const LISTS = {
  objectives: { rows: 100, length: 4000, lines: true },
  tags: { rows: 50, length: 100, lines: false },
  checklist: { rows: 100, length: 200, lines: false },
} as const;
const KEYS = [...Object.keys(LISTS), "base"];
const MAX_BASE = 250;

/** Returns the path of a session template. */
export const templateFile = (projectDir: string, name: string) =>
  path.join(projectDir, "templates", "sessions", `${name}.yaml`);

/**
 * Returns the names of a project's session templates, ordered.
 * @throws Failure `unsafe-file` for a linked folder
 */
export async function templateNames(projectDir: string): Promise<string[]> {
  const folder = ownFolder(projectDir);
  if (folder === undefined) return [];
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw systemFailure("read", folder, error);
  });
  return names
    .filter((each) => each.endsWith(".yaml") && !each.startsWith("."))
    .sort()
    .slice(0, MAX_LISTED)
    .map((each) => each.slice(0, -".yaml".length));
}

/**
 * Reads a session template; undefined if it does not exist.
 * @throws Failure `unsafe-file`, `too-large`
 */
export async function readTemplate(projectDir: string, name: string): Promise<ParsedTemplate | undefined> {
  if (ownFolder(projectDir) === undefined) return undefined;
  const text = await readSmall(templateFile(projectDir, name), MAX_BYTES);
  return text === undefined ? undefined : parseTemplate(text);
}

/**
 * Writes a session template, completely or not at all.
 * @throws Failure `file-exists` without `force`, `unsafe-file`, `cannot-write`
 */
export async function writeTemplate(
  projectDir: string,
  name: string,
  template: SessionTemplate,
  force: boolean,
): Promise<string> {
  const text = templateText(template);
  const [problem] = (await parseTemplate(text)).problems;
  if (problem)
    throw new Failure("bad-template", `this session cannot be saved as a template: ${problem.message}`);
  for (const folder of foldersOf(projectDir)) {
    ownFolder(projectDir);
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw systemFailure("make", folder, error);
    });
  }
  ownFolder(projectDir);
  const file = templateFile(projectDir, name);
  if (existsSync(file) && !force)
    throw new Failure("file-exists", `the template ${name} already exists`, { hint: "--force" });
  await writeAtomic(file, text, { mode: 0o644 });
  return file;
}

/** Parses a session template. Reports every problem with its position. */
async function parseTemplate(text: string): Promise<ParsedTemplate> {
  const [{ isMap, isScalar, isSeq }, { document, error, placeOf }] = await Promise.all([
    import("yaml"),
    parseYaml(text, "session templates"),
  ]);
  const problems: TemplateProblem[] = [];
  const problem = (node: unknown, message: string) =>
    problems.push({ ...placeOf((node as Node | null)?.range?.[0] ?? 0), message });
  const empty = { objectives: [], tags: [], checklist: [] };
  if (error) return { template: empty, problems: [error] };
  if (document.contents === null) return { template: empty, problems };
  if (!isMap(document.contents)) {
    problem(undefined, `keys such as objectives: are expected here (${KEYS.join(", ")})`);
    return { template: empty, problems };
  }
  const lists: { objectives: string[]; tags: string[]; checklist: string[] } = {
    objectives: [],
    tags: [],
    checklist: [],
  };
  let base: string | undefined;
  let baseAt: ParsedTemplate["baseAt"];
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? String(key.value) : "?";
    if (isScalar(value) && value.value === null) continue;
    if (name === "base") {
      const plain = plainValue(value, document);
      const wrong = wrongText(plain, MAX_BASE, false);
      if (wrong !== undefined) problem(value ?? key, `base must be the name of a branch, ${wrong}`);
      else [base, baseAt] = [String(plain), placeOf((value as Node).range?.[0] ?? 0)];
    } else if (Object.hasOwn(LISTS, name)) {
      const list = name as keyof typeof LISTS;
      if (isSeq(value)) lists[list] = rowsOf(list, value.items);
      else if (value !== null) problem(value, `${name} must be a list: "- " and a text on each line`);
    } else {
      const [meant] = nearest(name, KEYS, 1);
      const hint = meant === undefined ? `; there are ${KEYS.join(", ")}` : `; did you mean "${meant}"?`;
      problem(key, `unknown key ${JSON.stringify(name.slice(0, 80))}${hint}`);
    }
  }
  return { template: { ...lists, ...defined({ base }) }, problems, ...(baseAt && { baseAt }) };

  function rowsOf(list: keyof typeof LISTS, items: readonly unknown[]): string[] {
    const { rows, length, lines } = LISTS[list];
    if (items.length > rows)
      problem(items[rows], `${list} has ${items.length} items; at most ${rows} are read`);
    return items.slice(0, rows).flatMap((item) => {
      const plain = plainValue(item, document);
      const wrong =
        list === "tags" && typeof plain === "string" && plain.includes(",")
          ? "and a tag has no comma"
          : wrongText(plain, length, lines);
      if (wrong === undefined) return [String(plain)];
      problem(item, `${list} holds texts, ${wrong}`);
      return [];
    });
  }
}

/**
 * Returns the reason why a value is not an acceptable text, as the end of a sentence; undefined for an
 * acceptable text.
 */
function wrongText(value: unknown, length: number, lines: boolean): string | undefined {
  if (typeof value !== "string") {
    const kind = value === null ? "nothing" : typeof value === "object" ? "a map or a list" : String(value);
    return `not ${kind}: put it in quotes`;
  }
  if (value.trim() === "") return "and this one is empty";
  if ([...value].length > length) return `of at most ${length} characters; this one has ${[...value].length}`;
  if (!lines && /[\r\n\u2028\u2029]/.test(value.trim())) return "of one line each";
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(value)) return "without control characters";
  return undefined;
}

function templateText({ objectives, tags, checklist, base }: SessionTemplate): string {
  const lists = Object.entries({ objectives, tags, checklist });
  const lines = lists.flatMap(([name, texts]) =>
    texts.length === 0 ? [`${name}: []`] : [`${name}:`, ...texts.map((each) => `  - ${inYaml(each)}`)],
  );
  const from = base === undefined ? ["# base: main"] : [`base: ${inYaml(base)}`];
  return [
    "# Template of a session: session start <branch> --template <the name of this file>",
    ...lines,
    "# Where a new branch begins.",
    ...from,
    "",
  ].join("\n");
}

const foldersOf = (projectDir: string) => [
  projectDir,
  path.join(projectDir, "templates"),
  path.join(projectDir, "templates", "sessions"),
];

/**
 * Returns the folder of the session templates; undefined if it does not exist.
 * @throws Failure `unsafe-file` for a link in the path
 */
function ownFolder(projectDir: string): string | undefined {
  for (const folder of foldersOf(projectDir)) {
    if (isOwnFolder(folder)) continue;
    if (!existsSync(folder)) return undefined;
    throw new Failure("unsafe-file", `${folder} is not a folder; templates are not read through links`);
  }
  return foldersOf(projectDir).at(-1);
}
