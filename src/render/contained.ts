/** Values out of a repository as data for a program: nothing hidden in any text, and JSON that a fence holds. */
import { block, visible } from "./inert.ts";

/** The same value with nothing hidden in its texts; keys are ours. */
export function visibleAll<T>(value: T): T {
  if (typeof value === "string") return visible(value) as T;
  if (Array.isArray(value)) return value.map(visibleAll) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visibleAll(each)])) as T;
}

/** A value as JSON in a fence: no text in it can end that, and as Markdown it is one block of code. */
export function jsonBlock(value: unknown): string {
  return block(JSON.stringify(value), "json");
}
