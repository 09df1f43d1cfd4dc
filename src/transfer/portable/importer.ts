/**
 * Defines the shape of a file in `importers/`: how a tool's sessions are recognized, read and written. Pure.
 */

import type { Message } from "../../transcripts/formats/shape.ts";
import type { ReadCommit } from "./history.ts";
import type { Parsed } from "./parse.ts";
import type { IdFor } from "./read-foreign.ts";
import type { ExportedSession } from "./schema.ts";

interface Tool {
  /** Position in the help text: lower numbers come first. */
  readonly order: number;
  readonly label: string;
  /** The tool's input in words, for the help text and the docs. */
  readonly reads: string;
}

/** Writes a session in the native format of a tool, so that the tool can load it. */
export interface ForeignWriter {
  /** The name of the format in `export --format`. */
  readonly name: string;
  /**
   * `file`: one JSON document, a list for several sessions. `folder`: one folder for each session, with the
   * entries of `files` in it.
   */
  readonly as: "file" | "folder";
  /** True if the format includes the documents of the session's workspace. */
  readonly workspace?: true;
  /**
   * Returns contents by file name: a string as is, other values as JSON. For `file`, the single value is the
   * document.
   */
  readonly files: (session: ExportedSession, said: readonly Message[]) => Readonly<Record<string, unknown>>;
}

/** Reads a JSON file of a tool. */
interface FileImporter extends Tool {
  readonly kind: "file";
  /** Returns whether the tool wrote the value, by keys that no other tool has. */
  readonly recognizes: (value: Readonly<Record<string, unknown>>) => boolean;
  /**
   * Name of a second file in the same folder, whose text is the third argument of `parse`; the text is empty
   * if the file is missing.
   */
  readonly beside?: string;
  readonly writes?: ForeignWriter;
  /** True if the other files of the same folder are imported as documents of the session. */
  readonly documents?: true;
  readonly parse: (value: unknown, idFor: IdFor, beside: string) => Parsed<ExportedSession>;
}

/** Reads trailers that a tool wrote into commits. */
interface CommitImporter extends Tool {
  readonly kind: "commits";
  /** Trailer keys to search for: every commit of the tool has at least one of these trailers. */
  readonly keys: readonly string[];
  /** Makes sessions of `commits`: oldest first, and including commits of other tools. */
  readonly sessions: (commits: readonly ReadCommit[], idFor: IdFor) => ExportedSession[];
}

/** An importer of one tool, told apart by `kind`. */
export type Importer = FileImporter | CommitImporter;
