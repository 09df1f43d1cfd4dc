/** The settings: every key, what it may be, its default, and what it does. */
import * as v from "valibot";
import { parseDuration } from "./duration.ts";
import { Failure } from "./failure.ts";
import { nearest } from "./nearest.ts";

const flag = (standard: boolean, does: string) =>
  v.optional(v.pipe(v.boolean(), v.description(does)), standard);
const percent = (standard: number, does: string) =>
  v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100), v.description(does)), standard);
const words = (does: string) => v.pipe(v.string(), v.minLength(1), v.maxLength(500), v.description(does));
const list = (standard: string[], does: string) =>
  v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(500))),
      v.maxLength(200),
      v.description(does),
    ),
    standard,
  );
const duration = (standard: string, does: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\s*(\d+(\.\d+)?\s*[smhdw]\s*)+$/i),
      v.check((text) => (parseDuration(text) ?? 0) > 0),
      v.description(does),
    ),
    standard,
  );

export const SECTIONS = {
  session: v.strictObject({
    auto_track: flag(true, "Keep the names of the files of each checkpoint in the session's log."),
    auto_checkpoint: flag(false, "Make a checkpoint of tracked changes when one is due."),
    checkpoint_interval: duration("30m", "How long after the last checkpoint the next one is due."),
    handoff_on_end: flag(true, "Write a handoff when a session ends."),
    archive_after_days: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(0),
        v.description("Days after which an ended session counts as archived."),
      ),
      30,
    ),
  }),
  context: v.strictObject({
    architecture: v.optional(
      words(
        "Architecture named in the brief: hexagonal, layered, microservices, mvc, clean, ddd, or your words.",
      ),
    ),
    patterns: list([], "Patterns named in the brief."),
    conventions: list([], "Conventions named in the brief."),
  }),
  tracking: v.strictObject({
    watch_patterns: list(
      [],
      "Files that count as a session's work in status, brief and handoff; none means all.",
    ),
    ignore_patterns: list([], "Files that do not count."),
    annotations: list(
      ["TODO:", "FIXME:", "DECISION:", "BLOCKER:"],
      "Marks that are found in added lines and shown.",
    ),
    idle_timeout: duration("30m", "A longer pause between two signs of work is not working time."),
  }),
  quality: v.strictObject({
    coverage_threshold: percent(85, "Line coverage that a merge needs, in percent, where a report is found."),
    new_code_coverage_threshold: percent(90, "Line coverage of the session's new lines that a merge needs."),
    require_tests: flag(true, "A merge of code needs a change to tests."),
    block_merge_on_quality: flag(true, "end --merge-to refuses below the thresholds; --force overrides."),
  }),
  display: v.strictObject({
    color: flag(true, "Colours on a terminal."),
    verbose: flag(false, "Say more, as with --verbose."),
    emoji: flag(true, "Symbols such as ✓ and ▶; off: plain ASCII."),
    date_format: v.optional(words("How dates are shown, as in strftime."), "%Y-%m-%d %H:%M"),
  }),
} as const;

export type Section = keyof typeof SECTIONS;

export const ConfigSchema = v.strictObject({
  session: v.optional(SECTIONS.session, {}),
  context: v.optional(SECTIONS.context, {}),
  tracking: v.optional(SECTIONS.tracking, {}),
  quality: v.optional(SECTIONS.quality, {}),
  display: v.optional(SECTIONS.display, {}),
});

export type Config = v.InferOutput<typeof ConfigSchema>;

/** Every key as `section.key`, in order. */
export const CONFIG_KEYS: readonly string[] = Object.entries(SECTIONS).flatMap(([section, schema]) =>
  Object.keys(schema.entries).map((key) => `${section}.${key}`),
);

export function defaultConfig(): Config {
  return v.parse(ConfigSchema, {});
}

/** What a key is for. */
export function describe(key: string): string {
  return v.getDescription(inner(schemaOf(key))) ?? "";
}

export type Checked = { readonly value: unknown } | { readonly wrong: string };

/** A value as it came out of a file: itself, or what is wrong with it in words. */
export function checkValue(key: string, value: unknown): Checked {
  const result = v.safeParse(schemaOf(key), value);
  if (result.success) return { value: result.output };
  return { wrong: `${key} must be ${expected(key)}, not ${shown(value)}` };
}

/** A value as somebody typed it. */
export function valueFromText(key: string, texts: readonly string[]): unknown {
  const text = texts.join(",");
  const kind = inner(schemaOf(key)).type;
  if (kind === "array")
    return texts
      .flatMap((each) => each.split(","))
      .map((each) => each.trim())
      .filter(Boolean);
  if (kind === "boolean")
    return /^(true|on|yes|1)$/i.test(text) ? true : /^(false|off|no|0)$/i.test(text) ? false : text;
  if (kind === "number") return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
  return text;
}

/** Failure `unknown-key`, with the nearest known one, unless it is a key. */
export function requireKey(key: string): void {
  if (CONFIG_KEYS.includes(key)) return;
  throw new Failure("unknown-key", unknownKey(key), { exit: 2, hint: "session config list shows every key" });
}

export function unknownKey(key: string): string {
  const close = nearest(key, CONFIG_KEYS, 1)[0];
  return `unknown key "${key.slice(0, 80)}"${close ? `; did you mean "${close}"?` : ""}`;
}

/** Value of a key. Failure `unknown-key`. */
export function configValue(config: Config, key: string): unknown {
  requireKey(key);
  const [section, name] = key.split(".") as [Section, string];
  return (config[section] as Record<string, unknown>)[name];
}

/** What a key may be, in words. */
export function expected(key: string): string {
  const schema = inner(schemaOf(key));
  if (schema.type === "boolean") return "true or false";
  if (schema.type === "array") return "a list of texts";
  if (/interval|timeout/.test(key)) return "a length of time such as 30m or 1h";
  if (schema.type === "string") return "a text";
  return key.endsWith("threshold") ? "a number from 0 to 100" : "a whole number, 0 or more";
}

function schemaOf(key: string): v.GenericSchema {
  const [section, name] = key.split(".") as [Section, string];
  return (SECTIONS[section].entries as Record<string, v.GenericSchema>)[name] as v.GenericSchema;
}

/** The schema inside `optional`. */
function inner(schema: v.GenericSchema): v.GenericSchema {
  return "wrapped" in schema ? (schema.wrapped as v.GenericSchema) : schema;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
