/**
 * Reads `agents.<name>.command` and `.background`: the user's own commands. Ignores those of a repository.
 */
import { isRecord } from "../../text/json.ts";

export interface AgentCommand {
  /** Program and arguments; the prompt replaces `{prompt}`. */
  readonly command: readonly string[];
  /** Command for a run without a terminal, if it differs. */
  readonly background?: readonly string[];
}

const KEYS = ["command", "background"];

/** Reads a parsed `agents:` section. Reports wrong entries and leaves them out. */
export function agentCommands(
  section: unknown,
  isUsers: boolean,
  wrong: (message: string) => void,
): ReadonlyMap<string, AgentCommand> {
  const commands = new Map<string, AgentCommand>();
  if (!isUsers) {
    wrong("agents: names programs, which only your own settings may do; it has no effect here");
    return commands;
  }
  if (section === null || section === undefined) return commands;
  if (!isRecord(section)) {
    wrong("agents is a section: names of agents go below it, indented");
    return commands;
  }
  for (const [name, entry] of Object.entries(section)) {
    const other = isRecord(entry) ? Object.keys(entry).find((key) => !KEYS.includes(key)) : undefined;
    const { command, background } = isRecord(entry) ? entry : {};
    if (!/^[a-z0-9][a-z0-9._-]{0,39}$/.test(name))
      wrong(
        `agents: "${name.slice(0, 60)}" is not a valid name: use lower case letters, digits, "-", "_" and "."`,
      );
    else if (other !== undefined) wrong(`unknown key "agents.${name}.${other.slice(0, 60)}"`);
    else if (!isCommand(command))
      wrong(`agents.${name}.command must be a list of a program and its arguments`);
    else if (background !== undefined && !isCommand(background))
      wrong(`agents.${name}.background must be a list of a program and its arguments`);
    else commands.set(name, { command, ...(isCommand(background) ? { background } : {}) });
  }
  return commands;
}

function isCommand(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value[0] !== "" &&
    value.every((each) => typeof each === "string" && !each.includes("\0"))
  );
}
