/** The shape of a file in `importers/`: how a tool's sessions are recognized and read. Pure. */
import type { IdFor } from "./foreign.ts";
import type { ReadCommit } from "./history.ts";
import type { Parsed } from "./parse.ts";
import type { ExportedSession } from "./schema.ts";

interface Tool {
  /** Place in help: lower comes first. */
  readonly order: number;
  readonly label: string;
  /** What is read, for help and the docs. */
  readonly reads: string;
}

/** Reads a JSON file of a tool. */
interface FileImporter extends Tool {
  readonly kind: "file";
  /** Returns whether the tool wrote the value, by keys that no other tool has. */
  readonly recognizes: (value: Readonly<Record<string, unknown>>) => boolean;
  /** Name of a file in the same folder, whose text `parse` gets; empty if there is no such file. */
  readonly beside?: string;
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
