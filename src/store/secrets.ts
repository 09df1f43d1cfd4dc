/** What was accepted with `--allow`: `.git/sessions/.secrets.json`, of this clone alone and never pushed. */
import path from "node:path";
import { redacted } from "../text/secrets.ts";
import { makeFolder, readSmall, writeAtomic } from "./files.ts";

const FILE = ".secrets.json";

/** Loaded where it is needed: commands that meet no secret start faster. */
const crypto = () => process.getBuiltinModule("node:crypto");

export interface Ledger {
  /** Makes ids of this clone's own, which say nothing about the value that they stand for. */
  readonly salt: string;
  /** Ids of findings that are none. */
  readonly allowed: ReadonlySet<string>;
}

/** The id of a value: eight hexadecimal digits. */
export function findingId(ledger: Ledger, value: string): string {
  return crypto().createHmac("sha256", ledger.salt).update(value).digest("hex").slice(0, 8);
}

/** What was accepted here. The first time it is made, where it can be written. */
export async function readLedger(sessionsDir: string): Promise<Ledger> {
  const known = parse(await readSmall(path.join(sessionsDir, FILE)).catch(() => undefined));
  if (known) return known;
  const fresh = { salt: crypto().randomBytes(16).toString("hex"), allowed: new Set<string>() };
  await writeLedger(sessionsDir, fresh).catch(() => {});
  return fresh;
}

/** Accepts findings, for now and later. */
export async function allowFindings(sessionsDir: string, ids: readonly string[]): Promise<Ledger> {
  const before = await readLedger(sessionsDir);
  const ledger = { ...before, allowed: new Set([...before.allowed, ...ids]) };
  if (ledger.allowed.size > before.allowed.size) await writeLedger(sessionsDir, ledger);
  return ledger;
}

/** A text for git's hooks, which ask nobody: what looks like a secret and was not accepted is taken out. */
export async function withoutSecrets(sessionsDir: string, text: string): Promise<string> {
  if (redacted(text) === text) return text;
  const ledger = await readLedger(sessionsDir);
  return redacted(text, (value) => ledger.allowed.has(findingId(ledger, value)));
}

async function writeLedger(sessionsDir: string, { salt, allowed }: Ledger): Promise<void> {
  await makeFolder(path.dirname(sessionsDir), path.basename(sessionsDir));
  await writeAtomic(path.join(sessionsDir, FILE), `${JSON.stringify({ salt, allowed: [...allowed] })}\n`);
}

function parse(text: string | undefined): Ledger | undefined {
  try {
    const { salt, allowed } = JSON.parse(text ?? "") as Record<string, unknown>;
    if (typeof salt !== "string" || salt === "" || !Array.isArray(allowed)) return undefined;
    return { salt, allowed: new Set(allowed.filter((each) => typeof each === "string")) };
  } catch {
    return undefined;
  }
}
