/** Coverage reports: line coverage in percent, and hits by line where the format has them. */

export interface CoverageReport {
  /** 0 to 100. */
  readonly percent: number;
  readonly covered: number;
  readonly total: number;
  /** Path as the report spells it, then line to hits. */
  readonly files: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

type Files = Map<string, Map<number, number>>;

/** Recognised by content: Istanbul (summary, final), lcov, Cobertura, JaCoCo, Go. Undefined for anything else. */
export function parseCoverage(path: string, text: string): CoverageReport | undefined {
  if (path.endsWith(".json")) return istanbul(text);
  if (/^mode: (set|count|atomic)/.test(text)) return report(goProfile(text));
  if (/^(TN:|SF:)/m.test(text)) return report(lcov(text));
  if (text.includes("<coverage")) return report(cobertura(text));
  if (text.includes("<report")) return report(jacoco(text));
  return undefined;
}

/** Coverage of the added lines, as far as the report knows them; undefined where it knows none. */
export function newCodeCoverage(
  coverage: CoverageReport,
  added: ReadonlyMap<string, readonly number[]>,
): Omit<CoverageReport, "files"> | undefined {
  let covered = 0;
  let total = 0;
  for (const [path, lines] of added) {
    const hits = hitsOf(coverage, path);
    for (const line of lines) {
      const count = hits?.get(line);
      if (count === undefined) continue;
      total++;
      if (count > 0) covered++;
    }
  }
  return total === 0 ? undefined : { covered, total, percent: (100 * covered) / total };
}

/** Reports spell paths from elsewhere: absolute, or from a package's folder. */
function hitsOf({ files }: CoverageReport, path: string): ReadonlyMap<number, number> | undefined {
  const exact = files.get(path);
  if (exact) return exact;
  for (const [name, hits] of files) {
    const plain = name.replaceAll("\\", "/");
    if (plain.endsWith(`/${path}`) || path.endsWith(`/${plain}`)) return hits;
  }
  return undefined;
}

function report(files: Files): CoverageReport | undefined {
  let covered = 0;
  let total = 0;
  for (const hits of files.values()) {
    for (const count of hits.values()) {
      total++;
      if (count > 0) covered++;
    }
  }
  return total === 0 ? undefined : { covered, total, percent: (100 * covered) / total, files };
}

function istanbul(text: string): CoverageReport | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const total = at(at(value, "total"), "lines");
  const all = Number(at(total, "total"));
  const covered = Number(at(total, "covered"));
  if (all > 0 && covered >= 0 && covered <= all)
    return { covered, total: all, percent: (100 * covered) / all, files: new Map() };
  if (typeof value !== "object" || value === null) return undefined;
  const files: Files = new Map();
  for (const [name, entry] of Object.entries(value)) {
    const statements = at(entry, "statementMap");
    const counts = at(entry, "s");
    if (typeof statements !== "object" || statements === null) continue;
    for (const [id, place] of Object.entries(statements)) {
      hit(files, name, Number(at(at(place, "start"), "line")), Number(at(counts, id)));
    }
  }
  return report(files);
}

function lcov(text: string): Files {
  const files: Files = new Map();
  let file = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("SF:")) file = line.slice(3).trim();
    const match = line.startsWith("DA:") ? /^DA:(\d+),(\d+)/.exec(line) : null;
    if (match) hit(files, file, Number(match[1]), Number(match[2]));
  }
  return files;
}

function cobertura(text: string): Files {
  const files: Files = new Map();
  let file = "";
  for (const [tag] of text.matchAll(/<(?:class|line)\s[^<>]*>/g)) {
    if (tag.startsWith("<class")) file = attribute(tag, "filename") ?? file;
    else hit(files, file, Number(attribute(tag, "number")), Number(attribute(tag, "hits")));
  }
  return files;
}

function jacoco(text: string): Files {
  const files: Files = new Map();
  let folder = "";
  let file = "";
  for (const [tag] of text.matchAll(/<(?:package|sourcefile|line)\s[^<>]*>/g)) {
    if (tag.startsWith("<package")) folder = attribute(tag, "name") ?? "";
    else if (tag.startsWith("<sourcefile")) file = `${folder}/${attribute(tag, "name") ?? ""}`;
    else hit(files, file, Number(attribute(tag, "nr")), Number(attribute(tag, "ci")));
  }
  return files;
}

function goProfile(text: string): Files {
  const files: Files = new Map();
  for (const line of text.split("\n")) {
    const match = /^(.+):(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)$/.exec(line.trim());
    if (!match) continue;
    const first = Number(match[2]);
    // A hostile range must not make a million lines.
    const last = Math.min(Number(match[3]), first + 10_000);
    for (let at = first; at <= last; at++) hit(files, match[1] ?? "", at, Number(match[4]));
  }
  return files;
}

/** A line that is reported twice is covered if it is in one of them. */
function hit(files: Files, file: string, line: number, count: number): void {
  if (file === "" || !Number.isSafeInteger(line) || line < 1 || !Number.isFinite(count)) return;
  const hits = files.get(file) ?? new Map<number, number>();
  hits.set(line, Math.max(hits.get(line) ?? 0, count));
  files.set(file, hits);
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
