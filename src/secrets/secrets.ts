/** Finds secrets before they leave this machine: in commits, pushes and files. Never prints a secret. */

import { homes, type Place } from "../place/place.ts";
import { contextText } from "../session/context.ts";
import { Failure } from "../session/failure.ts";
import { type SessionTexts, textsOfState } from "../session/files/state-files.ts";
import type { CheckpointRecord } from "../session/session.ts";
import type { SessionState } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { type AllowedFindings, allowFindings, findingId, readLedger } from "../store/secrets.ts";
import { withHint } from "../text/hint.ts";
import { withoutHome } from "../text/home.ts";
import { plural } from "../text/plural.ts";
import {
  type Finding,
  findingsOf,
  findSecrets,
  joinSpots,
  mayHoldSecrets,
  type NamedText,
  needsRules,
  REDACTED,
  replaceSpots,
  type Spot,
} from "../text/secrets.ts";
import { unfoldMessage } from "../trailers/fold-lines.ts";
import { recordTexts } from "./texts.ts";

/** Maximum findings that a message lists; it counts the others. */
const SHOWN = 20;

/** Maximum characters of a text to scan with all rules; only this program's own rules scan longer texts. */
const MAX_RULES = 4 * 1024 * 1024;

interface Scanned {
  readonly text: NamedText;
  readonly spots: readonly Spot[];
}

/** Returns the unaccepted findings in several texts. */
export async function scanTexts(place: Place, texts: readonly NamedText[]): Promise<Finding[]> {
  const scanned = await scan(texts);
  return scanned.length === 0 ? [] : open(scanned, await ledgerOf(place));
}

/**
 * Refuses texts with unaccepted findings. Ordinary text costs a few regular expressions. `known`: earlier
 * texts, which are not refused again. `stays`: the texts stay on this machine, so after a failed scan this
 * program's own rules are enough.
 * @throws Failure `secrets-found`; `scan-failed` for texts that leave
 */
export async function refuseSecrets(
  place: Place,
  texts: readonly NamedText[],
  where: string,
  { known = [], stays = false }: { readonly known?: readonly NamedText[]; readonly stays?: boolean } = {},
): Promise<void> {
  const scanned = await scan(texts, stays ? place.notices : undefined);
  if (scanned.length === 0) return;
  const ledger = await ledgerOf(place);
  const fresh = scanned.map((each) => ({
    ...each,
    spots: each.spots.filter((spot) => !isKnown(each.text.text.slice(spot.start, spot.end), known)),
  }));
  const findings = open(fresh, ledger);
  if (findings.length > 0) throw found(findings, where);
}

/**
 * Refuses new texts of a session with findings, because commits will carry them.
 * @throws Failure `secrets-found`
 */
export async function refuseNewSecrets(
  place: Place,
  before: Pick<LoadedSession, "state" | "texts">,
  after: SessionState,
): Promise<void> {
  const texts = stateTexts(after, before.texts);
  if (texts.some((each) => mayHoldSecrets(each.text)))
    await refuseSecrets(place, texts, "the session's commits", {
      known: stateTexts(before.state, before.texts),
      stays: true,
    });
}

/** Returns the texts of a commit to scan: first each item under its name, then the whole message. */
export function commitTexts(
  state: SessionState,
  before: SessionTexts,
  record: CheckpointRecord,
  message: string,
): NamedText[] {
  const { decisions, verified } = record;
  const context = { ...state.context, decisions, verified, notes: [], meta: {}, tags: [] };
  const { summary: _summary, ...carried } = context;
  return [
    ...stateTexts({ ...state, context: carried }, before),
    { name: "message", text: unfoldMessage(message) },
  ];
}

/** Returns the texts of a session's state to scan, as its files will contain them. */
export function stateTexts(state: SessionState, before: SessionTexts): NamedText[] {
  const { objectives, blockers } = textsOfState(state, before);
  return recordTexts(
    new Map([
      ["objectives.md", objectives],
      ["blockers.md", blockers],
      ["context.json", contextText(state.context)],
    ]),
  );
}

