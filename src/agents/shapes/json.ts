/** Edits settings in JSON or JSONC: adds and removes our pieces, and keeps every other byte. Pure. */
import { type Node, type ParseError, parse, parseTree } from "jsonc-parser";

/** A part that we add to a settings file. */
export type Piece =
  /** A value under a key that only we use. */
  | { readonly kind: "value"; readonly path: readonly string[]; readonly value: unknown }
  /** An item that we add at the end of a list. */
  | { readonly kind: "item"; readonly path: readonly string[]; readonly value: unknown }
  /** A value that the settings file must have, such as its version; others may need it too. */
  | { readonly kind: "needs"; readonly path: readonly string[]; readonly value: unknown };

/** Thrown for a text that cannot be edited safely; the message names the line. */
export class Unfit extends Error {
  readonly line: number;
  constructor(text: string, offset: number, message: string) {
    super(message);
    this.line = text.slice(0, offset).split("\n").length;
  }
}

const OPTIONS = { allowTrailingComma: true, allowEmptyContent: true };

/**
 * Adds every piece of ours to a text. `text`: undefined if the file does not exist. `ours`: reports whether
 * any version of the program wrote a value. Throws Unfit.
 */
export function addPieces(
  text: string | undefined,
  pieces: readonly Piece[],
  ours: (value: unknown) => boolean,
): string {
  if (text !== undefined && isBlank(text)) return blankHead(text) + fresh(pieces, eolOf(text));
  if (text === undefined) return fresh(pieces, "\n");
  if (hasPieces(text, pieces, ours)) return text;
  let after = removePieces(text, pieces, ours) ?? "{}\n";
  for (const piece of pieces) after = add(after, piece, ours);
  if (!hasPieces(after, pieces, ours)) throw new Unfit(text, 0, "a key occurs twice");
  return after;
}

