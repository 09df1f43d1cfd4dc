/** The shape of a file in `importers/`: how a tool's sessions are recognized and read. Pure. */

import type { Message } from "../../transcripts/formats/shape.ts";
import type { ReadCommit } from "./history.ts";
import type { Parsed } from "./parse.ts";
import type { IdFor } from "./read-foreign.ts";
import type { ExportedSession } from "./schema.ts";

interface Tool {
  /** Place in help: lower comes first. */
  readonly order: number;
  readonly label: string;
  /** What is read, for help and the docs. */
  readonly reads: string;
}

/** A session that is written as the tool writes its own, so that the tool takes it. */
export interface ForeignWriter {
  /** What `export --format` calls it. */
  readonly name: string;
  /** `file`: one JSON document, a list for several sessions. `folder`: a folder for each session, with these files in it. */
  readonly as: "file" | "folder";
  /** Documents of the workspace belong to it. */
  readonly workspace?: true;
  /** By file name; of a `file` the only one is its document. */
  readonly files: (session: ExportedSession, said: readonly Message[]) => Readonly<Record<string, unknown>>;
}

/** Reads a JSON file of a tool. */
interface FileImporter extends Tool {
  readonly kind: "file";
  /** Returns whether the tool wrote the value, by keys that no other tool has. */
  readonly recognizes: (value: Readonly<Record<string, unknown>>) => boolean;
  /** Name of a file in the same folder, whose text `parse` gets; empty if there is no such file. */
  readonly beside?: string;
  readonly writes?: ForeignWriter;
  /** Files of the same folder are documents of the session. */
  readonly documents?: true;
  readonly parse: (value: unknown, idFor: IdFor, beside: string) => Parsed<ExportedSession>;
}

/** Reads trailers that a tool wrote into commits. */
interface CommitImporter extends Tool {
  readonly kind: "commits";
  /** Every commit of the tool has one of these trailers: git searches for them. */
  readonly keys: readonly string[];
  /** `commits`: oldest first, of other tools too. */
  readonly sessions: (commits: readonly ReadCommit[], idFor: IdFor) => ExportedSession[];
}

export type Importer = FileImporter | CommitImporter;
