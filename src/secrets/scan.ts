/** Searches texts with this program's own rules and secretlint's, and drops accepted findings. */
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { type AllowedFindings, allowFindings, findingId, readLedger } from "../store/secrets.ts";
import { withHint } from "../text/hint.ts";
import {
  type Finding,
  findingsOf,
  findSecrets,
  joinSpots,
  type NamedText,
  needsRules,
  type Spot,
} from "../text/secrets.ts";

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

/** Searches texts. With `notices`, a failed scan adds one notice instead of throwing. */
export async function scan(texts: readonly NamedText[], notices?: string[]): Promise<Scanned[]> {
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
export async function ledgerOf({ sessionsDir, allow = [] }: Place): Promise<AllowedFindings> {
  const wrong = allow.find((each) => !/^[0-9a-f]{8}$/.test(each));
  if (wrong !== undefined)
    throw new Failure("usage", `--allow takes the id of a finding, such as 3f9a12cd, not "${wrong}"`);
  return allow.length === 0 ? readLedger(sessionsDir) : allowFindings(sessionsDir, allow);
}

/**
 * Returns unaccepted findings: each secret once per text. For a commit message, only secrets that are in none
 * of its items.
 */
export function open(scanned: readonly Scanned[], ledger: AllowedFindings): Finding[] {
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
