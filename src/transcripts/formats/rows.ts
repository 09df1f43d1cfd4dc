/**
 * Splits a file that is read piece by piece into rows: one JSON object per line, or the objects of one JSON
 * document. Counts and skips rows that are incomplete, too long or no objects. Pure.
 */
import { parsedJson } from "../../text/json.ts";
import type { Row } from "./shape.ts";
import { rowOf } from "./untrusted-values.ts";

/** Maximum characters of a row. Longer rows contain pictures. */
const LONGEST = 16 * 1024 * 1024;

/** Number of first characters in which a line end is searched: a file without one is a single document. */
const FIRST_LINE = LONGEST;

/** A parser of rows that arrive in pieces. */
export interface Rows {
  readonly take: (piece: string) => Row[];
  readonly end: () => Row[];
  /** Returns the number of rows that could not be read. */
  readonly damaged: () => number;
}

/** Returns a splitter. `longest`: maximum characters of a row. */
export function rowsOf(longest = LONGEST): Rows {
  let begun = "";
  let way: Rows | undefined;
  const decide = (isAll: boolean): Rows | undefined => {
    const text = begun.replace(/^\ufeff?\s*/, "");
    const end = text.indexOf("\n");
    if (text === "" || (end < 0 && !isAll && text.length < FIRST_LINE)) return undefined;
    const first = (end < 0 ? text : text.slice(0, end)).trim();
    const isDocument = first.startsWith("[") || first === "{" || (end < 0 && !isAll);
    return isDocument ? documentRows(longest) : lineRows(longest);
  };
  return {
    take: (piece) => {
      if (way) return way.take(piece);
      begun += piece;
      way = decide(false);
      return way?.take(begun.replace(/^\ufeff/, "")) ?? [];
    },
    end: () => {
      if (way) return way.end();
      way = decide(true);
      return way ? [...way.take(begun.replace(/^\ufeff/, "")), ...way.end()] : [];
    },
    damaged: () => way?.damaged() ?? 0,
  };
}

function lineRows(longest: number): Rows {
  let rest = "";
  let skipping = false;
  let damaged = 0;
  const read = (line: string): Row[] => {
    if (line.trim() === "") return [];
    const row = rowOf(parsedJson(line));
    if (!row) damaged++;
    return row ? [row] : [];
  };
  return {
    take: (piece) => {
      const lines = piece.split("\n");
      const found: Row[] = [];
      for (const [at, part] of lines.entries()) {
        const isLast = at === lines.length - 1;
        if (!skipping) rest += part;
        if (rest.length > longest) {
          skipping = true;
          rest = "";
          damaged++;
        }
        if (isLast) break;
        if (!skipping) found.push(...read(rest));
        rest = "";
        skipping = false;
      }
      return found;
    },
    end: () => read(rest),
    damaged: () => damaged,
  };
}

/** Keys under which documents contain lists of messages. */
const LISTS = new Set(["messages", "history", "conversation", "turns"]);

/** Matches the characters with a meaning inside a JSON string, or outside of strings (`MARKS`). */
const IN_TEXT = /["\\]/g;
const MARKS = /["{}[\],:]/g;

/**
 * Returns a splitter for the objects of a top-level list or of message lists; other top-level values become
 * one more row.
 */
function documentRows(longest: number): Rows {
  /** Open brackets, outermost first. */
  const open: string[] = [];
  let inText = false;
  let escaped = false;
  /** Text of the row so far; undefined between rows. */
  let kept: string | undefined;
  let keptAt = 0;
  let tooLong = false;
  let key = "";
  let lastText = "";
  const head: Record<string, string> = {};
  let damaged = 0;

  const isRow = () =>
    (open.length === 2 && open[0] === "[") ||
    (open.length === 3 && open[0] === "{" && open[1] === "[" && LISTS.has(key));
  const keep = (part: string) => {
    if (tooLong) return;
    kept = (kept ?? "") + part;
    if (kept.length > longest) [kept, tooLong] = ["", true];
  };
  /** Collects the short top-level strings of a document, such as its id. */
  const atTop = (mark: string) => {
    if (open.length !== 1 || kept !== undefined) return;
    if (mark === ":") key = lastText;
    else if ((mark === "," || mark === "}") && lastText !== "" && Object.keys(head).length < 50)
      head[key] = lastText;
    lastText = "";
  };
  return {
    take: (piece) => {
      const found: Row[] = [];
      let from = 0;
      let at = 0;
      while (at < piece.length) {
        if (escaped) {
          escaped = false;
          at++;
          continue;
        }
        const marks = inText ? IN_TEXT : MARKS;
        marks.lastIndex = at;
        const end = marks.exec(piece)?.index ?? piece.length;
        if (inText && open.length === 1 && kept === undefined && lastText.length < 300)
          lastText += piece.slice(at, end);
        const mark = piece.charAt(end);
        at = end + 1;
        if (inText) {
          escaped = mark === "\\";
          inText = mark !== '"';
          continue;
        }
        atTop(mark);
        inText = mark === '"';
        if (mark === "{" || mark === "[") {
          open.push(mark);
          if (mark === "{" && kept === undefined && isRow())
            [kept, keptAt, tooLong, from] = ["", open.length, false, end];
        } else if (mark === "}" || mark === "]") {
          const isEnd = kept !== undefined && open.length === keptAt;
          open.pop();
          if (!isEnd) continue;
          keep(piece.slice(from, at));
          const row = tooLong ? undefined : rowOf(parsedJson(kept ?? ""));
          kept = undefined;
          if (row) found.push(row);
          else damaged++;
        }
      }
      if (kept !== undefined) keep(piece.slice(from));
      return found;
    },
    end: () => {
      if (kept !== undefined) damaged++;
      return Object.keys(head).length === 0 ? [] : [head];
    },
    damaged: () => damaged,
  };
}
