/** Lists the settings: every key with its default and meaning. `schema.ts` checks values. Pure. */
import { Failure } from "../session/failure.ts";
import { nearest } from "../text/nearest.ts";
import type { RuleEntry } from "./rule.ts";

/**
 * Kinds of setting values. `days`: a whole number; `duration`: a text such as `30m`; `list`: texts;
 * `address`: a web address with `{id}`; `choice`: one of `choices`; `rules`: rules that check added lines.
 */
export type Kind =
  | "flag"
  | "percent"
  | "days"
  | "text"
  | "list"
  | "duration"
  | "address"
  | "choice"
  | "rules";

export interface Setting {
  readonly kind: Kind;
  readonly standard: unknown;
  readonly does: string;
  /** Example of a value, for a key without a default. */
  readonly example?: string;
  readonly choices?: readonly string[];
}

const flag = (standard: boolean, does: string) => ({ kind: "flag", standard, does }) as const;
const percent = (standard: number, does: string) => ({ kind: "percent", standard, does }) as const;
const list = (standard: readonly string[], does: string) => ({ kind: "list", standard, does }) as const;
const duration = (standard: string, does: string) => ({ kind: "duration", standard, does }) as const;
const text = (standard: string, does: string) => ({ kind: "text", standard, does }) as const;

export const SETTINGS = {
  session: {
    auto_track: flag(true, "Log the file names of each checkpoint."),
    auto_checkpoint: flag(
      false,
      "Let the next recording command make a checkpoint of tracked changes, if one is due.",
    ),
    checkpoint_interval: duration("30m", "Time after the last checkpoint at which the next one is due."),
    handoff_on_end: flag(true, "Write a handoff when a session ends."),
    strict_end: flag(false, "Refuse to end a session with open items, instead of warning."),
    archive_after_days: {
      kind: "days",
      standard: 30,
      does: "Days after which an ended session counts as archived.",
    },
  },
  start: {
    base: {
      kind: "choice",
      standard: undefined as "default" | "current" | undefined,
      choices: ["default", "current"],
      does: "Start of new branches without --from: the default branch, or the checked-out commit. Unset: a terminal asks.",
      example: "default",
    },
  },
  context: {
    architecture: {
      kind: "text",
      standard: undefined as string | undefined,
      does: "Architecture named in the brief: hexagonal, layered, microservices, mvc, clean, ddd, or your words.",
      example: "hexagonal",
    },
    patterns: list([], "Patterns named in the brief."),
    conventions: list([], "Conventions named in the brief."),
    rules: {
      kind: "rules",
      standard: [] as readonly RuleEntry[],
      does: "Rules for added lines: session check --rules lists them, docs/rules.md explains how to write them.",
    },
  },
  record: {
    plain_commits: {
      kind: "choice",
      standard: "short",
      choices: ["full", "short", "none"],
      does: "What git commit adds: every objective and blocker, those that changed, or nothing.",
    },
    checkpoints: {
      kind: "choice",
      standard: "full",
      choices: ["full", "short"],
      does: "What a checkpoint adds: every objective and blocker, or those that changed.",
    },
  },
  tracking: {
    watch_patterns: list([], "Files that lists show first; numbers include every file."),
    ignore_patterns: list([], "Files that lists leave out; numbers include every file."),
    annotations: list(["TODO:", "FIXME:", "DECISION:", "BLOCKER:"], "Marks to find in added lines."),
    idle_timeout: duration("30m", "Longest pause that counts as working time."),
    coverage_files: list([], "Coverage reports, as globs. Empty: the usual places."),
    test_files: list([], "Test results in JUnit XML, as globs. Empty: the usual places."),
    issue_url: {
      kind: "address",
      standard: undefined as string | undefined,
      does: "Address of issues with keys such as ABC-123; {id} stands for the key.",
      example: "https://tracker.example.com/browse/{id}",
    },
  },
  quality: {
    coverage_threshold: percent(85, "Line coverage that a merge needs, in percent, where a report is found."),
    new_code_coverage_threshold: percent(90, "Line coverage of the session's new lines that a merge needs."),
    require_tests: flag(true, "A merge of code needs a change to tests."),
    ignore_for_checks: list(
      [],
      "Files that no check depends on, as globs: a change to them leaves checks valid.",
    ),
    block_merge_on_quality: flag(
      false,
      "end --merge-to refuses below the thresholds, instead of warning; --no-quality overrides.",
    ),
  },
  sharing: {
    auto_push: flag(false, "Push a branch's session with the branch; needs the git hooks."),
    timeout: duration("1m", "Longest wait for an answer of a remote; hooks wait at most 10 seconds."),
  },
  transcripts: { keep: flag(false, "Copy an agent's conversation into its session, with secrets masked.") },
  display: {
    color: flag(true, "Colors on a terminal."),
    verbose: flag(false, "Print more, as with --verbose."),
    emoji: flag(true, "Symbols such as ✓ and ▶; off: plain ASCII."),
    date_format: text("%Y-%m-%d %H:%M", "Format of dates, as in strftime."),
  },
} as const satisfies Record<string, Record<string, Setting>>;

