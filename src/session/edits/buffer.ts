/** Formats a session's record as one text for an editor, and parses the edited text. Pure. */
import { Failure } from "../failure.ts";
import { markOfBlocker } from "../files/state-files.ts";
import { boxOf, markOf } from "../files/tasklist.ts";
import type { ObjectiveMark } from "../session.ts";
import { branchOf, type SessionState } from "../state.ts";
import { isFixed } from "./decisions.ts";

const SECTIONS = { Objectives: "obj", Blockers: "blk", Decisions: "dec", Notes: "note" } as const;
type Section = keyof typeof SECTIONS;

/** Names of the lines that may follow an item of each section. */
const PARTS: Readonly<Record<Section, readonly string[]>> = {
  Objectives: [],
  Blockers: ["Link", "Note"],
  Decisions: ["Rationale", "Alternatives"],
  Notes: [],
};

/** An item of the edited text. */
export interface BufferItem {
  /** Id of the item; absent for a new item. */
  readonly id?: string;
  /** State of an objective or a blocker. */
  readonly mark: ObjectiveMark;
  readonly text: string;
  readonly parts: readonly { readonly name: string; readonly text: string }[];
  /** Line of the item in the text, from 1. */
  readonly line: number;
}

/** The parsed text of the editor. */
export type BufferRecord = { readonly title?: string } & Readonly<Record<Section, readonly BufferItem[]>>;

const FURTHER = "      ";
const WIDTH = FURTHER.length;

/**
 * Returns the text for an editor, without decisions that are no longer binding or that another session made.
 */
export function bufferOf(state: SessionState, holding: readonly string[]): string {
  const { title, notes, decisions, id } = state.context;
  const own = decisions.filter(
    (each) =>
      holding.includes(each.id) &&
      each.withdraws === undefined &&
      (each.session === undefined || each.session === id),
  );
  const fixed = own.some((each) => isFixed(each, state));
  const head = [
    `The record of the session on ${branchOf(state.context)}. Lines that begin with # are not read.`,
    "An item without an id is new. An item that you delete is dropped (objective, blocker),",
    "withdrawn (decision) or removed (note). An empty text changes nothing.",
    ...(fixed ? ["A committed decision stays in history: a new decision replaces it."] : []),
  ].map((each) => `# ${each}`);
  const sections: Record<Section, string[]> = {
    Objectives: state.objectives.flatMap(({ id: name, mark, text }) => item(text, name, mark)),
    Blockers: state.blockers.flatMap((each) => [
      ...item(each.text, each.id, markOfBlocker(each)),
      ...part("Link", each.link),
      ...part("Note", each.note),
    ]),
    Decisions: own.flatMap(({ id: name, text, rationale, alternatives }) => [
      ...item(text, name),
      ...part("Rationale", rationale),
      ...alternatives.flatMap((each) => part("Alternatives", each)),
    ]),
    Notes: notes.flatMap(({ text }, at) => item(text, `note-${at + 1}`)),
  };
  const lists = Object.entries(sections).map(([name, lines]) => [`${name}:`, ...lines].join("\n"));
  return `${[head.join("\n"), `Title: ${title}`, ...lists].join("\n\n")}\n`;
}

function item(text: string, id: string, mark?: ObjectiveMark): string[] {
  return indented(`- ${mark === undefined ? "" : `${boxOf(mark)} `}${id}: `, text);
}

function part(name: string, text: string | undefined): string[] {
  return text === undefined ? [] : indented(`  ${name}: `, text);
}

function indented(head: string, text: string): string[] {
  const [first = "", ...more] = text.split("\n");
  return [head + first, ...more.map((each) => FURTHER + each)];
}

/** Reports whether a text has only blank lines and comments: as in git, nothing is changed then. */
export function isEmptyBuffer(text: string): boolean {
  return text.split(/\r?\n/).every((each) => each.trim() === "" || each.startsWith("#"));
}

