/** Merges whole files of two clones: workspace documents, handoff, checkpoints. Pure. */

import { freeDocumentName } from "../../session/files/documents.ts";
import { canonicalJson } from "../../text/fields.ts";
import { lastAt } from "./events.ts";
import { mergeLines } from "./lines.ts";
import type { RecordFiles, Side } from "./side.ts";
import { larger, mergeOrdered, mergeValue, type ThreeSides } from "./value.ts";

/** Merges documents by lines; if the lines conflict, keeps both documents under two names. */
export function mergeDocuments(
  base: RecordFiles,
  ours: RecordFiles,
  theirs: RecordFiles,
  tell: (sentence: string) => void,
): Map<string, string> {
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].filter(isDocument);
  const merged = new Map<string, string>();
  for (const name of names.sort()) {
    const three = { base: base.get(name), ours: ours.get(name), theirs: theirs.get(name) };
    const text = mergeValue(three, (one, other) => mergeText(three.base, one, other) ?? "\0");
    if (text === undefined) continue;
    if (text !== "\0") {
      merged.set(name, text);
      continue;
    }
    const [first, second] = [three.ours ?? "", three.theirs ?? ""].sort();
    const other = freeDocumentName(name, hash(second ?? ""));
    merged.set(name, first ?? "");
    merged.set(other, second ?? "");
    tell(`${name} was changed in two clones: the other text is in ${other}`);
  }
  return merged;
}

/** Merges a text that both sides changed; undefined for conflicting lines or binary content. */
export function mergeText(base: string | undefined, one: string, other: string): string | undefined {
  if (base === undefined || [base, one, other].some((each) => each.includes("\0"))) return undefined;
  const merged = mergeLines(base.split("\n"), one.split("\n"), other.split("\n"));
  return merged?.clean ? merged.lines.join("\n") : undefined;
}

/** Reports whether a file of a snapshot is a document, not part of the record. */
export function isDocument(name: string): boolean {
  return name.includes("/");
}

/** Returns a 32-bit FNV-1a hash in hexadecimal: an equal text gets an equal name in every merge. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}

/** Returns the later of two handoffs. */
export function mergeHandoff(three: ThreeSides<string>, ours: Side, theirs: Side): string | undefined {
  const [mine, its] = [ours, theirs].map(
    ({ log }) => lastAt(log, (event) => event.type === "handoff.written") ?? "",
  );
  return mergeValue(three, (one, other) => {
    if (mine === its) return larger(one, other);
    return (mine ?? "") > (its ?? "") ? one : other;
  });
}

/** Returns one line per checkpoint of either clone, without rewritten ones. */
export function mergeCheckpoints(base: string, ours: string, theirs: string): string {
  const [before, mine, its] = [base, ours, theirs].map(linesOf);
  if (!before || !mine || !its) return "";
  const known = new Set(before.map((each) => each.key));
  const isIn = [mine, its].map((list) => new Set(list.map((each) => each.key)));
  const lines = mergeOrdered(mine, its, (one, other) => {
    const was = before.find((each) => each.key === canonicalJson(keyOf(one)));
    return mergeValue({ base: was?.value, ours: one, theirs: other }, larger) ?? one;
  });
  const kept = lines.filter((line) => {
    const key = canonicalJson(keyOf(line));
    return !known.has(key) || isIn.every((keys) => keys.has(key));
  });
  return kept.map((line) => `${line}\n`).join("");
}

/** Returns the commit ids in lines of checkpoints. */
export function commitsIn(lines: string): string[] {
  return lines.split("\n").flatMap((line) => {
    const { commit } = line === "" ? {} : parse(line);
    return typeof commit === "string" ? [commit] : [];
  });
}

function linesOf(text: string) {
  let at = "";
  return text.split("\n").flatMap((value) => {
    if (value.trim() === "") return [];
    const { commit, authored } = parse(value);
    at = typeof authored === "number" ? String(authored).padStart(15, "0") : at;
    return [{ key: canonicalJson(commit ?? value), at, value }];
  });
}

function keyOf(line: string): unknown {
  return parse(line).commit ?? line;
}

function parse(line: string): { readonly commit?: unknown; readonly authored?: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
