/** Values out of a repository as data in a document. */
import { block } from "./inert.ts";

/** A value as JSON in a fence: no text in it can end that, and as Markdown it is one block of code. */
export function jsonBlock(value: unknown): string {
  return block(JSON.stringify(value), "json");
}
