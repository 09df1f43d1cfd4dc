/** What an agent is to us: where its settings are, when it calls us, and the shape of the answer it reads. */
import path from "node:path";
import { defined } from "../../text/defined.ts";
import type { Limit } from "../../text/limits.ts";
import type { Reader, Row } from "../../transcripts/formats/shape.ts";
import type { Piece } from "./json.ts";

export type Scope = "project" | "user";

/** A moment in an agent's life, whatever the agent calls it. */
type Moment = "start" | "prompt" | "tool:pre" | "tool:post" | "compact" | "turn" | "end";

/** A file that an installation changes, with what of it is ours. Paths are absolute. */
export type Target = { readonly file: string } & (
  | { readonly kind: "json"; readonly pieces: readonly Piece[] }
  | { readonly kind: "toml"; readonly tables: string }
  | { readonly kind: "block"; readonly text: string }
  | { readonly kind: "own"; readonly text: string }
);

type Env = Readonly<Record<string, string | undefined>>;

/** Where an installation works, and what it may write. */
export interface Where {
  readonly scope: Scope;
  /** Top of the work tree; for the user, their home. */
  readonly root: string;
  /** The user's environment: some agents let people move their folder. */
  readonly env: Env;
  /** Text of a file, where there is one. */
  readonly see: (file: string) => string | undefined;
  /** Every file that an installation may ever have changed, not only those that this one would. */
  readonly all?: boolean;
  /** Text of a file of templates/agents. */
  readonly text: (name: string) => string;
}

/** What an agent is started with. */
export interface Asked {
  readonly prompt?: string;
  /** The brief, where the agent has no hook that brings it and takes it as an option. */
  readonly brief?: string;
  /** The conversation to go on with, or the name that a new one gets. */
  readonly conversation?: { readonly id: string; readonly begun: boolean };
  /** Our hooks are installed in it. */
  readonly installed: boolean;
}

/** How an agent is started: arguments, never words of a shell. */
interface Runs {
  /** Of the agent's programs, those that can be started so; else all. */
  readonly programs?: readonly string[];
  /** At a terminal, where somebody may answer. */
  readonly talk: (asked: Asked) => readonly string[];
  /** Without one: it does what the prompt says, and ends. */
  readonly task: (asked: Asked) => readonly string[];
  /** A task's prompt is given on standard input, and not in the arguments. */
  readonly reads?: true;
  /** It takes the brief as an option of its own. */
  readonly briefs?: true;
  /** It goes on with a conversation; `named`: a new one takes its name, a UUID, from us. */
  readonly resumes?: "named" | "known";
}

/** What the agent's own settings say, for `gaps`. */
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

