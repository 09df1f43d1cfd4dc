import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { moment } from "../cli/date-options.ts";
import { ALLOW, also, choice, TRANSCRIPTS, WORKSPACE } from "../cli/options.ts";
import { refuseExisting, writeOutput } from "../place/output.ts";
import { Failure } from "../session/failure.ts";
import { surroundings } from "../surroundings.ts";
import type { Output } from "../terminal/output.ts";
import { defined } from "../text/defined.ts";
import { jsonText } from "../text/json.ts";
import { exportBundle } from "../transfer/bundle.ts";
import { exportDocument, sessionsToExport } from "../transfer/export.ts";
import {
  ENDINGS,
  exportText,
  filesIn,
  isFolder,
  type TextFormat,
  writeExport,
} from "../transfer/export-files.ts";
import {
  FOREIGN_FORMATS,
  foreignDocument,
  requireFolder,
  writeFolders,
  writerOf,
} from "../transfer/export-foreign.ts";

export const about: About = {
  name: "export",
  group: "Move",
  order: 10,
  summary: "Export sessions as JSON, Markdown, HTML or a git bundle",
  description:
    "Writes everything about a session to a file: JSON for session import, or a text to read. A bundle also holds the commits of its branch.",
  examples: [
    ["session export feature/login -o login.json", "as data"],
    ["session export --format html -o login.html", "as a page"],
    ["session export --all -o sessions/", "every session, one file each"],
    ["session export k3f9 --format ainative -o login.json", "for another tool"],
    ["session export --format bundle -o login.bundle", "with its commits"],
  ],
};

const FORMATS: readonly string[] = ["json", "markdown", "html", "bundle", ...FOREIGN_FORMATS];

export function define(command: Command): void {
  command
    .argument("[session]", "id or its start, branch, title, @ or - (default: this branch's)")
    .option("--all", "export every session of this clone")
    .option("--since <date>", 'export those active since: 2024-01-31, "2 weeks ago"')
    .option("-o, --output <path>", "write to a file, a folder (one file each), or -")
    .addOption(choice("--format <format>", "set the format, or that of another tool", FORMATS, "json"))
    .option("--template <file>", "use your own Handlebars template")
    .option("--full", "bundle all history, for an empty repository")
    .option(...WORKSPACE)
    .option(...TRANSCRIPTS)
    .option(...ALLOW)
    .option("--force", "replace existing files")
    .does(async ({ place: open, out, cwd }, name, options) => {
      const { force = false, full = false } = options;
      const template = options.template === undefined ? undefined : path.resolve(cwd, options.template);
      if (template !== undefined && options.format !== "markdown" && options.format !== "json")
        throw new Failure("usage", `--template cannot be used with --format ${options.format}`);
      const writer = writerOf(options.format);
      if (writer) requireFolder(writer, options.output);
      const format = template === undefined ? options.format : "markdown";
      if (full && format !== "bundle") throw new Failure("usage", "--full needs --format bundle");
      if ((options.workspace || options.transcripts) && format !== "json" && format !== "bundle")
        throw new Failure("usage", `--workspace and --transcripts cannot be used with --format ${format}`);
      if (format === "bundle" && options.output === undefined)
        throw new Failure("usage", "a bundle cannot be printed: -o <file> is missing");
      const opened = await open({ bare: true });
      const place = writer
        ? { ...opened, travels: { transcripts: true, workspace: writer.workspace ?? false } }
        : opened;
      const known = await sessionsToExport(place, {
        ...defined({ name }),
        ...(options.all ? { all: true } : {}),
        ...(options.since === undefined ? {} : { since: moment("--since", options.since) }),
      });
      const output =
        options.output === "-" ? undefined : (options.output ?? fileAtTerminal(out, format, known));
      const target = { file: path.resolve(cwd, output ?? ""), typed: output ?? "", force };
      const wrote = (files: readonly string[]) =>
        out.done(
          files.map((each) => `Written to ${path.relative(cwd, each)}.`),
          { files },
          files.map((each) => path.relative(cwd, each)).join("\n"),
        );
      if (format === "bundle") {
        const folder = await isFolder(target.file, target.typed);
        const files = folder ? await filesIn(target.file, known, format, force) : [target.file];
        if (!folder) refuseExisting(target.file, force);
        for (const [at, file] of files.entries())
          await exportBundle(place, folder ? known.slice(at, at + 1) : known, file, full);
        return wrote(files);
      }
      const { document, problems } = await exportDocument(place, known);
      for (const each of problems.slice(0, 5)) out.warn(`session import cannot read this: ${each}`);
      if (writer?.as === "folder")
        return wrote(await writeFolders(writer, document.sessions, target.file, force));
      if (writer) {
        const value = foreignDocument(writer, document.sessions);
        if (output === undefined) return out.data(jsonText(value).trimEnd(), value);
        await writeOutput(target.file, jsonText(value), force);
        return wrote([target.file]);
      }
      if (output === undefined) {
        const { text, problems: faults } = await exportText(
          place,
          document,
          out.json ? "json" : (format as TextFormat),
          template,
        );
        for (const each of faults) out.warn(each);
        return out.data(text, document);
      }
      const written = await writeExport(place, document, format as TextFormat, target, template);
      for (const each of written.problems) out.warn(each);
      wrote(written.files);
    });
  also(command, { "-f, --file": "--output" });
}

/** Returns the file for an export that would otherwise fill the terminal. */
function fileAtTerminal(
  out: Output,
  format: string,
  known: readonly { readonly id: string }[],
): string | undefined {
  if (out.json || !surroundings().isTerminal(1)) return undefined;
  return `${known.length === 1 ? `session-${known[0]?.id}` : "sessions"}.${ENDINGS[format as TextFormat] ?? "json"}`;
}
