/**
 * Parses the lists in session trailers: the exact inverse of the writer, but also accepts other tools' lists.
 * Pure. An item written without an id gets the id "" until `mergeRecords` assigns one.
 */

import { markOf } from "../../session/files/tasklist.ts";
import type { Blocker, Decision, ImpactLine, Objective, Verification } from "../../session/session.ts";
import { defined } from "../../text/defined.ts";
import { undoNeutralize } from "../../text/neutralize.ts";
import { cleanText, countOfMore } from "../../text/trailer-text.ts";
import { unfoldLines } from "../fold-lines.ts";
import { type ItemKind, splitId, splitLink } from "../keys.ts";

interface RawItem {
  readonly text: string;
  readonly parts: readonly { readonly key: string; readonly text: string }[];
}

const PARTS = /^(Rationale|Alternatives?|Supersedes|Withdraws|Reverted|Link|Note|More):(?:[ \t](.*))?$/i;
/** Indentation of continuation lines, relative to their bullet. */
const FURTHER = 4;

/** Parses the list of a `Session-Objectives` trailer. */
export function objectivesFrom(lines: readonly string[]): Objective[] {
  return rawItems(lines).flatMap((item) => {
    const { mark = " ", text, ...head } = headOf(item.text, "obj");
    const { session, id } = splitId(head.id);
    return text === "" ? [] : [{ id, mark: markOf(mark), text, ...defined({ session }) }];
  });
}

/** Parses the list of a `Blockers` trailer. */
export function blockersFrom(lines: readonly string[]): Blocker[] {
  return rawItems(lines).flatMap((item): Blocker[] => {
    const head = headOf(item.text, "blk");
    if (head.text === "") return [];
    const mark = head.mark === undefined ? "open" : markOf(head.mark);
    const [first = "", ...further] = head.text.split("\n");
    const given = part(item, "link");
    const split = given === undefined ? splitLink(first) : undefined;
    const link = split?.link ?? (given === "" ? undefined : given);
    const note = part(item, "note");
    const { session, id } = splitId(head.id);
    return [
      {
        id,
        resolved: mark === "done" || mark === "dropped",
        ...(mark === "dropped" ? { dropped: true as const } : {}),
        text: [split?.text ?? first, ...further].join("\n"),
        ...defined({ link }),
        ...(note ? { note } : {}),
        ...defined({ session }),
      },
    ];
  });
}

/** Parses the list of a `Decisions` trailer. */
export function decisionsFrom(lines: readonly string[]): Decision[] {
  return rawItems(lines).flatMap((item): Decision[] => {
    const head = headOf(item.text, "dec");
    if (head.text === "") return [];
    const { session, id } = splitId(head.id);
    const rationale = part(item, "rationale");
    const supersedes = part(item, "supersedes");
    const withdraws = part(item, "withdraws");
    return [
      {
        id,
        text: head.text,
        ...(rationale ? { rationale } : {}),
        alternatives: item.parts
          .filter((each) => /^alternatives?$/.test(each.key) && each.text !== "")
          .map((each) => each.text),
        ...(supersedes ? { supersedes } : {}),
        ...(withdraws ? { withdraws } : {}),
        ...(part(item, "reverted") === undefined ? {} : { undone: true as const }),
        ...defined({ session }),
      },
    ];
  });
}

/** Parses the list of a `Verified` trailer. Skips lines without a result. */
export function verifiedFrom(lines: readonly string[]): Verification[] {
  return rawItems(lines).flatMap(({ text }) => {
    const match = /^(.+): (passed|failed)(?:(?: at ([0-9a-f]{4,64}))?,? before this change)?$/s.exec(text);
    if (!match?.[1]) return [];
    const earlier = text.endsWith(" before this change") ? { earlier: match[3] ?? "" } : {};
    return [{ command: match[1], result: match[2] as Verification["result"], ...earlier }];
  });
}

/** Parses the list of an `Impact` trailer. Skips lines without a key. */
export function impactFrom(lines: readonly string[]): ImpactLine[] {
  return rawItems(lines).flatMap(({ text }) => {
    const at = text.search(/:[ \t]/);
    return at > 0 ? [{ key: text.slice(0, at), value: text.slice(at + 2).replace(/^[ \t]+/, "") }] : [];
  });
}

/** Returns the number of items that a list leaves out; 0 for a complete list. */
export function moreOf(lines: readonly string[]): number {
  const counts = lines.map((line) => countOfMore(/^ {0,4}- (.*)$/.exec(line)?.[1] ?? "") ?? 0);
  return counts.reduce((sum, each) => sum + each, 0);
}

function part(item: RawItem, key: string): string | undefined {
  return item.parts.find((each) => each.key === key)?.text;
}

const named = (kind: ItemKind) => new RegExp(`^((?:[A-Za-z0-9._-]{1,64}/)?${kind}-\\d{1,9}):(?:[ \\t]|$)`);

const NAMED: Readonly<Record<ItemKind, RegExp>> = { obj: named("obj"), blk: named("blk"), dec: named("dec") };

/** Splits the first line of an item into mark, id and text. */
function headOf(text: string, kind: ItemKind): { mark?: string; id: string; text: string } {
  const boxed = /^\[(.)\](?:[ \t]+|$)/u.exec(text);
  const rest = boxed ? text.slice(boxed[0].length) : text;
  const name = NAMED[kind].exec(rest);
  return {
    ...(boxed?.[1] === undefined ? {} : { mark: boxed[1] }),
    id: name?.[1] ?? "",
    text: name ? rest.slice(name[0].length) : rest,
  };
}

/**
 * Splits lines into items by their bullets. A line that is indented by four or more spaces always belongs to
 * the text.
 */
function rawItems(folded: readonly string[]): RawItem[] {
  const isOurs = folded.find((line) => line.trim() !== "")?.startsWith(" - ");
  const lines = (isOurs ? unfoldLines(folded) : folded).map(undoNeutralize);
  const items: { text: string[]; parts: { key: string; text: string[] }[] }[] = [];
  let bullets: number | undefined;
  for (const line of lines) {
    const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (indent === line.length) continue;
    const bullet = /^[ \t]*[-*](?:[ \t]+|$)/.exec(line);
    const last = items.at(-1);
    if (bullet && (bullets === undefined || indent < bullets + FURTHER)) {
      bullets ??= indent;
      items.push({ text: [line.slice(bullet[0].length)], parts: [] });
    } else if (!last || bullets === undefined) {
      items.push({ text: [line.trimStart()], parts: [] });
    } else {
      const named = indent > bullets && indent < bullets + FURTHER ? PARTS.exec(line.slice(indent)) : null;
      if (named) last.parts.push({ key: (named[1] ?? "").toLowerCase(), text: [named[2] ?? ""] });
      else (last.parts.at(-1)?.text ?? last.text).push(line.slice(Math.min(indent, bullets + FURTHER)));
    }
  }
  return items
    .map(({ text, parts }) => ({
      text: cleanText(text.join("\n")),
      parts: parts.map((each) => ({ key: each.key, text: cleanText(each.text.join("\n")) })),
    }))
    .filter((item) => item.text !== "" && countOfMore(item.text) === undefined);
}
