import { HIDDEN, withEscapes } from "./foreign-text.ts";

/** Returns the value of a JSON text, with or without a byte order mark; undefined for other text. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

/** Reports whether a value is an object with keys: not an array, not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Returns a value as JSON, with escapes for control and formatting characters that a terminal would act on.
 */
export function jsonText(value: unknown): string {
  return `${withoutHidden(JSON.stringify(value, null, 2))}\n`;
}

/** Returns equal JSON text with escapes for invisible characters and terminal control characters. */
export function withoutHidden(json: string): string {
  return [HIDDEN, /[\x7f-\x9f\u2028\u2029]|\p{Cf}/gu].reduce(withEscapes, json);
}

/**
 * Returns the value of an own property, so that a key such as `constructor` never matches Object.prototype;
 * undefined without it.
 */
export function ownValueAt(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
