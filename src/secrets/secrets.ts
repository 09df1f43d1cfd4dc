/** Finds secrets before they leave this machine: in commits, pushes and files. Never prints a secret. */
import { homes, type Place } from "../place/place.ts";
import { contextText } from "../session/context.ts";
import { Failure } from "../session/failure.ts";
import { type SessionTexts, textsOfState } from "../session/files/state-files.ts";
import type { CheckpointRecord } from "../session/session.ts";
import type { SessionState } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { withoutHome } from "../text/home.ts";
import { plural } from "../text/plural.ts";
import { type Finding, mayHoldSecrets, type NamedText } from "../text/secrets.ts";
import { unfoldMessage } from "../trailers/fold-lines.ts";
import { redactTexts } from "./redact.ts";
import { ledgerOf, open, scan, scanTexts } from "./scan.ts";
import { recordTexts } from "./texts.ts";

/** Maximum findings that a message lists; it counts the others. */
const SHOWN = 20;

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
