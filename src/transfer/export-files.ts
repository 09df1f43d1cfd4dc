/** Exported sessions as text, and where that text goes. */
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { refuseExisting, writeOutput } from "../place/output.ts";
import type { Place } from "../place/place.ts";
import { templateFolders } from "../place/templates.ts";
import { openTemplate, renderFile } from "../render/template.ts";
import { Failure } from "../session/failure.ts";
import { systemFailure } from "../store/files.ts";
import { formatTime } from "../text/format-time.ts";
import { jsonText } from "../text/json.ts";
import { sessionHtml } from "./page.ts";
import type { ExportDocument, ExportedSession } from "./portable/schema.ts";
import { recordView } from "./portable/view.ts";

export type TextFormat = "json" | "markdown" | "html";

export const ENDINGS = { json: "json", markdown: "md", html: "html", bundle: "bundle" } as const;

export interface ExportText {
  readonly text: string;
  /** What is wrong with the project's own template. */
  readonly problems: readonly string[];
}

/** As one text. `template` is a file of the user's own, for Markdown. Failure `usage`, `bad-template`. */
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

/** Whether an output is a folder: one that is there, or a name that ends like one. */
export async function isFolder(output: string, typed: string): Promise<boolean> {
  if (/[\\/]$/.test(typed)) return true;
  return (await stat(output).catch(() => undefined))?.isDirectory() ?? false;
}

/** Where each session goes in a folder, which is made: `<branch>-<id>.json`. Failure `file-exists` unless `force`. */
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
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw systemFailure("make", folder, error);
  });
  // Asked of all before the first is written.
  for (const file of files) refuseExisting(file, force);
  return files;
}

/** One file for all, or one each in a folder: the files that were written, and what is wrong with templates. */
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
