/**
 * Chooses the place for hooks in a clone, recognizes hook managers, and writes the lines that their
 * files need. Pure.
 */
import type { HookAnswers } from "../git/hooks.ts";
import { isRecord, parsedJson } from "../text/json.ts";
import { callsOurs, HOOKS, type HookName } from "./plan.ts";

/** Facts about hooks from git's settings and the work tree. */
export interface HookFacts extends HookAnswers {
  readonly kind: "absent" | "folder" | "link" | "other";
  readonly where: "common" | "worktree" | "outside";
  readonly tracked: boolean;
  readonly ignored: boolean;
  /** Texts of a hook manager's files at the top of the work tree, by name. */
  readonly tree: ReadonlyMap<string, string>;
  /** Names of the files in the hooks folder. */
  readonly names: readonly string[];
}

/** The way to install hooks: files, git's configuration, or lines in the files of a hook manager. */
export type HookPlace =
  | { readonly kind: "files" }
  | { readonly kind: "configuration" }
  | { readonly kind: "lines"; readonly why: string; readonly lines: ManagerLines }
  | { readonly kind: "off"; readonly why: string };

export interface ManagerLines {
  /** Name of the hook manager that owns the folder; absent if none is known. */
  readonly manager?: string;
  readonly files: readonly {
    readonly file: string;
    readonly hooks: readonly HookName[];
    readonly text: string;
  }[];
  /** The user's next step after adding the lines. */
  readonly after: string;
}

/**
 * Returns the name of this program's hook in git's configuration; git refuses the plain names of hooks. @see
 * git-hook(1)
 */
export const configName = (name: HookName): string => `session-${name}`;

/** Names of files at the top of the work tree by which hook managers are recognized. */
export const MANAGER_FILES: readonly string[] = [
  "package.json",
  ...["yml", "yaml", "json", "jsonc", "toml"].flatMap((ext) =>
    ["lefthook", ".lefthook", "lefthook-local", ".lefthook-local"].map((name) => `${name}.${ext}`),
  ),
  ...["cjs", "js", "mjs", "json"].flatMap((ext) => [`.simple-git-hooks.${ext}`, `simple-git-hooks.${ext}`]),
  ".overcommit.yml",
  ...["", ".json", ".js", ".yml", ".yaml"].map((ext) => `.huskyrc${ext}`),
  "husky.config.js",
  ...HOOKS.map((name) => `.husky/${name}`),
];

/**
 * Returns the command of a configured hook. git passes the hook's arguments. The command starts git only if
 * it needs git to find the script, and does nothing if the script is gone.
 */
export function configCommand(name: HookName): string {
  const script = `sessions/.hooks/${name}`;
  return `f="\${GIT_DIR:-.git}/${script}"; [ -x "$f" ] || f="$(git rev-parse --git-common-dir)/${script}"; [ ! -x "$f" ] || "$f"`;
}

const find = (name: HookName) => `f="$(git rev-parse --git-common-dir)/sessions/.hooks/${name}"`;

/**
 * Returns the line with which another hook calls the script. The line is equal in all clones, and has no
 * effect if no hooks are installed.
 */
export function callLine(name: HookName): string {
  if (!readsInput(name)) return `${find(name)}; [ ! -x "$f" ] || "$f" "$@"`;
  // Copies standard input: both the script and the rest of the hook must be able to read it.
  return `${find(name)}; [ ! -x "$f" ] || { t="$(mktemp)"; cat >"$t"; "$f" "$@" <"$t" || exit; exec <"$t"; rm -f "$t"; }`;
}

const readsInput = (name: HookName) => name === "pre-push" || name === "post-rewrite";

