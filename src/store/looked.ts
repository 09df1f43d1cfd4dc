/** When somebody last looked at the overview of all sessions: `.git/sessions/.looked.json`, of this clone alone. */
import path from "node:path";
import { isRecord, parsedJson } from "../text/json.ts";
import { makeFolder, readSmall, writeAtomic } from "./files.ts";

const FILE = ".looked.json";

/** ISO 8601. */
export interface Looked {
  /** What came after it is new. */
  readonly since: string;
  /** When the look ended. */
  readonly left: string;
}

/** Returns the last look; undefined where nobody has looked, or the file holds anything else. */
export async function readLooked(sessionsDir: string): Promise<Looked | undefined> {
  const text = await readSmall(path.join(sessionsDir, FILE), 1024).catch(() => undefined);
  const value = parsedJson(text ?? "");
  if (!isRecord(value)) return undefined;
  const { since, left } = value;
  const isMoment = (each: unknown) => typeof each === "string" && !Number.isNaN(Date.parse(each));
  return isMoment(since) && isMoment(left) ? { since: String(since), left: String(left) } : undefined;
}

/** Failure `cannot-write`. */
export async function writeLooked(sessionsDir: string, { since, left }: Looked): Promise<void> {
  await makeFolder(path.dirname(sessionsDir), path.basename(sessionsDir));
  await writeAtomic(path.join(sessionsDir, FILE), `${JSON.stringify({ since, left })}\n`, { durable: false });
}
