/** Defines the allowed values of settings, for checking and for the JSON schema of editors. Pure. */
import * as v from "valibot";
import { parseDuration } from "../text/time/duration.ts";
import { type Kind, SETTINGS, type Setting, settingOf } from "./config.ts";
import { RULE_LIST, wrongRules } from "./rule.ts";

/** A text without control characters except tab and line end: a terminal may show the setting. */
const word = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(500),
  v.regex(/^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$/),
);

const RULES: Readonly<Record<Exclude<Kind, "choice">, v.GenericSchema>> = {
  flag: v.boolean(),
  percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  days: v.pipe(v.number(), v.integer(), v.minValue(0)),
  text: word,
  list: v.pipe(v.array(word), v.maxLength(200)),
  duration: v.pipe(
    v.string(),
    v.maxLength(100),
    v.regex(/^\s*(\d{1,9}(\.\d{1,9})?\s*[smhdwSMHDW]\s*)+$/),
    v.check((text) => (parseDuration(text) ?? 0) > 0),
  ),
  rules: RULE_LIST,
  address: v.pipe(
    v.string(),
    v.maxLength(500),
    v.regex(/^https?:\/\/[^\s\x00-\x1f\x7f-\x9f<>"'`@{}]+\{id\}[^\s\x00-\x1f\x7f-\x9f<>"'`@{}]*$/),
  ),
};

const ruleOf = ({ kind, choices = [] }: Setting): v.GenericSchema =>
  kind === "choice" ? v.picklist(choices) : RULES[kind];

const EXPECTED: Readonly<Record<Exclude<Kind, "choice">, string>> = {
  flag: "true or false",
  percent: "a number from 0 to 100",
  days: "a whole number, 0 or more",
  text: "a plain text of 1 to 500 characters",
  list: "a list of at most 200 plain texts of 1 to 500 characters",
  duration: "a length of time such as 30m or 1h",
  rules: "a list of rules",
  address: "an address such as https://tracker.example.com/browse/{id}",
};

/** A checked value, or the error text for an invalid value. */
export type Checked = { readonly value: unknown } | { readonly wrong: string };

/** Checks a value from a settings file. Returns the value, or an error text. */
export function checkValue(key: string, value: unknown): Checked {
  const setting = settingOf(key);
  const { kind, choices = [] } = setting;
  if (kind === "rules") {
    const wrong = wrongRules(value);
    return wrong === undefined ? { value } : { wrong };
  }
  const result = v.safeParse(ruleOf(setting), value);
  if (result.success) return { value: result.output };
  const item = Array.isArray(value) && kind === "list" ? value.find((each) => !v.is(word, each)) : undefined;
  const not = item === undefined ? `not ${shown(value)}` : `but it holds ${shown(item)}`;
  return { wrong: `${key} must be ${kind === "choice" ? choices.join(" or ") : EXPECTED[kind]}, ${not}` };
}

/** Reads a typed value; commas and several values make a list, except a comma inside `{ts,tsx}`. */
export function valueFromText(key: string, texts: readonly string[]): unknown {
  const text = texts.join(" ");
  switch (settingOf(key).kind) {
    case "list":
      return texts
        .flatMap((each) => each.split(/,(?![^{}]*\})/))
        .map((each) => each.trim())
        .filter(Boolean);
    case "flag":
      return /^(true|on|yes|1)$/i.test(text) ? true : /^(false|off|no|0)$/i.test(text) ? false : text;
    case "rules":
      return jsonOf(text);
    case "percent":
    case "days":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    default:
      return text;
  }
}

/** Returns the schema of the whole file, for `schemas/config.schema.json`. */
export function configSchema() {
  const section = (settings: Readonly<Record<string, Setting>>) =>
    v.strictObject(
      Object.fromEntries(
        Object.entries(settings).map(([key, setting]) => [
          key,
          v.optional(v.pipe(ruleOf(setting), v.description(setting.does)), setting.standard),
        ]),
      ),
    );
  const command = v.pipe(v.array(v.string()), v.minLength(1));
  const agents = v.record(v.string(), v.strictObject({ command, background: v.optional(command) }));
  return v.strictObject({
    ...Object.fromEntries(
      Object.entries(SETTINGS).map(([name, settings]) => [name, v.nullish(section(settings))]),
    ),
    agents: v.nullish(
      v.pipe(
        agents,
        v.description("Commands that start agents. Only in your own file, never in a repository's."),
      ),
    ),
  });
}

/** Parses a value that is typed as JSON; returns the text itself if it is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Formats a value on one line. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "a map";
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
}
