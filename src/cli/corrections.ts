/**
 * Corrects command lines that commander rejects, or suggests the nearest correct line. Loaded for such lines
 * only.
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Failure } from "../session/failure.ts";
import { nearest } from "../text/nearest.ts";
import { shellWord } from "../text/shell.ts";
import type { Entry } from "./command.ts";
import { firstWord, own, type Rows, split, type WrongLine } from "./command-line.ts";
import { isAlias, pathOf, signature } from "./help/signature.ts";

const CHOSEN: Rows = {
  "--why": "--rationale",
  "--reason": "--rationale",
  "--because": "--rationale",
  "-r": "--rationale",
};
const LIMIT: Rows = { "--limit": "-n", "--count": "-n", "--last": "-n" };

/** Replacements of a wrong word, by command. An empty text removes the word. */
export const MEANT: Readonly<Record<string, Rows>> = {
  "": {
    ...{ block: "blockers add", blocked: "blockers add", unblock: "blockers resolve" },
    ...{ todo: "objectives add", done: "objectives complete", complete: "objectives complete" },
    ...{ goals: "objectives", todos: "objectives", tasks: "objectives" },
    ...{ decide: "decisions add", remember: "note", save: "checkpoint", commit: "checkpoint" },
    ...{ goal: "objectives", task: "objectives", plan: "objectives", tick: "objectives complete" },
    ...{ resolve: "blockers resolve", adr: "decisions", adrs: "decisions" },
    ...{ withdraw: "decisions withdraw", supersede: "decisions supersede" },
    ...{ context: "brief", prime: "brief", onboard: "brief", handover: "handoff", info: "status" },
    ...{ state: "status", current: "status", where: "status", whoami: "status", next: "status" },
    ...{ worktrees: "status --all", begin: "start", setup: "init", uninstall: "uninit" },
    ...{ checkout: "switch", co: "switch", go: "switch", use: "switch", select: "switch" },
    ...{ hold: "pause", suspend: "pause", park: "pause", redo: "undo --redo", mv: "rename" },
    ...{ remove: "delete", view: "show", inspect: "show", find: "search", grep: "search" },
    ...{ blame: "why", explain: "why", settings: "config", mr: "pr", web: "ui", dashboard: "ui" },
    ...{ serve: "ui", tui: "ui --terminal" },
  },
  objectives: {
    ...{ new: "add", check: "complete", finish: "complete", close: "complete", begin: "start" },
    ...{ "--add": "add", "--complete": "complete", "--done": "complete", open: "reopen", show: "list" },
  },
  "objectives add": { "-m": "", "--text": "" },
  blockers: {
    new: "add",
    "--add": "add",
    done: "resolve",
    close: "resolve",
    remove: "drop",
    delete: "drop",
    show: "list",
  },
  "blockers add": { "-m": "", "--text": "", "--issue": "--link", "--url": "--link" },
  "blockers resolve": { "-m": "--note", "--message": "--note", "--reason": "--note" },
  decisions: { new: "add", record: "add", "--add": "add", revoke: "withdraw", replace: "supersede" },
  "decisions withdraw": { "-m": "--reason", "--message": "--reason", "--rationale": "--reason" },
  "decisions supersede": { ...CHOSEN, "-m": "", "--text": "", "--alternative": "--alternatives" },
  "decisions add": { ...CHOSEN, "-m": "", "--text": "", "--alternative": "--alternatives" },
  note: { "-m": "", "--message": "", "--text": "", "--add": "" },
  "note add": { "-m": "", "--message": "", "--text": "" },
  verify: {
    ...{ "--passed": "--result passed", "--pass": "--result passed", "--ok": "--result passed" },
    ...{
      "--failed": "--result failed",
      "--fail": "--result failed",
      "--exec": "--run",
      "--status": "--result",
    },
  },
  checkpoint: {
    ...CHOSEN,
    "--title": "--message",
    "--msg": "--message",
    "--done": "--complete",
    "--alternative": "--alternatives",
  },
  brief: { "--tokens": "--max-tokens", "--budget": "--max-tokens", "--chars": "--max-chars" },
  list: {
    ...{ "--active": "--status active", "--paused": "--status paused", "--ended": "--status ended" },
    ...{ "--archived": "--status archived", "--state": "--status" },
  },
  log: LIMIT,
  // Options of other tools that continue the last conversation.
  continue: { "--resume": "", "-r": "" },
  search: { "--query": "", "--count": "-n", "--last": "-n" },
  start: { "-m": "--objective", "--objectives": "--objective", "--goal": "--objective" },
};

const STAGED = 'session checkpoint -m "..."\nsession checkpoint -A -m "..."';

/** Returns a correction row for each of several words, with the same hints. */
function words(of: string, hints: string): Rows {
  return Object.fromEntries(split(of).map((each) => [each, hints]));
}