/** Where an agent keeps its conversations, and how a file of one is read. */
interface Transcripts {
  /** Nothing outside of these folders is read because a log names it. */
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
  /** The company whose models it works with; absent where that is the user's choice. */
  readonly provider?: string;
  /** Programs that it is started with. */
  readonly programs: readonly string[];
  /** Files of an installation, the one that tells that there is one first; none where it knows no such scope. */
  readonly targets: (where: Where) => readonly Target[];
  /** Agents that read these files and take no text from hooks, with their labels. */
  readonly readers?: Readonly<Record<string, string>>;
  /** The agent's events, by their names there. */
  readonly events: Readonly<Record<string, Moment>>;
  /** What it reads on our standard output: the brief, in its shape. */
  readonly answer: (event: string, brief: string) => string;
  /** Absent where it has no program of its own. */
  readonly runs?: Runs;
  /** The questions that the agent asks each person in the repository before it loads any of these files. */
  readonly trust?: string;
  /** Returns sentences about what keeps installed hooks from running. */
  readonly gaps?: (facts: Facts) => readonly string[];
  /** The most that the agent takes at its start; above that it cuts the text or puts it into a file. */
  readonly limit?: Limit;
  /** Returns whether this agent calls the hook, by the variables that it sets. */
  readonly isCaller?: (env: Env) => boolean;
  /** Other agents run the hooks of its settings too. */
  readonly sharesHooks?: true;
  /** A conversation that is resumed still holds the brief that it began with: it gets what is new. */
  readonly keepsBrief?: true;
  /** A hook that is in project and user settings runs once. */
  readonly runsOnce?: true;
  /** Its start hook may come after the first prompt. */
  readonly startsLate?: true;
  /** No start hook comes after a compaction: the next prompt brings the brief. `asked`: it tells of compactions that are none, unless the user asked for one. */
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

/** The command of a hook: it works, and says nothing, where the program is not installed. */
export const hookCommand = (agent: string, event: string): string =>
  `command -v session >/dev/null 2>&1 && session hook ${agent} ${event} || true`;

/** The same for cmd.exe, and for PowerShell. */
export const cmdCommand = (agent: string, event: string): string =>
  `where session >nul 2>nul && session hook ${agent} ${event} || exit 0`;
export const powershellCommand = (agent: string, event: string): string =>
  `if (Get-Command session -ErrorAction SilentlyContinue) { session hook ${agent} ${event} }`;

/** Whether a value of a settings file was written by us, in this version or another. */
export function isOurs(value: unknown): boolean {
  const text = JSON.stringify(value) ?? "";
  if (/\bsession hook [a-z-]+ \w/.test(text)) return true;
  const { command, args } = (value ?? {}) as { command?: unknown; args?: unknown };
  const words = Array.isArray(command) ? command : [command, ...(Array.isArray(args) ? args : [])];
  return words.length === 2 && words[0] === "session" && words[1] === "mcp";
}

/** Keys and items of a JSON file. */
export const json = (file: string, ...pieces: readonly Piece[]): Target => ({ kind: "json", file, pieces });

/** A file of ours alone. */
export const own = (file: string, text: string): Target => ({ kind: "own", file, text });

/** A few lines between marks in a file of somebody else's. */
export const block = (file: string, text: string): Target => ({ kind: "block", file, text });

/** Our lines in AGENTS.md: the project's, or for a user the file that the agent reads in its own folder. */
export const agentsFile = ({ scope, root, text }: Where, ofUser: string): Target =>
  block(scope === "user" ? ofUser : path.join(root, "AGENTS.md"), text("block.md"));

/** The skill, where several agents look for it. */
export const sharedSkill = ({ root, text }: Where): Target =>
  own(path.join(root, ".agents/skills/session/SKILL.md"), text("skill.md"));

/** The value of a key. */
export const value = (path: readonly string[], value: unknown): Piece => ({ kind: "value", path, value });

/** The MCP server as most agents name it. */
export const mcpServer = (server: object = MCP_SERVER): Piece => value(["mcpServers", "session"], server);

export const MCP_SERVER = { command: "session", args: ["mcp"] } as const;

/** Moments by the event names of Claude Code, which other agents took over. */
export const CLAUDE_EVENTS = {
  SessionStart: "start",
  UserPromptSubmit: "prompt",
  PreToolUse: "tool:pre",
  PostToolUse: "tool:post",
  PreCompact: "compact",
  Stop: "turn",
} as const satisfies Readonly<Record<string, Moment>>;

/** Hooks in the shape that Claude Code, Codex and Gemini share: groups of handlers by event. */
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

/** Most agents take the brief so. */
export const nested = (event: string, brief: string): string =>
  JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: brief } });

/** A word that no program takes for an option. */
export const plainWord = (text: string | undefined): string[] =>
  text === undefined ? [] : [text.startsWith("-") ? ` ${text}` : text];

/** An option with its value, where there is one. */
export const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [name, value];

/** Of most agents: goes on with a conversation. */
export const resumed = ({ conversation }: Asked): string[] => option("--resume", conversation?.id);

/** The same, where a new one takes its name from us. */
export const resumedOrNamed = ({ conversation }: Asked): string[] =>
  option(conversation?.begun ? "--resume" : "--session-id", conversation?.id);
