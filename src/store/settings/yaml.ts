import type { CST, Document, LineCounter, Node } from "yaml";
import { defined } from "../../text/defined.ts";

/** A text and its YAML document. With an error, callers must not use the document. */
export interface ParsedYaml {
  readonly document: Document;
  readonly error?: YamlError;
  /** Returns line and column of an offset in the text, both from 1. */
  placeOf(offset: number): Place;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

interface YamlError extends Place {
  /** Message of an error, on one line. */
  readonly message: string;
}

/**
 * Maximum tokens of a YAML text: far more than in any settings file, and far fewer than make the library
 * slow. Some of its checks are quadratic, and its recursion on nested text may abort the process.
 */
const MAX_TOKENS = 20_000;
const MAX_TOKEN_LENGTH = 10_000;
const MAX_DEPTH = 20;

/**
 * Parses untrusted text. `what`: description of the content, for messages. Never throws. Loads the library on
 * demand.
 */
export async function parseYaml(text: string, what = "settings"): Promise<ParsedYaml> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const found = tokensOf(text, yaml, lines, what);
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if ("message" in found) {
    return {
      document: new yaml.Document(null),
      placeOf,
      error: { ...placeOf(found.at), message: found.message },
    };
  }
  const [document, second] = [...new yaml.Composer().compose(found.tokens, true, text.length)];
  if (!document) return { document: new yaml.Document(null), placeOf };
  const error = errorIn(text, document, second, placeOf, what);
  return { document, placeOf, ...defined({ error }) };
}

/**
 * Returns the plain value of a YAML node; undefined if the node has too many aliases, which could expand
 * without limit.
 */
export function plainValue(node: unknown, document: Document): unknown {
  const isNode = typeof node === "object" && node !== null && "toJS" in node;
  if (!isNode) return null;
  try {
    return (node as Node).toJS(document, { maxAliasCount: 20 });
  } catch {
    return {};
  }
}

type Found = { readonly tokens: CST.Token[] } | { readonly message: string; readonly at: number };

/**
 * Returns the tokens of a YAML text, which the library builds without recursion, or the reason why the text
 * is too large.
 */
function tokensOf(text: string, yaml: typeof import("yaml"), lines: LineCounter, what: string): Found {
  const parser = new yaml.Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new yaml.Lexer().lex(text)) {
    count += 1;
    if (count > MAX_TOKENS) return { message: `this is too long for ${what}`, at: parser.offset };
    if (lexeme.length > MAX_TOKEN_LENGTH) {
      return { message: `a text of ${lexeme.length} characters is too long for ${what}`, at: parser.offset };
    }
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  const deep = deepToken(tokens);
  return deep === undefined
    ? { tokens }
    : { message: `this is nested too deeply for ${what}`, at: deep.offset };
}

/** Returns a token that is nested too deeply; undefined without such a token. */
function deepToken(tokens: readonly CST.Token[]): CST.Token | undefined {
  let level = tokens;
  for (let depth = 0; depth < MAX_DEPTH; depth++) level = level.flatMap(childrenOf);
  return level[0];
}

function childrenOf(token: CST.Token): CST.Token[] {
  const children =
    token.type === "document"
      ? [token.value]
      : "items" in token
        ? token.items.flatMap((item) => ["key" in item ? item.key : undefined, item.value])
        : [];
  return children.filter((child): child is CST.Token => child !== undefined && child !== null);
}

function errorIn(
  text: string,
  document: Document.Parsed,
  second: Document.Parsed | undefined,
  placeOf: ParsedYaml["placeOf"],
  what: string,
): YamlError | undefined {
  const [error] = document.errors;
  const mark = /^(?:<{7}|>{7}|={7})(?:[ \t].*)?\r?$/m.exec(text);
  if (error && mark) {
    return { ...placeOf(mark.index), message: "an unresolved merge conflict" };
  }
  if (error) {
    return { ...placeOf(error.pos[0]), message: (error.message.split("\n")[0] ?? "").slice(0, 200) };
  }
  if (second)
    return {
      ...placeOf(second.range[0]),
      message: `a second YAML document begins; ${what} must be one document`,
    };
  return undefined;
}
