/** Finds and reads the files to import. Checks each file completely before the import writes anything. */

import { createHash } from "node:crypto";
import { lstat, open, readdir } from "node:fs/promises";
import path from "node:path";
import { log } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { sessionId } from "../session/ids.ts";
import { foreignDocuments } from "../store/documents.ts";
import { readSmall } from "../store/files.ts";
import { now } from "../surroundings.ts";
import { isRecord } from "../text/json.ts";
import { IMPORTERS } from "./importers.generated.ts";
import { readCommits } from "./portable/history.ts";
import { checkExport, isExport, type Parsed, parseJson } from "./portable/parse.ts";
import type { IdFor } from "./portable/read-foreign.ts";
import { EXPORT_FORMAT, EXPORT_SCHEMA, type ExportedSession } from "./portable/schema.ts";

/** Maximum bytes of a file to import. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Maximum entries of a folder to import. */
const MAX_FILES = 10_000;

const FILES = IMPORTERS.filter((each) => each.kind === "file");
const COMMITS = IMPORTERS.filter((each) => each.kind === "commits");

/** The sessions of one input file, or the problems found in it. */
export interface Candidate {
  /** Path of the input file as the user typed it. */
  readonly name: string;
  readonly parsed: Parsed<readonly ExportedSession[]>;
  /** True if another tool wrote the file: its documents were not yet scanned for secrets. */
  readonly foreign?: true;
  /** Files of the session's folder that are not imported, each with the reason. */
  readonly leftOut?: readonly string[];
}

/** Derives a session id from a key by hash, so that a second import of the same record is recognized. */
const idFor: IdFor = (key) => sessionId(createHash("sha256").update(key).digest());

/**
 * Returns whether a file is a git bundle, by its first 16 bytes (gitformat-bundle(5)). Throws Failure
 * `no-file`.
 */
export async function isBundle(file: string, name: string): Promise<boolean> {
  const status = await lstat(file).catch(() => undefined);
  if (status === undefined) throw new Failure("no-file", `${name} does not exist`);
  if (!status.isFile()) return false;
  const handle = await open(file, "r").catch(() => undefined);
  try {
    const { buffer, bytesRead } = (await handle?.read(Buffer.alloc(16), 0, 16, 0)) ?? { bytesRead: 0 };
    return /^# v\d git bundle/.test(buffer?.toString("latin1", 0, bytesRead) ?? "");
  } finally {
    await handle?.close();
  }
}

/**
 * Reads one export file, or one session folder of another tool. Returns problems instead of throwing for a
 * missing or damaged file.
 */
export async function candidateAt(file: string, name: string): Promise<Candidate> {
  const status = await lstat(file).catch(() => undefined);
  if (status === undefined) return wrong(name, "does not exist");
  if (status.isSymbolicLink()) return wrong(name, "is a link, and links are not followed");
  return status.isDirectory() ? fromFolder(file, name) : fromFile(file, name);
}

/**
 * Reads every JSON file of a folder, and every subfolder with a `metadata.json`. Skips names that begin with
 * a dot. Throws Failure `no-file`, `too-large`, `nothing-to-import`.
 */
export async function candidatesIn(
  dir: string,
  name: string,
  progress?: (count: number) => void,
): Promise<Candidate[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Failure("no-file", `${name} is not a readable folder: ${error.code}`);
  });
  if (entries.length > MAX_FILES)
    throw new Failure("too-large", `${name} has ${entries.length} entries; at most ${MAX_FILES} are read`);
  const found: Candidate[] = [];
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const file = path.join(dir, entry.name);
    const shown = path.join(name, entry.name);
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory() ? await isThere(path.join(file, METADATA)) : /\.json$/i.test(entry.name))
      found.push(await candidateAt(file, shown));
    progress?.(found.length);
  }
  if (found.length > 0) return found;
  throw new Failure("nothing-to-import", `${name} has no sessions`, {
    advice: "it reads *.json files and folders with a metadata.json",
  });
}

/**
 * Reads sessions from the trailers that other tools wrote into commit messages. `range`: a commit or range as
 * git-rev-list(1) takes it. Throws Failure `unknown-revision`, `nothing-to-import`.
 */
export async function candidatesFromHistory(place: Place, range: string): Promise<Candidate[]> {
  const { root } = place.repository;
  const words = range.split(/\s+/);
  const known = words.some((each) => each.startsWith("-"))
    ? undefined
    : await ask(root, ["rev-list", "--max-count=1", ...words, "--"]);
  if (known?.code !== 0)
    throw new Failure("unknown-revision", `not a commit or range: "${range}"`, {
      advice: "use a branch, or a range such as main..feature",
    });
  const keys = COMMITS.flatMap((each) => each.keys);
  const commits = readCommits(await log(root, words, { grep: keys, topological: true }));
  const sessions = COMMITS.flatMap((each) => each.sessions(commits, idFor));
  if (sessions.length > 0) return [{ name: range, parsed: checked(sessions) }];
  throw new Failure(
    "nothing-to-import",
    `no commit of ${range} carries trailers of ${COMMITS.map((each) => each.label).join(", ")}`,
  );
}