/** Hints for a wrong word with several possible meanings, by command. */
const HELPS: Readonly<Record<string, Rows>> = {
  "": {
    add: "session objectives add\nsession blockers add\nsession decisions add\nsession note",
    finish: "session objectives complete <objective>\nsession end",
    ...words("stop quit exit", "session pause\nsession end"),
    ...words("abort cancel discard", "session undo\nsession delete"),
    ...words("open", "session start <branch>\nsession resume"),
    ...words("feature hotfix bugfix", "session start <branch>"),
    ...words("branch branches", "session list\nsession switch"),
    ...words("worktree", "session status --all\nsession start <branch> --worktree"),
    ...words("merge land ship", "session end --merge-to <branch>"),
    ...words("stash shelve", "session pause\nsession switch <session>"),
    ...words("amend", "git commit --amend"),
    ...words("diff", "session compare <session> <other>\ngit diff"),
    ...words("summary", "session status\nsession brief\nsession report"),
    ...words("install", "session init\nsession hooks install\nsession agents install <agent>"),
    ...words("update", "session pull\nsession doctor"),
    ...words("upgrade", "session doctor"),
    ...words("fetch download", "session pull"),
    ...words("publish upload", "session push"),
    ...words("clean prune gc purge", "session cleanup --dry-run"),
    ...words("backup", "session export\nsession push"),
    ...words("revert reset rollback", "session undo --list\nsession undo"),
    ...words("man docs", "session help --all"),
    ...words("get set", "session config get <key>\nsession config set <key> <value>"),
    ...words("cp copy duplicate", "session fork <branch>\nsession clone <session> <branch>"),
    ...words("drop skip", "session objectives drop <objective>\nsession blockers drop <blocker>"),
    ...words(
      "reopen",
      "session objectives reopen <objective>\nsession blockers reopen <blocker>\nsession resume",
    ),
    ...words("reject", "session decisions withdraw <decision>"),
    ...words("review", "session pr\nsession handoff"),
    ...words("test tests", 'session verify "npm test" --run'),
  },
  checkpoint: { "-a": STAGED, "-am": STAGED },
  decisions: { search: "session search <words...> --in decisions" },
  share: { "--team": "session share <session> [remote]" },
  sync: { "--force": "session sync" },
  continue: { "--title": 'session run <agent> --title "..." -m "..."' },
  run: { "--resume": 'session continue --session <session> "..."\nsession run <agent> <session> -m "..."' },
  handoff: { "--to": "session handoff\nsession run <agent>" },
};

/** Repeatable options that accept one value each, although users type several values after one option. */
const AGAIN: Rows = { "decisions add": "--alternatives" };

/** Arguments that are free text: several words without quotes can only be that text. */
const TEXTS = ["text", "command"];

/**
 * Replaces a first word that is no command with the command it stands for, and returns the line.
 * @throws Failure `unknown-command` for a word that is in no table.
 */
export function withCommand(words: readonly string[], entries: readonly Entry[]): readonly string[] {
  const at = firstWord(words);
  const name = words[at] ?? "";
  const row = own(MEANT[""], name);
  if (row !== undefined) return words.toSpliced(at, 1, ...split(row));
  throw unknownCommand(name, entries);
}

/**
 * Returns a Failure `unknown-command` that hints at the nearest name. `topics`: topics of help, for
 * `session help`.
 */
export function unknownCommand(
  name: string,
  entries: readonly Entry[],
  topics: readonly { readonly name: string }[] = [],
): Failure {
  const names = entries.flatMap((entry) => [entry.name, ...(entry.aliases ?? [])]);
  const helped = topics.map((each) => each.name);
  const close = nearest(name, [...names, ...helped], 1)[0];
  const asks = topics.length > 0 ? "session help" : "session";
  const hint = own(HELPS[""], name) ?? (close === undefined ? hintOfSynonym(name) : `${asks} ${close}`);
  const what = topics.length > 0 ? "command or topic" : "command";
  return new Failure("unknown-command", `there is no ${what} "${name}"`, { hint });
}

/** Returns the hint for a mistyped synonym: `comit` resembles `commit`, which stands for `checkpoint`. */
function hintOfSynonym(name: string): string {
  const [near = ""] = nearest(name, Object.keys({ ...MEANT[""], ...HELPS[""] }), 1);
  const row = own(MEANT[""], near);
  return row === undefined ? (own(HELPS[""], near) ?? "session help --all") : `session ${row}`;
}

/**
 * Returns the corrected line for a wrong line with only one possible meaning.
 * @throws Failure `usage` otherwise, with the possible lines.
 */
export function rightLine(words: readonly string[], wrong: WrongLine): readonly string[] {
  const { command, kind, message } = wrong;
  if (kind === "commander.unknownOption") return withOption(words, wrong);
  if (!/^commander\.(excessArguments|unknownCommand)$/.test(kind)) throw usage(message, signature(command));
  return command.commands.length > 0 ? withSubcommand(words, wrong) : withOneText(words, wrong);
}

