/** Adds, removes and finds our part of a settings file, for every kind of target. Pure. */
import { isOurs, type Target } from "./agent.ts";
import { addBlock, hasAnyBlock, hasBlock, removeBlock } from "./block.ts";
import { addPieces, hasAny, hasPieces, type Piece, removePieces } from "./json.ts";
import { addTables, hasAnyTables, hasTables, removeTables } from "./toml.ts";

/** Thrown for a file of ours that somebody has edited: from then on the file belongs to the user. */
export class Changed extends Error {}

/** Returns a target without the MCP server; undefined if it has nothing else. */
export function withoutServer(target: Target): Target | undefined {
  if (target.kind === "toml") return undefined;
  if (target.kind !== "json") return target;
  const pieces = target.pieces.filter((each) => !isServer(each));
  return pieces.some((each) => each.kind !== "needs") ? { ...target, pieces } : undefined;
}

/** Returns the part of a target that is the MCP server; undefined if it has none. */
export function serverOf(target: Target): Target | undefined {
  if (target.kind === "toml") return target;
  if (target.kind !== "json") return undefined;
  const pieces = target.pieces.filter(isServer);
  return pieces.length > 0 ? { ...target, pieces } : undefined;
}

const isServer = ({ kind, path: keys, value }: Piece): boolean =>
  kind === "value" && keys.at(-1) === "session" && isOurs(value);

const plain = (text: string): string => text.replace(/\r\n/g, "\n");

/**
 * Adds our part to the text of a settings file. `text`: undefined if the file does not exist. Throws Unfit,
 * Changed.
 */
export function put(target: Target, text: string | undefined): string {
  if (target.kind === "json") return addPieces(text, target.pieces, isOurs);
  if (target.kind === "toml") return addTables(text, target.tables);
  if (target.kind === "block") return addBlock(text, target.text);
  if (text !== undefined && plain(text) !== plain(target.text)) throw new Changed();
  return text ?? target.text;
}

/**
 * Removes our part from the text of a settings file. Returns undefined if nothing else is left. Throws Unfit,
 * Changed.
 */
export function take(target: Target, text: string): string | undefined {
  if (target.kind === "json") return removePieces(text, target.pieces, isOurs);
  if (target.kind === "toml") return removeTables(text);
  if (target.kind === "block") return removeBlock(text);
  if (plain(text) !== plain(target.text)) throw new Changed();
  return undefined;
}

/** Returns whether a text has exactly our part (`whole`), some of it (`other`) or nothing. Throws Unfit. */
export function standing(target: Target, text: string | undefined): "whole" | "other" | "none" {
  if (text === undefined) return "none";
  if (target.kind === "json")
    return hasPieces(text, target.pieces, isOurs)
      ? "whole"
      : hasAny(text, target.pieces, isOurs)
        ? "other"
        : "none";
  if (target.kind === "toml")
    return hasTables(text, target.tables) ? "whole" : hasAnyTables(text) ? "other" : "none";
  if (target.kind === "block")
    return hasBlock(text, target.text) ? "whole" : hasAnyBlock(text) ? "other" : "none";
  return plain(text) === plain(target.text) ? "whole" : "other";
}