/** Chooses the place for hooks in this clone. Returns the reason if the user must add lines. */
export function choosePlace(facts: HookFacts): HookPlace {
  const { setting } = facts;
  if (setting && (setting.value === "" || /^(\/dev\/null|NUL)\/?$/.test(setting.value)))
    return {
      kind: "off",
      why: `core.hooksPath is ${setting.value === "" ? "empty" : setting.value} (${setting.scope}): hooks are switched off here`,
    };
  if (atLeast(facts.version, 2, 54)) return { kind: "configuration" };
  const manager = managerOf(facts);
  if (manager) return { kind: "lines", why: `hooks are managed by ${manager.manager}`, lines: manager };
  const why = whyNotOurs(facts);
  if (why === undefined) return { kind: "files" };
  return { kind: "lines", why, lines: linesOf(facts) };
}

function atLeast([major, minor]: readonly [number, number], wanted: number, least: number): boolean {
  return major > wanted || (major === wanted && minor >= least);
}

function whyNotOurs({ setting, folder, kind, where, tracked, ignored }: HookFacts): string | undefined {
  if (kind === "link") return `${folder} is a link to another folder`;
  if (kind === "other") return `git looks for hooks in ${folder}, which is not a folder`;
  if (setting === undefined) return undefined;
  const value = `core.hooksPath is ${setting.value}`;
  if (setting.scope !== "local") return `${value} (${setting.scope}), which is not only for this clone`;
  if (where === "outside") return `${value}, a folder outside of this repository`;
  if (tracked) return `${value}, a folder that git tracks`;
  if (where === "worktree" && !ignored) return `${value}, a folder that git neither tracks nor ignores`;
  return undefined;
}

function managerOf(facts: HookFacts): (ManagerLines & { manager: string }) | undefined {
  return husky(facts) ?? lefthook(facts) ?? simpleGitHooks(facts) ?? huskyFour(facts) ?? overcommit(facts);
}

/**
 * Recognizes husky 9, which owns `<dir>/_` and calls `<dir>/<hook>`, and which `npm install` activates if it
 * is a dependency.
 */
function husky({ setting, tree, names }: HookFacts): (ManagerLines & { manager: string }) | undefined {
  const value = setting?.value.replace(/[\\/]+$/, "");
  const active = value !== undefined && /(^|[\\/])_$/.test(value) && names.includes("h");
  const settings = json(tree.get("package.json"));
  const depends = [settings?.devDependencies, settings?.dependencies].some(
    (each) => isRecord(each) && "husky" in each,
  );
  const four =
    isRecord(settings?.husky) || [...tree.keys()].some((file) => /^(\.huskyrc|husky\.config)/.test(file));
  if (!active && (!depends || four)) return undefined;
  const dir = active ? value.slice(0, -1) : ".husky/";
  return {
    manager: "husky",
    files: HOOKS.map((name) => ({ file: `${dir}${name}`, hooks: [name], text: callLine(name) })),
    after: `Put each line at the top of its file (or in a new one), and commit ${dir.slice(0, -1)}.`,
  };
}

function lefthook({ tree }: HookFacts): (ManagerLines & { manager: string }) | undefined {
  const main = [...tree.keys()].find((file) => /^\.?lefthook\.\w+$/.test(file));
  if (main === undefined) return undefined;
  const there = [...tree.keys()].find((file) => /^\.?lefthook-local\.\w+$/.test(file));
  const text = HOOKS.map((name) => {
    const input = readsInput(name) ? "\n      use_stdin: true" : "";
    return `${name}:\n  commands:\n    session:\n      run: ${find(name)}; [ ! -x "$f" ] || "$f" {0}${input}`;
  });
  return {
    manager: "lefthook",
    files: [{ file: there ?? "lefthook-local.yml", hooks: HOOKS, text: text.join("\n") }],
    after: "Then: lefthook install. lefthook-local.yml is yours: keep it out of git.",
  };
}

