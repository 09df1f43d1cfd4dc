/** Renders search results as Markdown. Escapes all text that people wrote; searches nothing itself. */
import { codeSpan, inline } from "../render/escape-markdown.ts";
import type { FoundSession } from "./shapes/search.ts";

/** Renders found sessions as a Markdown document, one section per session. */
export function searchMarkdown(words: readonly string[], found: readonly FoundSession[]): string {
  const sections = found.map(({ session, matches, more }) => {
    const { id, title, branch, state } = session;
    const facts = [id === null ? "" : codeSpan(id), branch === null ? "" : codeSpan(branch), state ?? ""];
    const lines = matches.map((each) => {
      const where = each.path === undefined ? (each.id ?? each.part) : `${each.path}:${each.line}`;
      return `- ${codeSpan(where)} ${inline(each.text)}${each.ended === undefined ? "" : ` (${inline(each.ended)})`}`;
    });
    return [
      `## ${inline(title ?? "In commits only")}`,
      facts.filter(Boolean).join(", "),
      [...lines, ...(more === 0 ? [] : [`- … ${more} more lines`])].join("\n"),
    ].join("\n\n");
  });
  return `${[`# Search: ${words.map(codeSpan).join(" ")}`, ...sections].join("\n\n")}\n`;
}
