/** Stores, in this clone, the last brief of each agent and the last use of the overview. */
import path from "node:path";
import { isRecord, parsedJson } from "../text/json.ts";
import type { BriefItems } from "../views/shapes/brief-changes.ts";
import { readSmall, writeAtomic } from "./files.ts";
import { makeFolder } from "./folders.ts";

const FILE = ".given.json";
const MAX_BYTES = 1024 * 1024;
/** Maximum agents to remember per file. */
const MAX_AGENTS = 20;

/** The last brief that an agent received. */
export interface LastBrief {
  readonly agent: string;
  readonly branch: string;
  readonly commit?: string;
  readonly said: BriefItems;
}

/** Returns the last brief of an agent; undefined if none is remembered. */
export async function readLastBrief(folder: string, agent: string): Promise<LastBrief | undefined> {
  return (await all(folder)).find((each) => each.agent === agent);
}

/**
 * Stores the last brief of an agent. `folder` is below the repository's common folder.
 * @throws Failure `cannot-write`
 */
export async function writeLastBrief(commonDir: string, folder: string, given: LastBrief): Promise<void> {
  const others = (await all(folder)).filter((each) => each.agent !== given.agent);
  await makeFolder(commonDir, path.relative(commonDir, folder));
  const text = `${JSON.stringify([given, ...others].slice(0, MAX_AGENTS))}\n`;
  await writeAtomic(path.join(folder, FILE), text, { durable: false });
}

async function all(folder: string): Promise<LastBrief[]> {
  try {
    const value: unknown = JSON.parse((await readSmall(path.join(folder, FILE), MAX_BYTES)) ?? "[]");
    return Array.isArray(value) ? value.filter(isGiven) : [];
  } catch {
    return [];
  }
}

function isGiven(value: unknown): value is LastBrief {
  if (typeof value !== "object" || value === null) return false;
  const { agent, branch, said } = value as Record<string, unknown>;
  return typeof agent === "string" && typeof branch === "string" && typeof said === "object" && said !== null;
}

const LOOKED = ".looked.json";

/** A use of the overview; times are in ISO 8601. */
export interface LastLook {
  /** Time from which events count as new. */
  readonly since: string;
  /** Time at which the user left the overview. */
  readonly left: string;
}

/** Returns the last use of the overview; undefined before the first use, or if the file is damaged. */
export async function readLastLook(sessionsDir: string): Promise<LastLook | undefined> {
  const text = await readSmall(path.join(sessionsDir, LOOKED), 1024).catch(() => undefined);
  const value = parsedJson(text ?? "");
  if (!isRecord(value)) return undefined;
  const { since, left } = value;
  const isMoment = (each: unknown) => typeof each === "string" && !Number.isNaN(Date.parse(each));
  return isMoment(since) && isMoment(left) ? { since: String(since), left: String(left) } : undefined;
}

/**
 * Stores the last use of the overview.
 * @throws Failure `cannot-write`
 */
export async function writeLastLook(sessionsDir: string, { since, left }: LastLook): Promise<void> {
  await makeFolder(path.dirname(sessionsDir), path.basename(sessionsDir));
  await writeAtomic(path.join(sessionsDir, LOOKED), `${JSON.stringify({ since, left })}\n`, {
    durable: false,
  });
}