/** Recognizes simple-git-hooks, which removes unknown hooks unless its settings list them. */
function simpleGitHooks({ tree }: HookFacts): (ManagerLines & { manager: string }) | undefined {
  const own = [...tree.keys()].find((file) => /^\.?simple-git-hooks\.\w+$/.test(file));
  const settings = own?.endsWith(".json")
    ? json(tree.get(own))
    : json(tree.get("package.json"))?.["simple-git-hooks"];
  if (own === undefined && settings === undefined) return undefined;
  const known = isRecord(settings) && !/\.[cm]?js$/.test(own ?? "") ? settings : undefined;
  const keeps = known?.preserveUnused;
  const keepsOurs = keeps === true || (Array.isArray(keeps) && HOOKS.every((name) => keeps.includes(name)));
  if (known && keepsOurs && HOOKS.every((name) => !(name in known))) return undefined;
  return {
    manager: "simple-git-hooks",
    files: [inJson(own ?? 'package.json, in "simple-git-hooks"', callLine)],
    after: "Then: npx simple-git-hooks. If a hook already has a command, put ours before it, separated by ;.",
  };
}

/** Returns the lines for a JSON file, one per hook. */
function inJson(file: string, line: (name: HookName) => string): ManagerLines["files"][number] {
  const text = HOOKS.map((name) => `${JSON.stringify(name)}: ${JSON.stringify(line(name))}`).join(",\n");
  return { file, hooks: HOOKS, text };
}

/** Recognizes husky 4: one script for all hooks, which passes arguments and input in variables. */
function huskyFour({ tree }: HookFacts): (ManagerLines & { manager: string }) | undefined {
  const own = [...tree.keys()].find((file) => /^(\.huskyrc|husky\.config)/.test(file));
  const settings = json(tree.get("package.json"))?.husky;
  if (own === undefined && !isRecord(settings)) return undefined;
  const line = (name: HookName) =>
    `${find(name)}; [ ! -x "$f" ] || printf '%s' "$HUSKY_GIT_STDIN" | "$f" $HUSKY_GIT_PARAMS`;
  return {
    manager: "husky 4",
    files: [inJson(own ?? 'package.json, in "husky": "hooks"', line)],
    after: "If a hook already has a command, put ours before it, separated by &&.",
  };
}

function overcommit({ tree }: HookFacts): (ManagerLines & { manager: string }) | undefined {
  if (!tree.has(".overcommit.yml")) return undefined;
  return {
    manager: "overcommit",
    files: HOOKS.map((name) => ({ file: name, hooks: [name], text: callLine(name) })),
    after: "Call each line from the overcommit hook of that name.",
  };
}

/** Returns the lines to add to hook files in a folder, for the hooks in `names`. */
export function linesOf({ folder }: Pick<HookFacts, "folder">, names = HOOKS): ManagerLines {
  return {
    files: names.map((name) => ({ file: `${folder}/${name}`, hooks: [name], text: callLine(name) })),
    after:
      "Put each line below the first line of its file, or into a new executable file that begins with #!/bin/sh.",
  };
}

/** Returns the hooks that files of a hook manager already call. */
export function calledElsewhere(
  { tree }: Pick<HookFacts, "tree">,
  folderTexts: ReadonlyMap<HookName, string>,
): HookName[] {
  return HOOKS.filter((name) =>
    [...tree.values(), folderTexts.get(name) ?? ""].some((text) => callsOurs(text, name)),
  );
}

/** Returns the files with lines of the user that call this program's scripts. */
export function callingFiles(
  { tree, folder }: Pick<HookFacts, "tree" | "folder">,
  folderTexts: ReadonlyMap<HookName, string>,
): string[] {
  const inFolder = [...folderTexts].map(([name, text]) => [`${folder}/${name}`, text] as const);
  const calls = ([, text]: readonly [string, string]) => HOOKS.some((name) => callsOurs(text, name));
  return [...tree, ...inFolder].filter(calls).map(([file]) => file);
}

function json(text = ""): Record<string, unknown> | undefined {
  const value = parsedJson(text);
  return isRecord(value) ? value : undefined;
}
