/** Parses coverage reports: the line coverage in percent, and hits by line if the format has them. */
import { ownValueAt, parsedJson } from "../../text/json.ts";
import { coverageInXml } from "./coverage-xml.ts";
import { type Hits, hit, isCount, type Parsed } from "./hits.ts";
import { linesOf } from "./lines.ts";

/** Line coverage of a report. */
export interface CoverageReport {
  /** Covered lines in percent, 0 to 100. */
  readonly percent: number;
  readonly covered: number;
  readonly total: number;
  /**
   * Number of hits by line number, for each path as the report spells it, with slashes. Empty if the format
   * has no lines.
   */
  readonly files: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

type Coverage = Omit<CoverageReport, "files">;

/**
 * Parses a report of Istanbul (summary or final), lcov, Cobertura, JaCoCo or Go, recognized by content.
 * Returns undefined for other text, and for a broken or truncated report, or one without lines. Never throws.
 */
export function parseCoverage(path: string, text: string): CoverageReport | undefined {
  const start = text
    .slice(0, 200)
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (start.startsWith("{") || path.endsWith(".json")) return istanbul(text.replace(/^\uFEFF/, ""));
  if (/^mode: (set|count|atomic)/.test(start)) return reportOf(goProfile(text));
  if (start.startsWith("<")) return reportOf(coverageInXml(text));
  return /^SF:/m.test(text) ? reportOf(lcov(text)) : undefined;
}

/** Joins the reports of several packages. A line that two reports have counts once. */
export function mergeCoverage(reports: readonly CoverageReport[]): CoverageReport | undefined {
  if (reports.length < 2) return reports[0];
  const files: Hits = new Map();
  let covered = 0;
  let total = 0;
  for (const report of reports) {
    if (report.files.size === 0) {
      covered += report.covered;
      total += report.total;
    }
    for (const [name, lines] of report.files) for (const [line, hits] of lines) hit(files, name, line, hits);
  }
  const lines = reportOf({ files });
  const all = coverageOf(covered + (lines?.covered ?? 0), total + (lines?.total ?? 0));
  return all && { ...all, files };
}

/** Returns the coverage of added lines. Returns undefined if the report has none of these lines. */
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

/** Maximum parent folders of a path to try when matching a report's paths. */
const MAX_DEPTH = 60;

/**
 * Maps repository paths to names in the report. Reports use absolute paths, module names, or paths relative
 * to a package. Prefers the shortest report name that ends with the path, else the longest ending of the path
 * that is a report name.
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

/** Returns the endings of a path, longest first: `a/b/c`, `b/c`, `c`. */
function endsOf(path: string): string[] {
  const ends = [path];
  for (let at = path.indexOf("/"); at >= 0 && ends.length < MAX_DEPTH; at = path.indexOf("/", at + 1))
    ends.push(path.slice(at + 1));
  return ends;
}

/** Counts covered lines, or uses the report's own total if it has no lines. */
function reportOf(parsed: Parsed | undefined): CoverageReport | undefined {
  if (!parsed) return undefined;
  let covered = 0;
  let total = 0;
  for (const hits of parsed.files.values()) {
    total += hits.size;
    for (const count of hits.values()) if (count > 0) covered++;
  }
  const { said } = parsed;
  const coverage =
    total === 0 && said && said.covered <= said.total
      ? coverageOf(said.covered, said.total)
      : coverageOf(covered, total);
  return coverage && { ...coverage, files: parsed.files };
}

function coverageOf(covered: number, total: number): Coverage | undefined {
  return total === 0 ? undefined : { percent: (100 * covered) / total, covered, total };
}

function istanbul(text: string): CoverageReport | undefined {
  const value = parsedJson(text);
  if (value === undefined) return undefined;
  const lines = ownValueAt(ownValueAt(value, "total"), "lines");
  const total = ownValueAt(lines, "total");
  const covered = ownValueAt(lines, "covered");
  if (isCount(total) && isCount(covered) && total > 0 && covered <= total)
    return { percent: (100 * covered) / total, covered, total, files: new Map() };
  const files: Hits = new Map();
  for (const [name, entry] of entriesOf(value)) {
    const counts = ownValueAt(entry, "s");
    // Istanbul derives line coverage from the first line of each statement.
    for (const [id, place] of entriesOf(ownValueAt(entry, "statementMap")))
      hit(files, name, ownValueAt(ownValueAt(place, "start"), "line"), ownValueAt(counts, id));
  }
  return reportOf({ files });
}

/**
 * Parses lcov's format (geninfo(1)). Some tools write only the sums `LF` and `LH`, without lines. Returns
 * undefined if the last record has no end.
 */
function lcov(text: string): Parsed | undefined {
  const files: Hits = new Map();
  let file = "";
  let covered = 0;
  let total = 0;
  for (const line of linesOf(text)) {
    const key = line.slice(0, 3);
    if (key === "SF:") file = line.slice(3).trim();
    else if (line.startsWith("end_of_record")) file = "";
    else if (key === "DA:") {
      const match = /^DA:(\d{1,10}),(\d{1,15})/.exec(line);
      if (match) hit(files, file, Number(match[1]), Number(match[2]));
    } else if (key === "LF:" || key === "LH:") {
      const sum = Number(/^L[FH]:(\d{1,12})\s*$/.exec(line)?.[1] ?? 0);
      if (key === "LF:") total += sum;
      else covered += sum;
    }
  }
  return file === "" ? { files, said: { covered, total } } : undefined;
}

/** Maximum lines in a Go profile: a profile with more lines is damaged or hostile. */
const MAX_GO_LINES = 5_000_000;

/** Parses a profile of Go. Returns undefined if its last line is not whole. */
function goProfile(text: string): Parsed | undefined {
  const files: Hits = new Map();
  let lines = 0;
  let isWhole = true;
  for (const line of linesOf(text)) {
    const match = /^(\S.*):(\d{1,9})\.\d+,(\d{1,9})\.\d+ \d+ (\d{1,15})\s*$/.exec(line);
    if (line.trim() !== "") isWhole = match !== null;
    if (!match) continue;
    const [first, last, hits] = [Number(match[2]), Number(match[3]), Number(match[4])];
    lines += Math.max(0, last - first + 1);
    if (lines > MAX_GO_LINES) return undefined;
    for (let at = first; at <= last; at++) hit(files, match[1] ?? "", at, hits);
  }
  return isWhole ? { files } : undefined;
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
