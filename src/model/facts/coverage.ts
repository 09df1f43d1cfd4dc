/** Coverage reports: line coverage in percent, and hits by line where the format has them. */
import { linesOf } from "./lines.ts";

export interface CoverageReport {
  /** Of the lines, 0 to 100. */
  readonly percent: number;
  readonly covered: number;
  readonly total: number;
  /** Path as the report spells it, with slashes, then line to hits; empty where the format has no lines. */
  readonly files: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

type Coverage = Omit<CoverageReport, "files">;

type Files = Map<string, Map<number, number>>;

/**
 * Recognised by content: Istanbul (summary, final), lcov, Cobertura, JaCoCo, Go.
 * Undefined for anything else, and for a report that is broken or knows no lines. Never throws.
 */
export function parseCoverage(path: string, text: string): CoverageReport | undefined {
  const start = text
    .slice(0, 200)
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (start.startsWith("{") || path.endsWith(".json")) return istanbul(text.replace(/^\uFEFF/, ""));
  if (/^mode: (set|count|atomic)/.test(start)) return reportOf(goProfile(text));
  if (start.startsWith("<")) {
    if (/<coverage[\s>]/.test(text)) return reportOf(cobertura(text));
    return /<report[\s>]/.test(text) ? reportOf(jacoco(text)) : undefined;
  }
  return /^SF:/m.test(text) ? reportOf(lcov(text)) : undefined;
}

/** Coverage of the added lines, as far as the report knows them; undefined where it knows none. */
export function newCodeCoverage(
  report: CoverageReport,
  added: ReadonlyMap<string, readonly number[]>,
): Coverage | undefined {
  const names = namesInReport([...report.files.keys()], [...added.keys()]);
  let covered = 0;
  let total = 0;
  for (const [path, lines] of added) {
    const hits = report.files.get(names.get(path) ?? "");
    for (const line of hits ? lines : []) {
      const count = hits?.get(line);
      if (count === undefined) continue;
      total++;
      if (count > 0) covered++;
    }
  }
  return coverageOf(covered, total);
}

/** A path with more folders than this is not searched by each of its ends. */
const MAX_DEPTH = 60;

/**
 * Repository path -> name in the report. Reports spell paths from elsewhere: absolute, by module, or from a
 * package's folder. The name that adds least counts, else the longest one that the path ends with.
 */
function namesInReport(names: readonly string[], paths: readonly string[]): Map<string, string> {
  const wanted = new Set(paths);
  const known = new Set(names);
  const found = new Map<string, string>();
  for (const name of names) {
    for (const end of endsOf(name)) {
      if (!wanted.has(end)) continue;
      const other = found.get(end);
      if (other === undefined || name.length < other.length) found.set(end, name);
    }
  }
  for (const path of paths) {
    if (found.has(path)) continue;
    const name = endsOf(path).find((end) => known.has(end));
    if (name !== undefined) found.set(path, name);
  }
  return found;
}

/** `a/b/c` ends in `a/b/c`, `b/c` and `c`: the longest first. */
function endsOf(path: string): string[] {
  const ends = [path];
  for (let at = path.indexOf("/"); at >= 0 && ends.length < MAX_DEPTH; at = path.indexOf("/", at + 1))
    ends.push(path.slice(at + 1));
  return ends;
}

function reportOf(files: Files): CoverageReport | undefined {
  let covered = 0;
  let total = 0;
  for (const hits of files.values()) {
    total += hits.size;
    for (const count of hits.values()) if (count > 0) covered++;
  }
  const coverage = coverageOf(covered, total);
  return coverage && { ...coverage, files };
}

function coverageOf(covered: number, total: number): Coverage | undefined {
  return total === 0 ? undefined : { percent: (100 * covered) / total, covered, total };
}

function istanbul(text: string): CoverageReport | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const lines = at(at(value, "total"), "lines");
  const total = at(lines, "total");
  const covered = at(lines, "covered");
  if (isCount(total) && isCount(covered) && total > 0 && covered <= total)
    return { percent: (100 * covered) / total, covered, total, files: new Map() };
  const files: Files = new Map();
  for (const [name, entry] of entriesOf(value)) {
    const counts = at(entry, "s");
    // Istanbul counts a line by the statements that begin on it.
    for (const [id, place] of entriesOf(at(entry, "statementMap")))
      hit(files, name, at(at(place, "start"), "line"), at(counts, id));
  }
  return reportOf(files);
}

