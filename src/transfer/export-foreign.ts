/** Exported sessions in the form that another tool takes. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { refuseExisting, writeOutput } from "../place/output.ts";
import { Failure } from "../session/failure.ts";
import { systemFailure } from "../store/files.ts";
import { jsonText } from "../text/json.ts";
import { IMPORTERS } from "./importers.generated.ts";
import type { ForeignWriter } from "./portable/importer.ts";
import type { ExportedSession } from "./portable/schema.ts";
import { exportedMessages } from "./portable/write-foreign.ts";

const WRITERS = IMPORTERS.flatMap((each) => (each.kind === "file" && each.writes ? [each.writes] : []));

/** The formats of other tools, as `export --format` takes them. */
export const FOREIGN_FORMATS: readonly string[] = WRITERS.map((each) => each.name);

/** Finds the form of a tool. Undefined for a format of our own. */
export const writerOf = (format: string): ForeignWriter | undefined =>
  WRITERS.find((each) => each.name === format);

/** Returns the one document of a form that is a file. */
export function foreignDocument({ files }: ForeignWriter, sessions: readonly ExportedSession[]): unknown {
  const all = sessions.map((each) => Object.values(files(each, exportedMessages(each)))[0]);
  return all.length === 1 ? all[0] : all;
}

/** Writes a folder for each session into a folder, which is made. Returns the files. Failures `file-exists`, `cannot-make`. */
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
  // Asked of all before the first is written.
  for (const { file } of all) refuseExisting(file, force);
  for (const { file, text } of all) {
    const folder = path.dirname(file);
    await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw systemFailure("make", folder, error);
    });
    await writeOutput(file, text, force);
  }
  return all.map((each) => each.file);
}

/** Throws Failure `usage` where a form needs a folder and none is named. */
export function requireFolder({ name, as }: ForeignWriter, output: string | undefined): void {
  if (as === "folder" && output === undefined)
    throw new Failure("usage", `--format ${name} writes a folder for each session: -o <folder> is missing`);
}
