/** Parses XML coverage reports of Cobertura and JaCoCo. */
import { defined } from "../../text/defined.ts";
import { type Hits, hit, numberIn, type Parsed } from "./hits.ts";
import { decoded, tagsOf } from "./xml.ts";

/** Parses a Cobertura or JaCoCo report. Returns undefined for other XML, and for a truncated report. */
export function coverageInXml(text: string): Parsed | undefined {
  for (const tag of tagsOf(text)) {
    if (tag.name === "coverage") return cobertura(text);
    return tag.name === "report" ? jacoco(text) : undefined;
  }
  return undefined;
}

/**
 * Parses Cobertura's format. File names are relative to a `<source>` folder; with several of them the folder
 * is unknown.
 */
function cobertura(text: string): Parsed | undefined {
  const files: Hits = new Map();
  const sources = [...text.slice(0, 10_000).matchAll(/<source>([^<]*)<\/source>/g)];
  const folder = sources.length === 1 ? decoded(sources[0]?.[1] ?? "").trim() : "";
  let file = "";
  let covered: number | undefined;
  let total: number | undefined;
  let open = 0;
  for (const { name, depth, attribute } of tagsOf(text)) {
    open = depth;
    if (name === "coverage" && total === undefined) {
      covered = numberIn(attribute("lines-covered"));
      total = numberIn(attribute("lines-valid"));
    } else if (name === "class") file = inFolder(folder, attribute("filename") ?? file);
    else if (name === "line") hit(files, file, numberIn(attribute("number")), numberIn(attribute("hits")));
  }
  if (open !== 0) return undefined;
  return { files, ...(covered === undefined || total === undefined ? {} : { said: { covered, total } }) };
}

/**
 * Parses JaCoCo's format. Classes without debug symbols have no lines: then only the report's total counter
 * remains.
 */
function jacoco(text: string): Parsed | undefined {
  const files: Hits = new Map();
  let folder = "";
  let file = "";
  let open = 0;
  let said: Parsed["said"];
  for (const { name, kind, depth, attribute } of tagsOf(text)) {
    const around = open;
    open = depth;
    if (kind === "close") continue;
    if (name === "package") folder = attribute("name") ?? "";
    else if (name === "sourcefile") file = inFolder(folder, attribute("name") ?? "");
    // `ci` is the number of covered instructions. Like JaCoCo, counts a partly covered line as covered.
    else if (name === "line") hit(files, file, numberIn(attribute("nr")), numberIn(attribute("ci")));
    else if (name === "counter" && around === 1 && attribute("type") === "LINE") {
      const covered = numberIn(attribute("covered"));
      const missed = numberIn(attribute("missed"));
      if (covered !== undefined && missed !== undefined) said = { covered, total: covered + missed };
    }
  }
  return open === 0 ? { files, ...defined({ said }) } : undefined;
}

function inFolder(folder: string, file: string): string {
  const absolute = /^([\\/]|[A-Za-z]:)/.test(file);
  return file === "" || absolute || folder === "" || folder === "."
    ? file
    : `${folder.replace(/[\\/]$/, "")}/${file}`;
}
