/** Renders exported sessions as JSON, Markdown or HTML, and writes the text to a file or a folder. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { refuseExisting, writeOutput } from "../place/output.ts";
import type { Place } from "../place/place.ts";
import { templateFolders } from "../place/templates.ts";
import { openTemplate, renderFile } from "../render/template.ts";
import { Failure } from "../session/failure.ts";
import { makeFolders } from "../store/folders.ts";
import { jsonText } from "../text/json.ts";
import { formatTime } from "../text/time/format-time.ts";
import { sessionHtml } from "./page.ts";
import type { ExportDocument, ExportedSession } from "./portable/schema.ts";
import { recordView } from "./portable/view.ts";

/** Formats of an export that are rendered as text. */
export type TextFormat = "json" | "markdown" | "html";

/** The file extension of each format, without a dot. */
export const ENDINGS = { json: "json", markdown: "md", html: "html", bundle: "bundle" } as const;

/** A rendered export. */
export interface ExportText {
  readonly text: string;
  /** Problems found in the project's own template, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Renders an export as one text. `template`: path of a user's Markdown template. Throws Failure `usage` for
 * several sessions in Markdown or HTML; `bad-template`.
 */
export async function exportText(
  place: Place,
  document: ExportDocument,
  format: TextFormat,
  template?: string,
): Promise<ExportText> {
  if (format === "json") return { text: jsonText(document), problems: [] };
  const views = document.sessions.map((each) => recordView(each, (iso) => formatTime(place.config, iso)));
  const [first] = views;
  if (views.length !== 1 || first === undefined)
    throw new Failure("usage", `${views.length} sessions do not fit into one ${format} file`, {
      hint: "-o <folder>/",
    });
  if (format === "html") return { text: sessionHtml(first), problems: [] };
  const folders = templateFolders(place);
  if (template !== undefined) return { text: await renderFile(template, first, folders), problems: [] };
  const own = await openTemplate("export.md", folders);
  return { text: await own.render(first), problems: own.problems };
}

/** Returns whether an output is a folder: an existing folder, or a typed name that ends with a slash. */
export async function isFolder(output: string, typed: string): Promise<boolean> {
  if (/[\\/]$/.test(typed)) return true;
  return (await stat(output).catch(() => undefined))?.isDirectory() ?? false;
}

/**
 * Creates a folder and returns a path in it for each session, such as `fix-login-<id>.json`. Throws Failure
 * `file-exists` unless `force`, `cannot-make`.
 */
export async function filesIn(
  folder: string,
  sessions: readonly Pick<ExportedSession, "id" | "branch">[],
  format: keyof typeof ENDINGS,
  force: boolean,
): Promise<string[]> {
  const files = sessions.map(({ id, branch }) => {
    const name = branch
      .replace(/[^\p{L}\p{N}._-]+/gu, "-")
      .replace(/^[.-]+/, "")
      .slice(0, 60);
    return path.join(folder, `${name === "" ? "session" : name}-${id}.${ENDINGS[format]}`);
  });
  await makeFolders(folder);
  // Checks all files before the first is written, so that a refusal leaves no partial export.
  for (const file of files) refuseExisting(file, force);
  return files;
}

/**
 * Writes an export to one file, or one file for each session if the output is a folder. Returns the written
 * paths and the problems of templates. Throws Failure `usage`, `bad-template`, `file-exists`, `cannot-make`.
 */
export async function writeExport(
  place: Place,
  document: ExportDocument,
  format: TextFormat,
  output: { readonly file: string; readonly typed: string; readonly force: boolean },
  template?: string,
): Promise<{ files: string[]; problems: readonly string[] }> {
  const { file, typed, force } = output;
  if (!(await isFolder(file, typed))) {
    const { text, problems } = await exportText(place, document, format, template);
    await writeOutput(file, text, force);
    return { files: [file], problems };
  }
  const files = await filesIn(file, document.sessions, format, force);
  const problems = new Set<string>();
  for (const [at, session] of document.sessions.entries()) {
    const one = await exportText(place, { ...document, sessions: [session] }, format, template);
    for (const each of one.problems) problems.add(each);
    await writeOutput(files[at] ?? "", one.text, force);
  }
  return { files, problems: [...problems] };
}
