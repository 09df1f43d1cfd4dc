import { agentName, DEFAULT_LIMIT, type Limit } from "../../text/limits.ts";
import { AGENTS } from "./all.ts";

/**
 * Returns the largest text that an agent accepts at its start. `claude-code` and `Claude Code` are names of
 * `claude`.
 */
export function limitOf(agent: string): Limit {
  const name = agentName(agent);
  return AGENTS.find((each) => each.name === name)?.limit ?? DEFAULT_LIMIT;
}
