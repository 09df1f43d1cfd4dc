/**
 * Reads single fields of JSON that somebody else may have written. Each reader returns undefined for an
 * invalid value. Pure.
 */
import { isRecord } from "./json.ts";

/** A reader of a JSON value; returns undefined for an invalid value. */
export type Read<T> = (value: unknown) => T | undefined;

/** Reads a text. */
export const text: Read<string> = (value) => (typeof value === "string" ? value : undefined);

/** Reads a number. */
export const number: Read<number> = (value) => (typeof value === "number" ? value : undefined);

/** Reads a boolean. */
export const flag: Read<boolean> = (value) => (typeof value === "boolean" ? value : undefined);

/** Reads a whole number of at least 0. */
export const count: Read<number> = (value) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Reads the full id of a commit. */
export const oid: Read<string> = (value) =>
  typeof value === "string" && /^[0-9a-f]{40,64}$/.test(value) ? value : undefined;

/** Reads a list of texts; drops other items. */
export const texts: Read<readonly string[]> = (value) => {
  if (!Array.isArray(value)) return undefined;
  return value.every((each) => typeof each === "string")
    ? value
    : value.filter((each) => text(each) === each);
};

/** Reads an object. */
export const object: Read<Readonly<Record<string, unknown>>> = (value) =>
  isRecord(value) ? value : undefined;

/** Reads an object whose values are texts; drops other values. */
export const textMap: Read<Readonly<Record<string, string>>> = (value) =>
  isRecord(value) ? withText(value, Object.keys(value)) : undefined;

/** Returns a reader for a list of objects that have a text in each of these fields. */
export const objects =
  (...keys: readonly string[]): Read<Record<string, unknown>[]> =>
  (value) =>
    Array.isArray(value)
      ? value.filter((each) => isRecord(each) && keys.every((key) => typeof each[key] === "string"))
      : undefined;

/** Returns a value as JSON with sorted keys: equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sorted) ?? "";
}

function sorted(_key: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Reports whether two JSON values are equal, whatever the order of their keys. */
export function isSame(one: unknown, other: unknown): boolean {
  return one === other || canonicalJson(one) === canonicalJson(other);
}

/** Returns the object without those of the given fields that are not texts. */
export function withText<T extends object, K extends string>(
  value: T,
  keys: readonly K[],
): T & Record<K, string> {
  const given = Object.entries(value).filter(
    ([key, each]) => !keys.includes(key as K) || typeof each === "string",
  );
  return Object.fromEntries(given) as T & Record<K, string>;
}

/** Returns the object without those of the given fields that are not numbers. */
export function withNumbers<T extends object>(value: T, keys: readonly string[]): T {
  const given = Object.entries(value).filter(
    ([key, each]) => !keys.includes(key) || typeof each === "number",
  );
  return Object.fromEntries(given) as T;
}
