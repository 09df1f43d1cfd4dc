/**
 * Formats failures as text for agents. The program's hints name commands; for an agent, this module replaces
 * them by tool calls.
 */
import { block, inline } from "../render/escape-markdown.ts";
import { type Failure, SAME_COMMAND } from "../session/failure.ts";

/** Advice for each failure code, in terms of tools. */
const HELPS: Readonly<Record<string, string>> = {
  "no-session": "session_start begins one, if the user wants it",
  "session-exists": "session_start with resume: true resumes it",
  "unknown-session": "session_search finds sessions by words",
  "not-a-repository": "pass worktree: the folder of the repository",
  "detached-head": "session_start with branch makes a branch of this commit",
  "secrets-found": "leave the secret out; a person can accept a finding in a shell",
};

/** Patterns of commands, each with the tool call that does the same. */
const CALLS: readonly (readonly [RegExp, string])[] = [
  [/^session brief --max-tokens (\d+)$/, "session_brief with max_tokens: $1"],
  [/^session (status|brief|handoff|search)\b.*/, "session_$1"],
  [/^session (?:log|list)\b.*/, "session_search"],
  [/^session start ("?)([^\s<"]+)\1.*/, 'session_start with branch: "$2"'],
  [/^session start\b.*/, "session_start with branch"],
  [/^session (?:resume|switch) ("?)([^\s<"]+)\1.*/, 'session_start with branch: "$2", resume: true'],
  [/^session resume\b.*/, "session_start with resume: true"],
  [/^session checkpoint\b.*(?: -A\b| --all\b).*/, "session_checkpoint with all: true"],
  [/^session checkpoint\b.*/, "session_checkpoint"],
  [/^session (objectives|blockers|decisions) (\w+) (\w+-\d+)$/, 'session_$1 with action: "$2", id: "$3"'],
  [/^session (objectives|blockers|decisions) (\w+)\b.*/, 'session_$1 with action: "$2"'],
  [/^session (note|verify)\b.*/, "session_$1"],
];

/** Returns the tool call that does the same as a command; undefined if only a shell can run it. */
export function callFor(command: string): string | undefined {
  const found = CALLS.find(([pattern]) => pattern.test(command));
  return found && command.replace(found[0], found[1]);
}

/** Matches text that only makes sense in a shell: a command or an option. */
const SHELL = /(^|[\s:,(])(session [a-z]|git [a-z-]+|--?[a-z][a-z-]*)/;

/** Returns a failure as text: its code, its message, advice, and git's message. */
export function failureText(failure: Failure): string {
  const { code, message, details } = failure;
  const help = helpFor(failure);
  const lines = [
    `${code}: ${inline(message)}`,
    ...(help === undefined ? [] : [`What helps: ${inline(help)}`]),
  ];
  return [lines.join("\n"), ...(details === undefined ? [] : [block(details)])].join("\n\n");
}

/** Returns advice on a failure; undefined without known advice. */
function helpFor({ code, hint }: Failure): string | undefined {
  const told = Object.hasOwn(HELPS, code) ? HELPS[code] : undefined;
  // An option alone extends a command of the shell, which the agent has not called.
  const isWhole = (each: string) => each !== SAME_COMMAND && !each.startsWith("-");
  const commands = hint?.split("\n").filter(isWhole) ?? [];
  const shell = commands.filter((each) => SHELL.test(each));
  if (shell.length < commands.length || commands.length === 0)
    return [told, ...commands].filter((each) => each !== undefined).join("; ") || undefined;
  const calls = commands.flatMap((each) => callFor(each) ?? []);
  return told ?? (calls.length > 0 ? calls.join("; ") : `in a shell: ${commands.join("; ")}`);
}
