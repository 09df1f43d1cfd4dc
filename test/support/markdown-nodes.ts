/** Parses Markdown as CommonMark, and finds in which nodes words are. */
import { type Node, Parser } from "commonmark";

export interface Stray {
  /** The kind of node, and of what it stands in. */
  readonly where: string;
  readonly text: string;
}

/** Nodes that no view of the program may contain: they act, or come from foreign text. */
const ACTING = new Set(["html_inline", "html_block", "link", "image", "block_quote", "thematic_break"]);

/** Returns the nodes that act, such as links and HTML. */
export function actingNodes(markdown: string): Stray[] {
  return nodes(markdown).flatMap((node) =>
    ACTING.has(node.type) ? [{ where: node.type, text: node.literal ?? node.destination ?? "" }] : [],
  );
}

/** Returns the nodes other than code spans and code blocks that contain these words. */
export function outsideCode(markdown: string, words: RegExp): Stray[] {
  const strays: Stray[] = [];
  for (const node of nodes(markdown)) {
    const isText = node.type === "text" || node.type === "html_inline" || node.type === "html_block";
    if (isText && words.test(node.literal ?? ""))
      strays.push({ where: above(node), text: node.literal ?? "" });
    if (node.type === "code_block" && words.test(node.info ?? ""))
      strays.push({ where: "info of a fence", text: node.info ?? "" });
  }
  return strays;
}

/** Returns the texts of the headings, in order. */
export function headings(markdown: string): string[] {
  return nodes(markdown).flatMap((node) => (node.type === "heading" ? [textOf(node)] : []));
}

/** Returns the text of each code span and code block. */
export function codeTexts(markdown: string): string[] {
  return nodes(markdown).flatMap((node) =>
    node.type === "code" || node.type === "code_block" ? [node.literal ?? ""] : [],
  );
}

function nodes(markdown: string): Node[] {
  const found: Node[] = [];
  const walker = new Parser().parse(markdown).walker();
  for (let step = walker.next(); step; step = walker.next()) if (step.entering) found.push(step.node);
  return found;
}

function above(node: Node): string {
  const kinds: string[] = [];
  for (let at = node.parent; at && at.type !== "document"; at = at.parent) kinds.push(at.type);
  return kinds.reverse().join(" > ");
}

function textOf(node: Node): string {
  let text = "";
  for (let child = node.firstChild; child; child = child.next) text += child.literal ?? textOf(child);
  return text;
}