async function fromFolder(dir: string, name: string): Promise<Candidate> {
  return fromFile(path.join(dir, METADATA), path.join(name, METADATA));
}

async function fromFile(file: string, name: string): Promise<Candidate> {
  const read = await textOf(file, name);
  if ("problems" in read) return { name, parsed: read };
  const json = parseJson(read.value);
  if ("problems" in json) return { name, parsed: json };
  const { value } = json;
  if (isExport(value)) {
    const document = checkExport(value);
    return { name, parsed: "problems" in document ? document : { value: document.value.sessions } };
  }
  const several = isRecord(value) ? value.sessions : value;
  if (Array.isArray(several)) return { name, foreign: true, parsed: ofMany(several) };
  const importer = importerOf(value);
  if (!importer) return wrong(name, UNKNOWN);
  const { beside, documents, parse } = importer;
  const dir = path.dirname(file);
  const other: Parsed<string> =
    beside === undefined
      ? { value: "" }
      : await textOf(path.join(dir, beside), path.join(path.dirname(name), beside), "");
  if ("problems" in other) return { name, parsed: other };
  const made = parse(value, idFor, other.value);
  if (!documents || "problems" in made || path.basename(file) !== METADATA)
    return { name, foreign: true, parsed: one(made) };
  const { texts, leftOut } = await foreignDocuments(dir, METADATA);
  const found = [...texts].map(([path, text]) => ({ path, text }));
  const session = { ...made.value, documents: [...(made.value.documents ?? []), ...found] };
  return { name, foreign: true, leftOut, parsed: one({ value: session }) };
}

const METADATA = "metadata.json";
const UNKNOWN = "is not an export of session or of a known tool";

const importerOf = (value: unknown) => FILES.find((each) => isRecord(value) && each.recognizes(value));

/**
 * Parses a list of sessions, each with the importer of the tool that wrote it. Returns at most five problems.
 */
function ofMany(values: readonly unknown[]): Parsed<readonly ExportedSession[]> {
  const each = values.map((value) => importerOf(value)?.parse(value, idFor, "") ?? { problems: [UNKNOWN] });
  const problems = each.flatMap((made, at) =>
    "problems" in made ? made.problems.map((what) => `[${at}]${/^is /.test(what) ? " " : "."}${what}`) : [],
  );
  if (problems.length > 0 || each.length === 0)
    return { problems: problems.length > 0 ? problems.slice(0, 5) : ["has no session"] };
  return checked(each.flatMap((made) => ("value" in made ? [made.value] : [])));
}

/** Reads a regular file within the size limit. Returns `absent`, if given, for a missing file. */
async function textOf(file: string, name: string, absent?: string): Promise<Parsed<string>> {
  const status = await lstat(file).catch(() => undefined);
  if (status === undefined) return absent === undefined ? problem("does not exist") : { value: absent };
  const about = absent === undefined ? "" : `is next to ${path.basename(name)}, which `;
  if (status.isSymbolicLink()) return problem(`${about}is a link, and links are not followed`);
  if (!status.isFile()) return problem(`${about}is not a regular file`);
  if (status.size > MAX_BYTES)
    return problem(`${about}has ${status.size} bytes; at most ${MAX_BYTES} are read`);
  try {
    return { value: (await readSmall(file, MAX_BYTES)) ?? "" };
  } catch (error) {
    if (error instanceof Failure) return problem(`${about}cannot be read: ${error.message}`);
    throw error;
  }
}

/** Checks an importer's result against the export schema, like a file that this program wrote. */
function one(parsed: Parsed<ExportedSession>): Parsed<readonly ExportedSession[]> {
  return "problems" in parsed ? parsed : checked([parsed.value]);
}

function checked(sessions: readonly ExportedSession[]): Parsed<readonly ExportedSession[]> {
  const document = { format: EXPORT_FORMAT, schema: EXPORT_SCHEMA, exported: now(), sessions };
  const result = checkExport(document);
  return "problems" in result ? result : { value: result.value.sessions };
}

function wrong(name: string, what: string): Candidate {
  return { name, parsed: problem(what) };
}

function problem(what: string): { problems: readonly string[] } {
  return { problems: [what] };
}

async function isThere(file: string): Promise<boolean> {
  return (await lstat(file).catch(() => undefined)) !== undefined;
}
