/** Writes exported sessions in the file formats of other tools. */
import path from "node:path";
import { refuseExisting, writeOutput } from "../place/output.ts";
import { Failure } from "../session/failure.ts";
import { makeFolders } from "../store/folders.ts";
import { jsonText } from "../text/json.ts";
import { IMPORTERS } from "./importers.generated.ts";
import type { ForeignWriter } from "./portable/importer.ts";
import type { ExportedSession } from "./portable/schema.ts";
import { exportedMessages } from "./portable/write-foreign.ts";

const WRITERS = IMPORTERS.flatMap((each) => (each.kind === "file" && each.writes ? [each.writes] : []));

/** Format names of other tools that `export --format` accepts. */
export const FOREIGN_FORMATS: readonly string[] = WRITERS.map((each) => each.name);

/** Finds the writer of another tool's format. Returns undefined for a format of this program. */
export const writerOf = (format: string): ForeignWriter | undefined =>
  WRITERS.find((each) => each.name === format);

/** Returns the JSON value of a one-file format: the session's document, or a list for several sessions. */
export function foreignDocument({ files }: ForeignWriter, sessions: readonly ExportedSession[]): unknown {
  const all = sessions.map((each) => Object.values(files(each, exportedMessages(each)))[0]);
  return all.length === 1 ? all[0] : all;
}

/**
 * Writes `<target>/<session id>/` for each session and returns the written paths. Throws Failure
 * `file-exists` unless `force`, `cannot-make`.
 */
export async function writeFolders(
  { files }: ForeignWriter,
  sessions: readonly ExportedSession[],
  target: string,
  force: boolean,
): Promise<string[]> {
  const all = sessions.flatMap((session) =>
    Object.entries(files(session, exportedMessages(session))).map(([name, value]) => ({
      file: path.join(target, session.id, name),
      text: typeof value === "string" ? value : jsonText(value),
    })),
  );
  // Checks all files before the first is written, so that a refusal leaves no partial export.
  for (const { file } of all) refuseExisting(file, force);
  for (const { file, text } of all) {
    await makeFolders(path.dirname(file));
    await writeOutput(file, text, force);
  }
  return all.map((each) => each.file);
}

/**
 * Requires an output folder for a format that writes folders. Throws Failure `usage` if the user named none.
 */
export function requireFolder({ name, as }: ForeignWriter, output: string | undefined): void {
  if (as === "folder" && output === undefined)
    throw new Failure("usage", `--format ${name} writes a folder for each session: -o <folder> is missing`);
}
