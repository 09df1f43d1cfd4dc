/** Edits a marked block at the end of a TOML file, and keeps every other byte. Pure. */
import { parse, TomlError } from "smol-toml";
import { withoutBlock } from "./block.ts";
import { Unfit } from "./json.ts";

const BEGIN = "# git-session:begin";
const END = "# git-session:end";
const BLOCK = /(\r?\n)?(?<=^\ufeff?)# git-session:begin\r?\n[\s\S]*?\n# git-session:end(\r?\n|$)/m;
const MARK = /(?<=^\ufeff?)# git-session:(begin|end)\r?$/gm;

/**
 * Adds our tables to the text of a TOML file. `text`: undefined if the file does not exist. Throws Unfit if
 * the result is no valid TOML.
 */
export function addTables(text: string | undefined, tables: string): string {
  const eol = text?.includes("\r\n") ? "\r\n" : "\n";
  const block = [BEGIN, ...tables.trimEnd().split("\n"), END, ""].join(eol);
  if (text === undefined) return block;
  check(text);
  if (hasTables(text, tables)) return text;
  const rest = removeTables(text) ?? "";
  // Adds an empty line before the block. `removeTables` also removes a line end that is added before it.
  const gap = rest === "" || rest === "\ufeff" ? "" : rest.endsWith("\n") ? eol : eol + eol;
  const after = rest + gap + block;
  try {
    check(after);
  } catch {
    throw new Unfit(text, Math.max(0, text.indexOf("mcp_servers")), "it defines mcp_servers in another form");
  }
  return after;
}

/** Removes our block from the text of a TOML file. Returns undefined if the file has no other text. */
export function removeTables(text: string): string | undefined {
  return withoutBlock(text, MARK, BLOCK);
}

/** Reports whether a text has exactly these tables in our block. */
export function hasTables(text: string, tables: string): boolean {
  const found = BLOCK.exec(text)?.[0].replace(/\r\n/g, "\n").trim();
  return found === [BEGIN, tables.trimEnd(), END].join("\n");
}

/** Reports whether a text has a block of ours. */
export const hasAnyTables = (text: string): boolean => BLOCK.test(text);

function check(text: string): void {
  try {
    parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const offset =
      text
        .split("\n")
        .slice(0, error.line - 1)
        .join("\n").length + 1;
    throw new Unfit(text, error.line === 1 ? 0 : offset, `not valid TOML: ${firstLine(error.message)}`);
  }
}

const firstLine = (message: string): string =>
  (message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
