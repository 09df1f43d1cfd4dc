/**
 * The type of an agent, and the helpers with which its file in known/ describes settings, events and answers.
 * Pure.
 */
import path from "node:path";
import { defined } from "../../text/defined.ts";
import type { Limit } from "../../text/limits.ts";
import type { Reader, Row } from "../../transcripts/formats/shape.ts";
import type { Piece } from "./json.ts";

/** The reach of an agent's settings: one project, or all projects of the user. */
export type Scope = "project" | "user";

/** An event of an agent, under our name for it. */
type Moment = "start" | "prompt" | "tool:pre" | "tool:post" | "compact" | "turn" | "end";

/** A file that an installation changes, with our part of it. Paths are absolute. */
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
  /** Top of the work tree; for the user, their home. */
  readonly root: string;
  /** The user's environment: some agents have a variable for their folder. */
  readonly env: Env;
  /** Returns the text of a file; undefined if it does not exist. */
  readonly see: (file: string) => string | undefined;
  /** Name every file that any installation may have changed, for an uninstallation. */
  readonly all?: boolean;
  /** Returns the text of a file in templates/agents. */
  readonly text: (name: string) => string;
}

/** The input from which an agent builds its arguments. */
export interface Asked {
  readonly prompt?: string;
  /** The brief, for agents with an option for it, if no hook brings it. */
  readonly brief?: string;
  /** The conversation to continue, or the id for a new one. */
  readonly conversation?: { readonly id: string; readonly begun: boolean };
  /** Our hooks are installed and work. */
  readonly installed: boolean;
}

/** Builds the arguments of an agent. No shell is involved. */
interface Runs {
  /** Programs that take these arguments; default: all programs of the agent. */
  readonly programs?: readonly string[];
  /** Arguments for a run at a terminal. */
  readonly talk: (asked: Asked) => readonly string[];
  /** Arguments for a run without a terminal: it follows the prompt and exits. */
  readonly task: (asked: Asked) => readonly string[];
  /** A task reads its prompt from standard input. */
  readonly reads?: true;
  /** It has an option for the brief. */
  readonly briefs?: true;
  /** It can continue a conversation. `named`: a new conversation accepts an id, a UUID, from us. */
  readonly resumes?: "named" | "known";
}

/** Access to the agent's own settings, for `gaps`. */
export interface Facts {
  readonly where: Where;
  readonly home: string;
  /** The work tree; absent outside of a repository. */
  readonly root?: string;
  /** Parses a settings file; an empty object if the file is missing or damaged. */
  readonly json: (file: string) => Readonly<Record<string, unknown>>;
  /** Parses a settings file. Throws if it is no TOML. */
  readonly toml: (file: string) => unknown;
}

/** Folders and format of an agent's conversations. */
interface Transcripts {
  /** The only folders in which files that a log names are read. */
  readonly folders: (home: string, env: Env) => readonly string[];
  readonly isRow: (row: Row) => boolean;
  readonly reader: () => Reader;
}

/** An agent, as its file in `known/` describes it. */
export interface Agent {
  /** Place in lists: lower comes first. */
  readonly order: number;
  readonly name: string;
  readonly label: string;
  /** The vendor of its models; absent if the user chooses. */
  readonly provider?: string;
  /** Programs that it is started with. */
  readonly programs: readonly string[];
  /** Files of an installation; the first one shows whether it is installed. Empty for an unknown scope. */
  readonly targets: (where: Where) => readonly Target[];
  /** Agents that read these files and take no text from hooks, with their labels. */
  readonly readers?: Readonly<Record<string, string>>;
  /** Events by the agent's names for them. */
  readonly events: Readonly<Record<string, Moment>>;
  /** Returns the brief in the format that the agent reads from our standard output. */
  readonly answer: (event: string, brief: string) => string;
  /** Absent if it cannot be started. */
  readonly runs?: Runs;
  /** The questions that the agent asks each person in the repository before it loads any of these files. */
  readonly trust?: string;
  /** Returns sentences about what keeps installed hooks from running. */
  readonly gaps?: (facts: Facts) => readonly string[];
  /** Largest text that the agent accepts at its start without cutting it. */
  readonly limit?: Limit;
  /** Returns whether this agent calls the hook, by the variables that it sets. */
  readonly isCaller?: (env: Env) => boolean;
  /** Other agents also run the hooks of its settings. */
  readonly sharesHooks?: true;
  /** A resumed conversation still has its first brief, so it only gets the changes. */
  readonly keepsBrief?: true;
  /** A hook in both project and user settings runs once. */
  readonly runsOnce?: true;
  /** Its start hook may run after the first prompt. */
  readonly startsLate?: true;
  /**
   * No start hook runs after a compaction, so the next prompt brings the brief. `asked`: only compactions by
   * command are real.
   */
  readonly recalls?: "always" | "asked";
  /** Absent if its conversations cannot be read. */
  readonly transcripts?: Transcripts;
}

/** Returns a value deep inside of parsed settings. */
export function inside(value: unknown, ...keys: string[]): unknown {
  let found = value;
  for (const key of keys) found = (found as Record<string, unknown> | undefined)?.[key];
  return found;
}

/** Returns the command of a hook. It does nothing, silently, if `session` is not installed. */
export const hookCommand = (agent: string, event: string): string =>
  `command -v session >/dev/null 2>&1 && session hook ${agent} ${event} || true`;

/** Return the same command for cmd.exe and for PowerShell. */
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

/** Describes a whole file of ours. */
export const own = (file: string, text: string): Target => ({ kind: "own", file, text });

/** Describes marked lines in a file of the user's. */
export const block = (file: string, text: string): Target => ({ kind: "block", file, text });

/** Describes our lines in the project's AGENTS.md, or for a user in the agent's own file `ofUser`. */
export const agentsFile = ({ scope, root, text }: Where, ofUser: string): Target =>
  block(scope === "user" ? ofUser : path.join(root, "AGENTS.md"), text("block.md"));

/** Describes the skill in the folder that several agents read. */
export const sharedSkill = ({ root, text }: Where): Target =>
  own(path.join(root, ".agents/skills/session/SKILL.md"), text("skill.md"));

/** Describes the value of a key. */
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

/** Returns the brief in the format of most agents. */
export const nested = (event: string, brief: string): string =>
  JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: brief } });

/** Returns a text as an argument that no program takes for an option. */
export const plainWord = (text: string | undefined): string[] =>
  text === undefined ? [] : [text.startsWith("-") ? ` ${text}` : text];

/** Returns an option with its value; nothing without a value. */
export const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [name, value];

/** Returns the option of most agents that continues a conversation. */
export const resumed = ({ conversation }: Asked): string[] => option("--resume", conversation?.id);

/** Returns the option that continues a conversation, or gives a new one its id. */
export const resumedOrNamed = ({ conversation }: Asked): string[] =>
  option(conversation?.begun ? "--resume" : "--session-id", conversation?.id);
