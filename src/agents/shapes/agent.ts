/**
 * The type of an agent, and the helpers with which its file in known/ describes settings, events and answers.
 * Pure.
 */
import path from "node:path";
import { defined } from "../../text/defined.ts";
import type { Limit } from "../../text/limits.ts";
import type { Reader, Row } from "../../transcripts/formats/shape.ts";
import type { Piece } from "./json.ts";

/** The scope of an agent's settings: one project, or all projects of the user. */
export type Scope = "project" | "user";

/** Our name for an event of an agent. */
type Moment = "start" | "prompt" | "tool:pre" | "tool:post" | "compact" | "turn" | "end";

/** A settings file that an installation changes, and the part that we add to it. Paths are absolute. */
export type Target = { readonly file: string } & (
  | { readonly kind: "json"; readonly pieces: readonly Piece[] }
  | { readonly kind: "toml"; readonly tables: string }
  | { readonly kind: "block"; readonly text: string }
  | { readonly kind: "own"; readonly text: string }
);

type Env = Readonly<Record<string, string | undefined>>;

/** The scope, folders and sources of an installation. */
export interface Where {
  readonly scope: Scope;
  /** Root folder of an installation: the top of the work tree, or the user's home folder. */
  readonly root: string;
  /** The user's environment variables: some agents read their settings folder from a variable. */
  readonly env: Env;
  /** Returns the text of a file; undefined if it does not exist. */
  readonly see: (file: string) => string | undefined;
  /** True to name every file that any installation may have changed: an uninstallation needs them all. */
  readonly all?: boolean;
  /** Returns the text of a file in templates/agents. */
  readonly text: (name: string) => string;
}

/** The input from which an agent's command-line arguments are built. */
export interface Asked {
  readonly prompt?: string;
  /** The brief, for agents that have an option for it, if no hook brings the brief. */
  readonly brief?: string;
  /** Id of the conversation, and whether it already began: if not, the id is for a new conversation. */
  readonly conversation?: { readonly id: string; readonly begun: boolean };
  /** True if our hooks are installed and work. */
  readonly installed: boolean;
}

/** Builds the command-line arguments of an agent. No shell is involved. */
interface Runs {
  /** Programs of the agent that accept these arguments; default: all programs of the agent. */
  readonly programs?: readonly string[];
  /** Returns the command-line arguments with which the agent runs at a terminal. */
  readonly talk: (asked: Asked) => readonly string[];
  /** Arguments for a run without a terminal: it follows the prompt and exits. */
  readonly task: (asked: Asked) => readonly string[];
  /** True if the agent reads the prompt of a task from standard input. */
  readonly reads?: true;
  /** True if the agent has an option for the brief. */
  readonly briefs?: true;
  /**
   * Kind of the conversation's id: chosen by us for a new conversation (`named`, a UUID), or known only to
   * the agent (`known`). Absent if the agent cannot continue a conversation.
   */
  readonly resumes?: "named" | "known";
}

/** Access to the agent's own settings, for `gaps`. */
export interface Facts {
  readonly where: Where;
  readonly home: string;
  /** The work tree; absent outside of a repository. */
  readonly root?: string;
  /** Parses a JSON settings file; an empty object if the file is missing or damaged. */
  readonly json: (file: string) => Readonly<Record<string, unknown>>;
  /** Parses a TOML settings file. Throws if the text is no valid TOML. */
  readonly toml: (file: string) => unknown;
}

/** Folders and format of an agent's conversations. */
interface Transcripts {
  /** Folders of the agent's conversations. Hook events name files: only files in these folders are read. */
  readonly folders: (home: string, env: Env) => readonly string[];
  readonly isRow: (row: Row) => boolean;
  readonly reader: () => Reader;
}

/** An agent, as its file in `known/` describes it. */
export interface Agent {
  /** Position of the agent in lists: lower numbers come first. */
  readonly order: number;
  readonly name: string;
  readonly label: string;
  /** The vendor of the agent's models; absent if the user chooses the vendor. */
  readonly provider?: string;
  /** Names of the programs that start the agent. */
  readonly programs: readonly string[];
  /** Files of an installation; the first one shows whether it is installed. Empty for an unknown scope. */
  readonly targets: (where: Where) => readonly Target[];
  /**
   * Labels of other agents that read the files of this agent's installation but accept no text from hooks, by
   * name.
   */
  readonly readers?: Readonly<Record<string, string>>;
  /** Our names for the agent's events, by the agent's names. */
  readonly events: Readonly<Record<string, Moment>>;
  /** Returns the brief in the format that the agent reads from our standard output. */
  readonly answer: (event: string, brief: string) => string;
  /** Builds the agent's command line; absent if the program cannot start this agent. */
  readonly runs?: Runs;
  /** The questions that the agent asks each person in the repository before it loads the installed files. */
  readonly trust?: string;
  /** Returns sentences about the reasons why installed hooks do not run. */
  readonly gaps?: (facts: Facts) => readonly string[];
  /** Largest text that the agent accepts at its start without cutting it. */
  readonly limit?: Limit;
  /** Reports whether this agent calls the hook, judging by the environment variables that the agent sets. */
  readonly isCaller?: (env: Env) => boolean;
  /** True if other agents also run the hooks in this agent's settings. */
  readonly sharesHooks?: true;
  /** True if a resumed conversation still contains its first brief, so that it only needs the changes. */
  readonly keepsBrief?: true;
  /** True if the agent runs a hook once that is in both project and user settings. */
  readonly runsOnce?: true;
  /** True if the agent's start hook may run after the first prompt. */
  readonly startsLate?: true;
  /**
   * Set if the agent runs no start hook after a compaction, so that the next prompt brings the brief.
   * `asked`: only compactions that the user requests are real.
   */
  readonly recalls?: "always" | "asked";
  /** Format and folders of the agent's conversations; absent if they cannot be read. */
  readonly transcripts?: Transcripts;
}

