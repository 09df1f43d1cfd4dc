import { HIDDEN, withEscapes } from "./visible.ts";

/** Returns the value that a JSON text holds, with or without a byte order mark; undefined if the text is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

/** Returns whether a value is an object with keys: no array, and not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Prints a value as JSON, with escapes for control and formatting characters that a terminal would act on. The value is unchanged. */
export function jsonText(value: unknown): string {
  return `${withoutHidden(JSON.stringify(value, null, 2))}\n`;
}

/** Returns the same JSON with escapes for characters that a terminal would act on, or that show nothing. */
export function withoutHidden(json: string): string {
  return [HIDDEN, /[\x7f-\x9f\u2028\u2029]|\p{Cf}/gu].reduce(withEscapes, json);
}

/** Returns the value of an own key, of a list or an object; undefined for all else. */
export function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