function withOption(words: readonly string[], wrong: WrongLine): readonly string[] {
  const { command, message } = wrong;
  const [, token = "", flag = token] = /'((-[^=]*)=?.*)'$/s.exec(message) ?? [];
  const where = pathOf(command).join(" ");
  const row = own(MEANT[where], flag);
  const value = token === flag ? [] : [token.slice(flag.length + 1)];
  if (row !== undefined) return words.toSpliced(words.indexOf(token), 1, ...split(row), ...value);
  const isOther = !command.args[0]?.startsWith("-") && command.registeredArguments.length === 0;
  if (command.commands.length > 0 && isOther) return withSubcommand(words, wrong);
  const flags = command.options.flatMap((each) =>
    each.long && !each.hidden && !isAlias(each) ? [each.long] : [],
  );
  const close = flag.startsWith("--") ? nearest(flag, flags, 1)[0] : undefined;
  const shared = command.parent ? globalFlags(command.parent) : [];
  const all = flags.filter((each) => !shared.includes(each)).join(", ") || "none";
  const help = own(HELPS[where], flag);
  if (help !== undefined) throw usage(message, help);
  if (close === undefined) throw usage(message, `session help ${where}`, `its options: ${all}`);
  const right = words.toSpliced(words.indexOf(token), 1, close, ...value);
  throw usage(message, ["session", ...right.map(shown)].join(" "));
}

/** Returns the options that every command has. */
function globalFlags(command: CommandUnknownOpts): string[] {
  return command.parent ? globalFlags(command.parent) : command.options.map(({ long }) => long ?? "");
}

/** Returns whether the arguments are a text, and `add` is missing before it. */
function isText(command: CommandUnknownOpts): boolean {
  const [first = "", ...rest] = (command.args[0] ?? "").trim().split(/\s+/);
  return rest.length > 0 && named(command, "add") && !named(command, first) && !first.startsWith("-");
}

function withSubcommand(words: readonly string[], { command }: WrongLine): readonly string[] {
  const [wrong = "", ...more] = command.args;
  const where = pathOf(command).join(" ");
  const behind = firstWord(words) + 1;
  const isId = /^([a-z]+-)?\d+$/.test(wrong);
  if (isText(command)) return words.toSpliced(behind, 0, "add");
  if (isId && more.length === 0 && named(command, "show")) return words.toSpliced(behind, 0, "show");
  const row = own(MEANT[where], wrong);
  if (row !== undefined) return words.toSpliced(words.indexOf(wrong, behind), 1, ...split(row));
  const names = command.commands.flatMap((each) => [each.name(), ...each.aliases()]);
  const close = /\s/.test(wrong) ? undefined : nearest(wrong, names, 1)[0];
  const all = command.commands.map((each) => each.name()).join("|");
  const added = named(command, "add") && !isId ? `add ${shellWord(command.args.join(" "))}` : all;
  const line = close === undefined ? added : [close, ...more.map(shellWord)].join(" ");
  const isPlain = !more.some((each) => each.startsWith("-"));
  throw usage(
    `"${wrong}" is not a subcommand of ${where}`,
    own(HELPS[where], wrong) ?? `session ${where} ${isPlain ? line : all}`,
  );
}

/** Joins a text that lacks quotes, or repeats an option that was given several values. */
function withOneText(words: readonly string[], { command, message }: WrongLine): readonly string[] {
  const path = pathOf(command);
  const again = AGAIN[path.join(" ")];
  const at = again === undefined ? -1 : words.indexOf(again);
  if (again !== undefined && at > 0) {
    const rest = words.slice(at + 1);
    const end = rest.findIndex((each) => each.startsWith("-"));
    const values = end === -1 ? rest : rest.slice(0, end);
    const each = values.flatMap((value) => [again, value]);
    const line = words.toSpliced(at, 1 + values.length, ...each);
    // Without quotes, the words do not show where one alternative ends.
    if (values.length > 1 && values.some((value) => /\s/.test(value))) return line;
    if (values.length > 1) throw usage(`${again} takes one value`, ["session", ...line.map(shown)].join(" "));
  }
  const [argument] = command.registeredArguments;
  const top = firstWord(words) + path.length;
  const { length } = command.args;
  const isTogether = command.args.every((each, n) => words[top + n] === each && shellWord(each) === each);
  if (isTogether && TEXTS.includes(argument?.name() ?? ""))
    return words.toSpliced(top, length, command.args.join(" "));
  throw usage(message, signature(command), argument ? "put quotes around a text of several words" : "");
}

function usage(message: string, hint: string, advice = ""): Failure {
  return new Failure("usage", message, { hint, advice });
}

/** Returns a word for a shell command: quoted, except for an option. */
const shown = (text: string) => (/^--?[a-z-]+$/.test(text) ? text : shellWord(text));

function named(command: CommandUnknownOpts, name: string): boolean {
  return command.commands.some((each) => each.name() === name || each.aliases().includes(name));
}