/** Returns the value at a path of keys in parsed settings; undefined without one. */
export function inside(value: unknown, ...keys: string[]): unknown {
  let found = value;
  for (const key of keys) found = (found as Record<string, unknown> | undefined)?.[key];
  return found;
}

/** Returns the command of a hook. It does nothing, silently, if `session` is not installed. */
export const hookCommand = (agent: string, event: string): string =>
  `command -v session >/dev/null 2>&1 && session hook ${agent} ${event} || true`;

/** Returns the hook command for cmd.exe. Does nothing if `session` is not on the PATH. */
export const cmdCommand = (agent: string, event: string): string =>
  `where session >nul 2>nul && session hook ${agent} ${event} || exit 0`;
/** Returns the hook command for PowerShell. Does nothing if `session` is not on the PATH. */
export const powershellCommand = (agent: string, event: string): string =>
  `if (Get-Command session -ErrorAction SilentlyContinue) { session hook ${agent} ${event} }`;

/** Reports whether any version of `session` wrote a value of a settings file. */
export function isOurs(value: unknown): boolean {
  const text = JSON.stringify(value) ?? "";
  if (/\bsession hook [a-z-]+ \w/.test(text)) return true;
  const { command, args } = (value ?? {}) as { command?: unknown; args?: unknown };
  const words = Array.isArray(command) ? command : [command, ...(Array.isArray(args) ? args : [])];
  return words.length === 2 && words[0] === "session" && words[1] === "mcp";
}

/** Describes keys and items in a JSON file. */
export const json = (file: string, ...pieces: readonly Piece[]): Target => ({ kind: "json", file, pieces });

/** Describes a file that only we write. */
export const own = (file: string, text: string): Target => ({ kind: "own", file, text });

/** Describes marked lines in a file that belongs to the user. */
export const block = (file: string, text: string): Target => ({ kind: "block", file, text });

/**
 * Describes our lines in the project's AGENTS.md; for a user installation, in the agent's own file `ofUser`.
 */
export const agentsFile = ({ scope, root, text }: Where, ofUser: string): Target =>
  block(scope === "user" ? ofUser : path.join(root, "AGENTS.md"), text("block.md"));

/** Describes our skill file in the folder that several agents read. */
export const sharedSkill = ({ root, text }: Where): Target =>
  own(path.join(root, ".agents/skills/session/SKILL.md"), text("skill.md"));

/** Describes a value under a key of a settings file, as a part of ours. */
export const value = (path: readonly string[], value: unknown): Piece => ({ kind: "value", path, value });

/** Describes the MCP server under the key that most agents use. */
export const mcpServer = (server: object = MCP_SERVER): Piece => value(["mcpServers", "session"], server);

export const MCP_SERVER = { command: "session", args: ["mcp"] } as const;

/** Events of Claude Code, whose names other agents use too. */
export const CLAUDE_EVENTS = {
  SessionStart: "start",
  UserPromptSubmit: "prompt",
  PreToolUse: "tool:pre",
  PostToolUse: "tool:post",
  PreCompact: "compact",
  Stop: "turn",
} as const satisfies Readonly<Record<string, Moment>>;

/** Returns hooks in the format of Claude Code, Codex and Gemini: groups of handlers by event. */
export function groups(
  events: readonly (readonly [event: string, matcher: string | undefined, handler: object])[],
): Piece[] {
  return events.map(([event, matcher, handler]) => ({
    kind: "item",
    path: ["hooks", event],
    value: { ...defined({ matcher }), hooks: [handler] },
  }));
}

/** Returns a sentence for each settings file in which a switch turns all hooks off. */
export function switchedOff({ json: read }: Facts, name: string, files: Iterable<string>): string[] {
  const off = [...new Set(files)].filter((file) => read(file)[name] === true);
  return off.map((file) => `hooks are switched off by ${name} in ${file}`);
}

/** Returns the brief in the JSON format that most agents accept from hooks. */
export const nested = (event: string, brief: string): string =>
  JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: brief } });

/** Returns a text as a command-line argument that no program mistakes for an option. */
export const plainWord = (text: string | undefined): string[] =>
  text === undefined ? [] : [text.startsWith("-") ? ` ${text}` : text];

/** Returns a command-line option with its value; an empty list without a value. */
export const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [name, value];

/** Returns the option with which most agents continue a conversation. */
export const resumed = ({ conversation }: Asked): string[] => option("--resume", conversation?.id);

/** Returns the option that continues a conversation, or that sets the id of a new conversation. */
export const resumedOrNamed = ({ conversation }: Asked): string[] =>
  option(conversation?.begun ? "--resume" : "--session-id", conversation?.id);