/** Returns the texts with unaccepted findings removed. */
export async function redactTexts(
  place: Place,
  texts: readonly NamedText[],
): Promise<{ texts: NamedText[]; findings: Finding[] }> {
  const scanned = await scan(texts.map((each) => ({ ...each, text: readable(each) })));
  if (scanned.length === 0) return { texts: [...texts], findings: [] };
  const ledger = await ledgerOf(place);
  const byName = new Map(scanned.map((each) => [each.text.name, each]));
  const clean = texts.map((each): NamedText => {
    const { text, spots } = byName.get(each.name) ?? { text: each, spots: [] };
    const taken = spots.filter(
      ({ start, end }) => !ledger.allowed.has(findingId(ledger, text.text.slice(start, end))),
    );
    if (taken.length === 0) return each;
    if (!isJson(each.name)) return { ...each, text: replaceSpots(each.text, taken, REDACTED) };
    const values = taken.map(({ start, end }) => text.text.slice(start, end));
    return { ...each, text: withoutValues(each.text, values) };
  });
  return { texts: clean, findings: open(scanned, ledger) };
}

/**
 * Checks the files of a snapshot before git stores them: refuses findings in the session's record, and
 * redacts workspace and transcripts with a notice.
 * @throws Failure `secrets-found`
 */
export async function guardFiles(
  place: Place,
  files: ReadonlyMap<string, string>,
  where: string,
): Promise<Map<string, string>> {
  const documents = [...files]
    .filter(([name]) => isDocument(name))
    .map(([name, text]) => ({ name, text: withoutHome(text, homes()) }));
  const record = new Map([...files].filter(([name]) => !isDocument(name)));
  await refuseSecrets(place, recordTexts(record), where);
  const { texts, findings } = await redactTexts(place, documents);
  for (const each of findings.slice(0, SHOWN))
    place.notices.push(`redacted: ${each.name}:${each.line} (${each.rule}, ${each.id})`);
  const clean = new Map(texts.map(({ name, text }) => [name, text]));
  return new Map([...files].map(([name, text]) => [name, clean.get(name) ?? text]));
}

/**
 * Checks existing snapshots with their history, except commits that the remote already has (`known`).
 * @throws Failure `bad-snapshot`; `secrets-found`, which names the session if there are several
 */
export async function guardSnapshots(
  place: Place,
  snapshots: readonly { readonly id: string; readonly commit: string }[],
  known: readonly string[],
  where: string,
): Promise<void> {
  const { root } = place.repository;
  if (snapshots.length === 0) return;
  const commits = snapshots.map((each) => each.commit);
  const { storedFiles } = await import("../git/objects.ts");
  const bad: NamedText[] = [];
  for await (const files of storedFiles(root, commits, known)) {
    const texts = recordTexts(files.map(({ path = "", text = "" }) => [path, text] as const));
    if ((await scanTexts(place, texts)).length > 0) bad.push(...texts);
    if (bad.length > 0 && snapshots.length > 1) break;
  }
  if (bad.length === 0) return;
  if (snapshots.length === 1) return refuseSecrets(place, bad, where);
  // Scans each half again to name the session: this happens rarely.
  const half = snapshots.length >> 1;
  for (const some of [snapshots.slice(0, half), snapshots.slice(half)])
    await guardSnapshots(place, some, known, some.length === 1 ? `${where}, with ${some[0]?.id}` : where);
}

/** Reports whether a file is a document: written next to the record, sent only on request. */
function isDocument(name: string): boolean {
  return /^(?:workspace|transcripts)\//.test(name);
}

/** Scans texts. With `notices`, a failed scan adds one notice instead of throwing. */
async function scan(texts: readonly NamedText[], notices?: string[]): Promise<Scanned[]> {
  const scanned: Scanned[] = [];
  for (const text of texts) {
    const own = findSecrets(text.text);
    const asks = needsRules(text.text) && text.text.length <= MAX_RULES;
    const more = asks ? await askRules(text.text).catch((error) => without(error, notices)) : [];
    const spots = joinSpots([...own, ...more]);
    if (spots.length > 0) scanned.push({ text, spots });
  }
  return scanned;
}

