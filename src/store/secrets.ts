/**
 * Stores findings accepted with `--allow`: `.git/sessions/.secrets.json`, which belongs to this clone and is
 * never pushed.
 */
import path from "node:path";
import { redactSecrets } from "../text/secrets.ts";
import { readSmall, writeAtomic } from "./files.ts";
import { makeFolder } from "./folders.ts";

const FILE = ".secrets.json";

/** Loads the module on demand: commands without a finding start faster. */
const crypto = () => process.getBuiltinModule("node:crypto");

export interface AllowedFindings {
  /** Salt of this clone, with which ids reveal nothing about the secrets. */
  readonly salt: string;
  /** Ids of accepted findings. */
  readonly allowed: ReadonlySet<string>;
}

/** Returns the id of a secret's value: eight hexadecimal digits. */
export function findingId(ledger: AllowedFindings, value: string): string {
  return crypto().createHmac("sha256", ledger.salt).update(value).digest("hex").slice(0, 8);
}

/** Reads the accepted findings. Creates the file if possible. */
export async function readLedger(sessionsDir: string): Promise<AllowedFindings> {
  const known = parse(await readSmall(path.join(sessionsDir, FILE)).catch(() => undefined));
  if (known) return known;
  const fresh = { salt: crypto().randomBytes(16).toString("hex"), allowed: new Set<string>() };
  await writeLedger(sessionsDir, fresh).catch(() => {});
  return fresh;
}

/** Accepts findings permanently. */
export async function allowFindings(sessionsDir: string, ids: readonly string[]): Promise<AllowedFindings> {
  const before = await readLedger(sessionsDir);
  const ledger = { ...before, allowed: new Set([...before.allowed, ...ids]) };
  if (ledger.allowed.size > before.allowed.size) await writeLedger(sessionsDir, ledger);
  return ledger;
}

/** Returns a text without unaccepted secrets, for git's hooks, which cannot ask. */
export async function withoutSecrets(sessionsDir: string, text: string): Promise<string> {
  if (redactSecrets(text) === text) return text;
  const ledger = await readLedger(sessionsDir);
  return redactSecrets(text, (value) => ledger.allowed.has(findingId(ledger, value)));
}

async function writeLedger(sessionsDir: string, { salt, allowed }: AllowedFindings): Promise<void> {
  await makeFolder(path.dirname(sessionsDir), path.basename(sessionsDir));
  await writeAtomic(path.join(sessionsDir, FILE), `${JSON.stringify({ salt, allowed: [...allowed] })}\n`);
}

function parse(text: string | undefined): AllowedFindings | undefined {
  try {
    const { salt, allowed } = JSON.parse(text ?? "") as Record<string, unknown>;
    if (typeof salt !== "string" || salt === "" || !Array.isArray(allowed)) return undefined;
    return { salt, allowed: new Set(allowed.filter((each) => typeof each === "string")) };
  } catch {
    return undefined;
  }
}