/** Removes every piece of ours from a text. Returns undefined if nothing else is left. Throws Unfit. */
export function removePieces(
  text: string,
  pieces: readonly Piece[],
  ours: (value: unknown) => boolean,
): string | undefined {
  if (isBlank(text)) return text;
  let after = text;
  for (const piece of [...pieces].reverse()) if (piece.kind !== "needs") after = remove(after, piece, ours);
  if (after === text) return text;
  const left = parse(after.replace(/^\ufeff/, ""), [], OPTIONS) as Record<string, unknown>;
  const needs = new Map(
    pieces.flatMap((each) => (each.kind === "needs" ? [[each.path[0], each.value]] : [])),
  );
  const isNothing = Object.entries(left).every(([key, value]) => needs.get(key) === value);
  return isNothing && !/\/[/*]/.test(after) ? undefined : after;
}

/** Reports whether a text has every given piece exactly once, and no other piece of ours. */
export function hasPieces(
  text: string,
  pieces: readonly Piece[],
  ours: (value: unknown) => boolean,
): boolean {
  if (isBlank(text)) return false;
  const root = rootOf(text);
  return pieces.every(({ kind, path, value }) => {
    const node = child(root, path);
    if (kind !== "item") return node !== undefined && (kind === "needs" || same(valueAt(text, node), value));
    const items = node?.type === "array" ? (node.children ?? []).map((each) => valueAt(text, each)) : [];
    const wanted = pieces.filter((each) => each.kind === "item" && each.path.join("\0") === path.join("\0"));
    return items.filter(ours).length === wanted.length && items.some((each) => same(each, value));
  });
}

/** Reports whether a text has any piece of ours. */
export function hasAny(text: string, pieces: readonly Piece[], ours: (value: unknown) => boolean): boolean {
  if (isBlank(text)) return false;
  const root = rootOf(text);
  return pieces.some(({ kind, path }) => {
    const node = kind === "needs" ? undefined : child(root, path);
    if (!node) return false;
    return kind === "value"
      ? ours(valueAt(text, node))
      : (node.children ?? []).some((each) => ours(valueAt(text, each)));
  });
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const isBlank = (text: string): boolean => /^\ufeff?\s*$/.test(text);

const blankHead = (text: string): string => (text.startsWith("\ufeff") ? "\ufeff" : "");

const eolOf = (text: string): string => (/\r\n/.test(text) ? "\r\n" : "\n");

function fresh(pieces: readonly Piece[], eol: string): string {
  let text = `{}${eol}`;
  // Adds a version first, because people look for it at the top of the file.
  for (const piece of [...pieces].sort((a, b) => Number(b.kind === "needs") - Number(a.kind === "needs")))
    text = add(text, piece, () => false);
  return text;
}

function rootOf(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text.replace(/^\ufeff/, " "), errors, OPTIONS);
  const [first] = errors;
  if (first) throw new Unfit(text, first.offset, "it is not valid JSON");
  if (root?.type !== "object") throw new Unfit(text, root?.offset ?? 0, "its top level is not an object");
  return root;
}

const valueAt = (text: string, node: Node): unknown =>
  parse(text.slice(node.offset, node.offset + node.length), [], OPTIONS);

/** Returns the value at a path; of duplicate keys the last one, as JSON.parse does. */
function child(root: Node, path: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const key of path) node = property(node, key)?.children?.[1];
  return node;
}

function property(node: Node | undefined, key: string): Node | undefined {
  if (node?.type !== "object") return undefined;
  return node.children?.findLast((each) => each.children?.[0]?.value === key);
}

function add(text: string, piece: Piece, ours: (value: unknown) => boolean): string {
  const root = rootOf(text);
  let node = root;
  const keys = [...piece.path];
  while (keys.length > 0) {
    const key = keys[0] ?? "";
    const found = property(node, key)?.children?.[1];
    if (!found) break;
    keys.shift();
    const isLast = keys.length === 0;
    const wanted = isLast && piece.kind === "item" ? "array" : isLast ? undefined : "object";
    if (wanted !== undefined && found.type !== wanted)
      throw new Unfit(text, found.offset, `"${key}" is not ${wanted === "array" ? "a list" : "an object"}`);
    if (isLast && piece.kind === "needs") return text;
    if (isLast && piece.kind === "value") {
      if (ours(valueAt(text, found))) return text;
      throw new Unfit(text, found.offset, `it has another "${key}" already`);
    }
    node = found;
  }
  if (keys.length === 0) return insert(text, node, undefined, piece.value);
  const [key = "", ...below] = keys;
  const inner = piece.kind === "item" ? [piece.value] : piece.value;
  const value = below.reduceRight<unknown>((made, each) => ({ [each]: made }), inner);
  return insert(text, node, key, value);
}

/** Adds a member at the end of an object or a list, in the layout of the other members. */
function insert(text: string, parent: Node, key: string | undefined, value: unknown): string {
  const eol = eolOf(text);
  const open = parent.offset + 1;
  const close = parent.offset + parent.length - 1;
  const inner = text.slice(open, close);
  const members = parent.children ?? [];
  const unit = unitOf(text);
  const own = lineIndent(text, parent.offset);
  const isEmpty = inner.trim() === "";
  const broken = isEmpty ? text.trim() === "{}" || /\n/.test(text.trim()) : inner.includes("\n");
  const first = members[0];
  const indent = first && startsLine(text, first.offset) ? lineIndent(text, first.offset) : own + unit;
  const written = broken
    ? JSON.stringify(value, null, unit).replace(/\n/g, `${eol}${indent}`)
    : JSON.stringify(value);
  const member = key === undefined ? written : `${JSON.stringify(key)}: ${written}`;
  const lead = broken ? `${eol}${indent}` : " ";
  if (isEmpty) {
    const body = broken ? `${lead}${member}${eol}${own}` : member;
    return text.slice(0, open) + body + text.slice(close);
  }
  // Inserts the new member after trailing comments, and the comma directly after the last member.
  const end = open + inner.trimEnd().length;
  const last = members.at(-1);
  if (!last) return text.slice(0, end) + lead + member + text.slice(end);
  const after = last.offset + last.length;
  const comma = commaIn(text, after, close);
  return comma === undefined
    ? `${text.slice(0, after)},${text.slice(after, end)}${lead}${member}${text.slice(end)}`
    : `${text.slice(0, end)}${lead}${member},${text.slice(end)}`;
}

function remove(text: string, { kind, path }: Piece, ours: (value: unknown) => boolean): string {
  const root = rootOf(text);
  const node = child(root, path);
  if (!node) return text;
  if (kind === "value") {
    if (!ours(valueAt(text, node))) return text;
    return removeEmpty(
      cut(text, child(root, path.slice(0, -1)) ?? root, node.parent ?? node),
      path.slice(0, -1),
    );
  }
  const item =
    node.type === "array" ? node.children?.findLast((each) => ours(valueAt(text, each))) : undefined;
  if (!item) return text;
  // Keeps handlers that the user added to our group.
  const handlers = property(item, "hooks")?.children?.[1];
  const mine = handlers?.children?.filter((each) => ours(valueAt(text, each))) ?? [];
  const shared = handlers?.type === "array" && mine.length < (handlers.children?.length ?? 0);
  const after = shared && mine[0] ? cut(text, handlers, mine[0]) : removeEmpty(cut(text, node, item), path);
  return remove(after, { kind, path, value: undefined }, ours);
}

/** Removes lists and objects that are empty after our piece was removed. */
function removeEmpty(text: string, path: readonly string[]): string {
  if (path.length === 0) return text;
  const root = rootOf(text);
  const node = child(root, path);
  if (
    !node ||
    (node.children ?? []).length > 0 ||
    text.slice(node.offset + 1, node.offset + node.length - 1).trim() !== ""
  )
    return text;
  const above = path.slice(0, -1);
  return removeEmpty(cut(text, child(root, above) ?? root, node.parent ?? node), above);
}

/** Removes a member: the exact inverse of `insert`. */
function cut(text: string, parent: Node, member: Node): string {
  const members = parent.children ?? [];
  const at = members.indexOf(member);
  const end = member.offset + member.length;
  const close = parent.offset + parent.length - 1;
  const next = members[at + 1];
  const before = members[at - 1];
  const open = parent.offset + 1;
  const from = open + text.slice(open, member.offset).trimEnd().length;
  const comma = commaIn(text, end, next?.offset ?? close);
  if (comma !== undefined) {
    const rest = text.slice(0, from) + text.slice(end, comma) + text.slice(comma + 1);
    return !before && !next ? emptied(rest, open) : rest;
  }
  if (!before) return emptied(text.slice(0, from) + text.slice(end), open);
  const separator = commaIn(text, before.offset + before.length, member.offset) ?? from;
  return text.slice(0, separator) + text.slice(separator + 1, from) + text.slice(end);
}

/**
 * Joins empty brackets on one line: `{
 * }` becomes `{}`.
 */
function emptied(text: string, open: number): string {
  const [space = ""] = /^\s*/.exec(text.slice(open)) ?? [];
  return /^[}\]]/.test(text.slice(open + space.length))
    ? text.slice(0, open) + text.slice(open + space.length)
    : text;
}

/** Returns the offset of the comma between two members; skips comments. */
function commaIn(text: string, from: number, to: number): number | undefined {
  const between = text.slice(from, to);
  const found = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*,/.exec(between);
  return found ? from + found[0].length - 1 : undefined;
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf("\n", offset - 1) + 1;

function lineIndent(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? "";
}

const startsLine = (text: string, offset: number): boolean =>
  text.slice(lineStart(text, offset), offset).trim() === "";

/** Returns the indentation unit of a text: the indentation of its first indented line. */
function unitOf(text: string): string {
  return /^[ \t]+(?=["/])/m.exec(text)?.[0] ?? "  ";
}