export type Section = keyof typeof SETTINGS;

type Value<S> = S extends { readonly kind: "flag" }
  ? boolean
  : S extends { readonly kind: "percent" | "days" }
    ? number
    : S extends { readonly kind: "list" }
      ? readonly string[]
      : S extends { readonly kind: "rules" }
        ? readonly RuleEntry[]
        : S extends { readonly standard: infer T }
          ? T extends undefined
            ? T
            : string
          : never;

/** The effective settings, by the names in the settings file. */
export type Config = {
  readonly [S in Section]: { readonly [K in keyof (typeof SETTINGS)[S]]: Value<(typeof SETTINGS)[S][K]> };
};

/** Every key as `section.key`, in order. */
export const CONFIG_KEYS: readonly string[] = Object.entries(SETTINGS).flatMap(([section, keys]) =>
  Object.keys(keys).map((key) => `${section}.${key}`),
);

/** Reports whether a name is a section of the settings. */
export function isSection(name: string): name is Section {
  return Object.hasOwn(SETTINGS, name);
}

/** Returns the defaults, overridden by values per key. */
export function configWith(values: Iterable<readonly [string, unknown]>): Config {
  const config: Record<string, Record<string, unknown>> = {};
  for (const [section, keys] of Object.entries(SETTINGS)) {
    config[section] = Object.fromEntries(
      Object.entries(keys).map(([key, setting]) => [key, setting.standard]),
    );
  }
  for (const [key, value] of values) {
    const [section, name] = splitKey(key);
    (config[section] as Record<string, unknown>)[name] = value;
  }
  return config as unknown as Config;
}

/** Returns the schema of a setting. The key must be known. */
export function settingOf(key: string): Setting {
  const [section, name] = splitKey(key);
  return (SETTINGS[section] as Record<string, Setting>)[name] as Setting;
}

/**
 * Returns the value of a key.
 * @throws Failure `unknown-key`
 */
export function configValue(config: Config, key: string): unknown {
  requireKey(key);
  const [section, name] = splitKey(key);
  return (config[section] as Record<string, unknown>)[name];
}

/**
 * Requires a known key.
 * @throws Failure `unknown-key`, which names the nearest key
 */
export function requireKey(key: string): void {
  if (CONFIG_KEYS.includes(key)) return;
  if (key.startsWith("agents."))
    throw new Failure("unknown-key", `${key} names a program: edit your own settings file by hand`, {
      advice: "see docs/configuration.md",
    });
  throw new Failure("unknown-key", unknownKey(key), { hint: "session config list" });
}

/** Returns the error text for an unknown key, with the nearest known key. */
export function unknownKey(key: string): string {
  return unknown(key, nearest(key, CONFIG_KEYS, 1)[0]);
}

/** Returns the error text for an unknown section at the top of the file, with the nearest known section. */
export function unknownSection(name: string): string {
  if (CONFIG_KEYS.includes(name)) {
    const [section, key] = splitKey(name);
    return `"${name}" is written as "${key}:" below "${section}:"`;
  }
  const moved = CONFIG_KEYS.find((key) => splitKey(key)[1] === name);
  return unknown(name, moved ?? nearest(name, Object.keys(SETTINGS), 1)[0]);
}

function unknown(key: string, meant: string | undefined): string {
  return `unknown key ${JSON.stringify(key.slice(0, 80))}${meant ? `; did you mean "${meant}"?` : ""}`;
}

function splitKey(key: string): [Section, string] {
  const at = key.indexOf(".");
  return [key.slice(0, at) as Section, key.slice(at + 1)];
}
