/** What each setting may be: the rules behind the settings, and the JSON schema for editors. */
import * as v from "valibot";
import { type Kind, SETTINGS, type Setting, settingOf } from "./config.ts";
import { parseDuration } from "./duration.ts";

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(500));

const RULES: Readonly<Record<Kind, v.GenericSchema>> = {
  flag: v.boolean(),
  percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  days: v.pipe(v.number(), v.integer(), v.minValue(0)),
  text: word,
  list: v.pipe(v.array(word), v.maxLength(200)),
  duration: v.pipe(
    v.string(),
    v.regex(/^\s*(\d+(\.\d+)?\s*[smhdw]\s*)+$/i),
    v.check((text) => (parseDuration(text) ?? 0) > 0),
  ),
};

const EXPECTED: Readonly<Record<Kind, string>> = {
  flag: "true or false",
  percent: "a number from 0 to 100",
  days: "a whole number, 0 or more",
  text: "a text",
  list: "a list of texts",
  duration: "a length of time such as 30m or 1h",
};

export type Checked = { readonly value: unknown } | { readonly wrong: string };

/** A value as it came out of a file: itself, or what is wrong with it in words. */
export function checkValue(key: string, value: unknown): Checked {
  const { kind } = settingOf(key);
  const result = v.safeParse(RULES[kind], value);
  return result.success
    ? { value: result.output }
    : { wrong: `${key} must be ${EXPECTED[kind]}, not ${shown(value)}` };
}

/** A value as somebody typed it; several make a list. */
export function valueFromText(key: string, texts: readonly string[]): unknown {
  const text = texts.join(",");
  switch (settingOf(key).kind) {
    case "list":
      return texts
        .flatMap((each) => each.split(","))
        .map((each) => each.trim())
        .filter(Boolean);
    case "flag":
      return /^(true|on|yes|1)$/i.test(text) ? true : /^(false|off|no|0)$/i.test(text) ? false : text;
    case "percent":
    case "days":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    default:
      return text;
  }
}

/** The whole file, for `schemas/config.schema.json`. */
export function configSchema() {
  const section = (settings: Readonly<Record<string, Setting>>) =>
    v.strictObject(
      Object.fromEntries(
        Object.entries(settings).map(([key, { kind, does }]) => [
          key,
          v.optional(v.pipe(RULES[kind], v.description(does))),
        ]),
      ),
    );
  return v.strictObject(
    Object.fromEntries(
      Object.entries(SETTINGS).map(([name, settings]) => [name, v.optional(section(settings))]),
    ),
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
