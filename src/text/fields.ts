/** Reads single fields of JSON that somebody else may have written. Each reader returns undefined for a wrong value. Pure. */
import { isRecord } from "./json.ts";

export type Read<T> = (value: unknown) => T | undefined;

export const text: Read<string> = (value) => (typeof value === "string" ? value : undefined);

export const number: Read<number> = (value) => (typeof value === "number" ? value : undefined);

export const flag: Read<boolean> = (value) => (typeof value === "boolean" ? value : undefined);

/** A whole number from 0 on. */
export const count: Read<number> = (value) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** The full id of a commit. */
export const oid: Read<string> = (value) =>
  typeof value === "string" && /^[0-9a-f]{40,64}$/.test(value) ? value : undefined;

/** The same list where all of its items are texts, else those that are. */
export const texts: Read<readonly string[]> = (value) => {
  if (!Array.isArray(value)) return undefined;
  return value.every((each) => typeof each === "string")
    ? value
    : value.filter((each) => text(each) === each);
};

export const object: Read<Readonly<Record<string, unknown>>> = (value) =>
  isRecord(value) ? value : undefined;

/** An object whose values are texts; other values are left out. */
export const textMap: Read<Readonly<Record<string, string>>> = (value) =>
  isRecord(value) ? withText(value, Object.keys(value)) : undefined;

/** The objects of a list that have a text in each of these fields. */
export const objects =
  (...keys: readonly string[]): Read<Record<string, unknown>[]> =>
  (value) =>
    Array.isArray(value)
      ? value.filter((each) => isRecord(each) && keys.every((key) => typeof each[key] === "string"))
      : undefined;

/** Returns a value as JSON with sorted keys: two are the same value where their texts are the same. */
export function canon(value: unknown): string {
  return JSON.stringify(value, sorted) ?? "";
}

function sorted(_key: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function isSame(one: unknown, other: unknown): boolean {
  return one === other || canon(one) === canon(other);
}

/** Returns the object without those of these fields that hold no text. */
export function withText<T extends object, K extends string>(
  value: T,
  keys: readonly K[],
): T & Record<K, string> {
  const given = Object.entries(value).filter(
    ([key, each]) => !keys.includes(key as K) || typeof each === "string",
  );
  return Object.fromEntries(given) as T & Record<K, string>;
}

/** Returns the object without those of these fields that hold no number. */
export function withNumbers<T extends object>(value: T, keys: readonly string[]): T {
  const given = Object.entries(value).filter(
    ([key, each]) => !keys.includes(key) || typeof each === "number",
  );
  return Object.fromEntries(given) as T;
}
