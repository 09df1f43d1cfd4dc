/** Writes untrusted values into Markdown documents. */
import { block } from "./escape-markdown.ts";

/** Returns a value as JSON in a Markdown code block, which no text in the value can close. */
export function jsonBlock(value: unknown): string {
  return block(JSON.stringify(value), "json");
}
