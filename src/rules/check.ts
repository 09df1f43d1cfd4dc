/** Checks the lines that a change adds against rules. */
import type { FileDiff } from "../facts/formats/diff.ts";
import type { Rule } from "../settings/rule.ts";
import { type Engine, engine, globSource, type Match } from "./globs.ts";
import { type Imported, importsIn, PathIndex } from "./imports.ts";

type Severity = "warning" | "error";

/** A rule that a change breaks, and the place in the file. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Sentence of the rule, which is shown to users. */
  readonly say: string;
  readonly path: string;
  /** Line in the new file, from 1; null for a finding about the whole file. */
  readonly line: number | null;
  /** Text of the line, or a description of the missing part. */
  readonly text: string;
}

/** A change to check against rules. */
export interface Change {
  readonly files: readonly FileDiff[];
  /** Paths of files that the change adds. */
  readonly fresh: ReadonlySet<string>;
  /** Returns the files of the repository; called only for rules about them. */
  readonly tracked: () => Promise<readonly string[]>;
}

export interface Checked {
  readonly findings: readonly Finding[];
  /** Number of findings beyond the limit, which are left out. */
  readonly more: number;
  /** Rules that cannot be checked, each with the reason. */
  readonly problems: readonly string[];
}

/** Limits: maximum findings; maximum characters of a line to search, to search for imports, and to show. */
const MOST = 500;
const LOOKED_AT = 20_000;
const MAX_IMPORT = 1000;
const SHOWN = 200;

/** Checks a change against rules. `lines`: skips `require`, which only a whole session can meet. */
export async function checkChange(
  rules: readonly Rule[],
  change: Change,
  { lines = false }: { readonly lines?: boolean } = {},
): Promise<Checked> {
  const problems: string[] = [];
  const all: Finding[] = [];
  const re2 = await engine();
  let index: Promise<PathIndex> | undefined;
  const paths = () => {
    index ??= change.tracked().then((files) => new PathIndex(files));
    return index;
  };
  for (const rule of rules) {
    try {
      const files = filesOf(re2, rule, change.files);
      if (files.length === 0) continue;
      if (rule.forbid !== undefined) all.push(...forbidden(re2.pattern(rule.forbid), rule, files));
      if (rule.imports) all.push(...imported(re2, rule, files, await paths()));
      if (rule.require && !lines) all.push(...(await required(re2, rule, files, change)));
    } catch (error) {
      problems.push(`the rule ${rule.name} cannot be checked: ${(error as Error).message}`);
    }
  }
  const found = all.toSorted(
    (one, other) => compare(one.path, other.path) || (one.line ?? 0) - (other.line ?? 0),
  );
  return { findings: found.slice(0, MOST), more: Math.max(0, found.length - MOST), problems };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function filesOf(re2: Engine, { files, except }: Rule, changed: readonly FileDiff[]): readonly FileDiff[] {
  const wanted = files && re2.globs(files);
  const unwanted = except && re2.globs(except);
  return changed.filter(
    ({ path, added }) => added.length > 0 && (wanted?.(path) ?? true) && !(unwanted?.(path) ?? false),
  );
}

const finding = (rule: Rule, path: string, line: number | null, text: string): Finding => ({
  ...{ rule: rule.name, severity: rule.severity ?? "warning", say: rule.say ?? "", path, line },
  text: text.trim().slice(0, SHOWN),
});

function forbidden(match: Match, rule: Rule, files: readonly FileDiff[]): Finding[] {
  return files.flatMap(({ path, added }) =>
    added
      .filter(({ text }) => match(text.slice(0, LOOKED_AT)))
      .map(({ line, text }) => finding(rule, path, line, text)),
  );
}

function imported(re2: Engine, rule: Rule, files: readonly FileDiff[], index: PathIndex): Finding[] {
  const { never, only, apart } = rule.imports ?? {};
  const isNever = never && re2.globs(never);
  const isOnly = only && re2.globs(only);
  const head = apart === undefined ? undefined : re2.head(apart);
  const isBad = (file: string, { module, paths }: Imported): boolean => {
    const names = [module, module.replaceAll(/::|[.\\]/g, "/"), ...paths];
    if (isNever && names.some(isNever)) return true;
    if (isOnly && paths.length > 0 && !paths.some(isOnly)) return true;
    const own = head?.(file);
    const theirs = own === undefined ? [] : paths.map((each) => head?.(`${each}/`));
    return theirs.length > 0 && !theirs.includes(own) && theirs.some((each) => each !== undefined);
  };
  return files.flatMap(({ path, added }) =>
    added
      .filter(({ text }) =>
        importsIn(path, text.slice(0, MAX_IMPORT), index).some((each) => isBad(path, each)),
      )
      .map(({ line, text }) => finding(rule, path, line, text)),
  );
}

async function required(
  re2: Engine,
  rule: Rule,
  files: readonly FileDiff[],
  change: Change,
): Promise<Finding[]> {
  const { exists, changes } = rule.require ?? {};
  const missing = (template: string, path: string, there: readonly string[]) => {
    const wanted = withNames(template, path);
    const match = re2.pattern(`^(?:${wanted.source})$`);
    return there.some((each) => each !== path && match(each)) ? undefined : wanted.text;
  };
  const found: Finding[] = [];
  const fresh = files.filter(({ path }) => change.fresh.has(path));
  if (exists !== undefined && fresh.length > 0) {
    const tracked = await change.tracked();
    for (const { path } of fresh) {
      const wanted = missing(exists, path, tracked);
      if (wanted !== undefined) found.push(finding(rule, path, null, `${wanted} is missing`));
    }
  }
  if (changes !== undefined) {
    const changed = change.files.flatMap(({ path, added }) => (added.length > 0 ? [path] : []));
    for (const { path } of files) {
      const wanted = missing(changes, path, changed);
      if (wanted !== undefined) found.push(finding(rule, path, null, `${wanted} has no new line`));
    }
  }
  return found;
}

/**
 * Fills a template such as `{dir}/{name}.test.{ext}` with the parts of a file's path, as a pattern and as
 * text. A file at the top is in the folder `.`.
 */
function withNames(template: string, file: string): { source: string; text: string } {
  const [, dir = "", name = "", ext = ""] = /^(?:(.*)\/)?([^/]*?)(?:\.([^./]*))?$/.exec(file) ?? [];
  const values: Readonly<Record<string, string>> = { dir, name, ext };
  const parts = template.split(/(\{(?:dir|name|ext)\}\/?)/);
  const filled = (part: string) => {
    const value = values[part.replace(/[{}/]/g, "")] ?? "";
    return part.endsWith("/") && value !== "" ? `${value}/` : value;
  };
  const isName = (part: string) => /^\{(?:dir|name|ext)\}\/?$/.test(part);
  return {
    text: parts.map((each) => (isName(each) ? filled(each) : each)).join(""),
    source: parts
      .map((each) => (isName(each) ? filled(each).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : globSource(each)))
      .join(""),
  };
}