function without(error: Error, notices: string[] | undefined): Spot[] {
  if (!notices) throw error;
  const says = withHint("the scan for secrets failed: only the simple rules were applied", "session doctor");
  if (!notices.includes(says)) notices.push(says);
  return [];
}

/**
 * Runs secretlint's rules.
 * @throws Failure `scan-failed`: unscanned text must not leave this machine
 */
async function askRules(text: string): Promise<Spot[]> {
  try {
    const { ruleSpots } = await import("./rules.ts");
    return await ruleSpots(text);
  } catch (error) {
    throw new Failure("scan-failed", "the scan for secrets failed, so nothing leaves this machine", {
      hint: "session doctor",
      cause: error,
    });
  }
}

/** Returns the accepted findings, including those of this command. */
async function ledgerOf({ sessionsDir, allow = [] }: Place): Promise<AllowedFindings> {
  const wrong = allow.find((each) => !/^[0-9a-f]{8}$/.test(each));
  if (wrong !== undefined)
    throw new Failure("usage", `--allow takes the id of a finding, such as 3f9a12cd, not "${wrong}"`);
  return allow.length === 0 ? readLedger(sessionsDir) : allowFindings(sessionsDir, allow);
}

/**
 * Returns unaccepted findings: each secret once per text. For a commit message, only secrets that are in none
 * of its items.
 */
function open(scanned: readonly Scanned[], ledger: AllowedFindings): Finding[] {
  const all = scanned.flatMap(({ text, spots }) =>
    findingsOf(text, spots, (value) => findingId(ledger, value)),
  );
  const seen = new Set<string>();
  return all.filter((each) => {
    const key = `${each.id} ${each.name}`;
    const again = each.name === "message" && seen.has(each.id);
    if (ledger.allowed.has(each.id) || seen.has(key) || again) return false;
    seen.add(key).add(each.id);
    return true;
  });
}

function isKnown(value: string, texts: readonly NamedText[]): boolean {
  return texts.some(({ text }) => text.includes(value));
}

function found(findings: readonly Finding[], where: string): Failure {
  const width = Math.max(...findings.map((each) => `${each.name}:${each.line}`.length));
  const lines = findings
    .slice(0, SHOWN)
    .map(
      ({ id, name, line, rule, masked }) => `${id}  ${`${name}:${line}`.padEnd(width)}  ${rule}: ${masked}`,
    );
  if (findings.length > SHOWN) lines.push(`and ${findings.length - SHOWN} more`);
  const ids = new Set(findings.map((each) => each.id));
  return new Failure(
    "secrets-found",
    `${ids.size === 1 ? "this looks like a secret" : `these look like ${plural(ids.size, "secret")}`}, and would go into ${where}; nothing was written`,
    {
      advice: "remove it, or accept it as a false positive",
      hint: `--allow ${findings[0]?.id}`,
      details: lines.join("\n"),
      findings,
    },
  );
}

const LITERAL = /"(?:[^"\\\n]|\\.)*"/g;

const isJson = (name: string) => /\.jsonl?$/.test(name);

/** Returns JSON with its escapes decoded, so that the scan finds escaped secrets. */
function readable({ name, text }: NamedText): string {
  if (!isJson(name)) return text;
  const literals = text.match(LITERAL) ?? [];
  const escaped = literals.filter((each) => each.includes("\\")).map(plain);
  return [text, ...escaped].join("\n");
}

function plain(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}

/** Removes secrets from the strings of JSON, or of JSON lines, and keeps everything else. */
function withoutValues(text: string, values: readonly string[]): string {
  const longest = [...new Set(values)].sort((one, other) => other.length - one.length);
  const clean = (each: string) => longest.reduce((rest, value) => rest.split(value).join(REDACTED), each);
  return text.replace(LITERAL, (literal) => {
    const before = plain(literal);
    const after = clean(before);
    if (after !== before) return JSON.stringify(after);
    const raw = clean(literal);
    return raw === literal ? literal : JSON.stringify(REDACTED);
  });
}
