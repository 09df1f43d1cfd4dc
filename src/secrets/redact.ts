/** Removes secrets from texts. */
import type { Place } from "../place/place.ts";
import { findingId } from "../store/secrets.ts";
import { type Finding, type NamedText, REDACTED, replaceSpots } from "../text/secrets.ts";
import { ledgerOf, open, scan } from "./scan.ts";

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