/**
 * Parses the text of the editor.
 * @throws Failure `bad-edit`, which names the first unreadable line
 */
export function parseBuffer(text: string): BufferRecord {
  const items: Record<Section, Open[]> = { Objectives: [], Blockers: [], Decisions: [], Notes: [] };
  let title: string | undefined;
  let section: Section | undefined;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith("#") || line.trim() === "") continue;
    const named = /^Title:(.*)$/.exec(line)?.[1];
    const begun = Object.keys(SECTIONS).find((each) => line.trimEnd() === `${each}:`) as Section | undefined;
    if (named !== undefined && section === undefined) title = named.trim();
    else if (begun) section = begun;
    else if (section === undefined) throw bad(at + 1, "it is above the first list");
    else readLine(line, at + 1, section, items[section]);
  }
  for (const name of Object.keys(SECTIONS) as Section[]) check(items[name]);
  const read = (name: Section) => items[name].map(closed);
  return {
    ...(title === undefined ? {} : { title }),
    ...{ Objectives: read("Objectives"), Blockers: read("Blockers") },
    ...{ Decisions: read("Decisions"), Notes: read("Notes") },
  };
}

/** An item to which the next lines may belong. */
interface Open {
  readonly id: string | undefined;
  readonly mark: ObjectiveMark;
  readonly line: number;
  readonly texts: string[];
  readonly parts: { readonly name: string; readonly texts: string[] }[];
}

function readLine(line: string, at: number, section: Section, items: Open[]): void {
  const last = items.at(-1);
  const bullet = /^[-*](?:[ \t]+|$)(.*)$/.exec(line)?.[1];
  if (bullet !== undefined) {
    items.push(opened(bullet, at, section));
    return;
  }
  if (!last || !/^[ \t]/.test(line)) throw bad(at, 'an item begins with "- ", its further lines with spaces');
  const [, name, text = ""] = /^ {2}(\w+):[ \t]?(.*)$/.exec(line) ?? [];
  if (name !== undefined && PARTS[section].includes(name)) last.parts.push({ name, texts: [text] });
  else (last.parts.at(-1)?.texts ?? last.texts).push(line.replace(new RegExp(`^[ \t]{1,${WIDTH}}`), ""));
}

function opened(bullet: string, line: number, section: Section): Open {
  const isTask = section === "Objectives" || section === "Blockers";
  const boxed = isTask ? /^\[(.)\](?:[ \t]+|$)(.*)$/u.exec(bullet) : null;
  if (isTask && !boxed) throw bad(line, "a box is missing: - [ ] ...");
  const rest = boxed ? (boxed[2] ?? "") : bullet;
  const [, id, text] = new RegExp(`^(${SECTIONS[section]}-\\d{1,9}):(?:[ \\t]+|$)(.*)$`).exec(rest) ?? [];
  const mark = markOf(boxed?.[1] ?? " ");
  return { id, mark, line, texts: [id === undefined ? rest : (text ?? "")], parts: [] };
}

function check(items: readonly Open[]): void {
  const seen = new Set<string>();
  for (const { id, texts, line } of items) {
    if (texts.join("").trim() === "") throw bad(line, "the item has no text");
    if (id !== undefined && seen.has(id)) throw bad(line, `${id} occurs twice`);
    if (id !== undefined) seen.add(id);
  }
}

function closed({ id, mark, line, texts, parts }: Open): BufferItem {
  const joined = (lines: readonly string[]) => lines.join("\n").trim();
  return {
    ...(id === undefined ? {} : { id }),
    ...{ mark, line, text: joined(texts) },
    parts: parts.map((each) => ({ name: each.name, text: joined(each.texts) })),
  };
}

/** Returns Failure `bad-edit` for a line; the first line is 1. */
export function bad(line: number, what: string): Failure {
  return new Failure("bad-edit", `line ${line}: ${what}`);
}
