/** Defines the type of a file in `importers/`: it recognizes, reads and writes a tool's sessions. Pure. */

import type { Message } from "../../transcripts/formats/shape.ts";
import type { ReadCommit } from "./history.ts";
import type { Parsed } from "./parse.ts";
import type { IdFor } from "./read-foreign.ts";
import type { ExportedSession } from "./schema.ts";

interface Tool {
  /** Position of the tool in the help text: lower numbers come first. */
  readonly order: number;
  readonly label: string;
  /** Description of the tool's input, for the help text and the docs. */
  readonly reads: string;
}

/** Writes a session in the native format of a tool, so that the tool can load it. */
export interface ForeignWriter {
  /** The name of the format in `export --format`. */
  readonly name: string;
  /**
   * Kind of output. `file`: one JSON document, with a list for several sessions. `folder`: one folder for
   * each session, with the entries of `files` in it.
   */
  readonly as: "file" | "folder";
  /** True if the format includes the documents of the session's workspace. */
  readonly workspace?: true;
  /**
   * Returns contents by file name: a string unchanged, other values as JSON. For `file`, the single value is
   * the document.
   */
  readonly files: (session: ExportedSession, said: readonly Message[]) => Readonly<Record<string, unknown>>;
}

/** An importer that reads a JSON file of a tool. */
interface FileImporter extends Tool {
  readonly kind: "file";
  /** Returns whether the tool wrote the value, by keys that no other tool has. */
  readonly recognizes: (value: Readonly<Record<string, unknown>>) => boolean;
  /**
   * Name of a second file in the same folder. `parse` receives its text as third argument, which is empty if
   * the file is missing.
   */
  readonly beside?: string;
  readonly writes?: ForeignWriter;
  /** True if the other files of the same folder are imported as documents of the session. */
  readonly documents?: true;
  readonly parse: (value: unknown, idFor: IdFor, beside: string) => Parsed<ExportedSession>;
}

/** An importer that reads the trailers that a tool wrote into commits. */
interface CommitImporter extends Tool {
  readonly kind: "commits";
  /** Trailer keys to search for: every commit of the tool has at least one of these trailers. */
  readonly keys: readonly string[];
  /** Makes sessions from `commits`, which are ordered oldest first and include commits of other tools. */
  readonly sessions: (commits: readonly ReadCommit[], idFor: IdFor) => ExportedSession[];
}

/** An importer for one tool; `kind` distinguishes the two types. */
export type Importer = FileImporter | CommitImporter;