function lcov(text: string): Files {
  const files: Files = new Map();
  let file = "";
  for (const line of linesOf(text)) {
    if (line.startsWith("SF:")) file = line.slice(3).trim();
    else if (line.startsWith("end_of_record")) file = "";
    else if (line.startsWith("DA:")) {
      const match = /^DA:(\d{1,10}),(\d{1,15})/.exec(line);
      if (match) hit(files, file, Number(match[1]), Number(match[2]));
    }
  }
  return files;
}

/** Files are named from one of the `<source>` folders; where there is one only, we know from which. */
function cobertura(text: string): Files {
  const files: Files = new Map();
  const sources = [...text.slice(0, 10_000).matchAll(/<source>([^<]*)<\/source>/g)];
  const folder = sources.length === 1 ? decoded(sources[0]?.[1] ?? "").trim() : "";
  let file = "";
  for (const [tag] of text.matchAll(/<(?:class|line)\s[^<>]*>/g)) {
    if (tag.startsWith("<class")) file = inFolder(folder, decoded(attribute(tag, "filename") ?? ""));
    else hit(files, file, count(attribute(tag, "number")), count(attribute(tag, "hits")));
  }
  return files;
}

function inFolder(folder: string, file: string): string {
  const absolute = /^([\\/]|[A-Za-z]:)/.test(file);
  return file === "" || absolute || folder === "" || folder === "."
    ? file
    : `${folder.replace(/[\\/]$/, "")}/${file}`;
}

function jacoco(text: string): Files {
  const files: Files = new Map();
  let folder = "";
  let file = "";
  for (const [tag] of text.matchAll(/<(?:package|sourcefile|line)\s[^<>]*>/g)) {
    if (tag.startsWith("<package")) folder = decoded(attribute(tag, "name") ?? "");
    else if (tag.startsWith("<sourcefile")) file = inFolder(folder, decoded(attribute(tag, "name") ?? ""));
    // Covered instructions: a line that ran in part is covered, as JaCoCo counts it.
    else hit(files, file, count(attribute(tag, "nr")), count(attribute(tag, "ci")));
  }
  return files;
}

/** More lines than any project has: what says so is not a profile. */
const MAX_GO_LINES = 5_000_000;

function goProfile(text: string): Files {
  const files: Files = new Map();
  let lines = 0;
  for (const line of linesOf(text)) {
    const match = /^(\S.*):(\d{1,9})\.\d+,(\d{1,9})\.\d+ \d+ (\d{1,15})\s*$/.exec(line);
    if (!match) continue;
    const [first, last, hits] = [Number(match[2]), Number(match[3]), Number(match[4])];
    lines += Math.max(0, last - first + 1);
    if (lines > MAX_GO_LINES) return new Map();
    for (let at = first; at <= last; at++) hit(files, match[1] ?? "", at, hits);
  }
  return files;
}

/** A line that is reported twice is covered if it is in one of them. */
function hit(files: Files, name: string, line: unknown, hits: unknown): void {
  if (name === "" || !isCount(line) || line < 1 || !isCount(hits)) return;
  const file = name.replaceAll("\\", "/").replace(/^\.\//, "");
  const known = files.get(file) ?? new Map<number, number>();
  known.set(line, Math.max(known.get(line) ?? 0, hits));
  files.set(file, known);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Undefined for an attribute that is missing or is no number: `Number("")` would be 0. */
function count(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

const ATTRIBUTES = {
  filename: /\sfilename\s*=\s*"([^"]*)"/,
  name: /\sname\s*=\s*"([^"]*)"/,
  number: /\snumber\s*=\s*"([^"]*)"/,
  hits: /\shits\s*=\s*"([^"]*)"/,
  nr: /\snr\s*=\s*"([^"]*)"/,
  ci: /\sci\s*=\s*"([^"]*)"/,
};

function attribute(tag: string, name: keyof typeof ATTRIBUTES): string | undefined {
  return ATTRIBUTES[name].exec(tag)?.[1];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The five entities of XML itself; others stay as they are, nothing is ever expanded. */
function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? "");
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
