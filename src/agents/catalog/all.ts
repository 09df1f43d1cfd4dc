import { Failure } from "../../session/failure.ts";
import { nearest } from "../../text/nearest.ts";
import type { Agent } from "../shapes/agent.ts";
import { AGENTS } from "./agents.generated.ts";

export { AGENTS };

/** Every name that an agent can be installed by. */
const agentNames = (): string[] => AGENTS.flatMap((each) => [each.name, ...Object.keys(each.readers ?? {})]);

/**
 * Returns the agent of a name. For the name of an agent that only reads AGENTS.md, returns `agents-md`.
 * @throws Failure `unknown-agent`, exit 2.
 */
export function agentOf(name: string): Agent {
  const found = AGENTS.find((each) => each.name === name || labelOf(each, name) !== undefined);
  if (found) return found;
  const [close] = nearest(name, agentNames(), 1);
  throw new Failure("unknown-agent", `there is no agent "${name}"`, {
    advice: close === undefined ? `known agents: ${agentNames().join(", ")}` : `did you mean ${close}?`,
    hint: "session agents list",
  });
}

/** Returns a sentence about an agent that only reads AGENTS.md; undefined for other agents. */
export function readerText(name: string): string | undefined {
  const agent = AGENTS.find((each) => labelOf(each, name) !== undefined);
  return agent && `${labelOf(agent, name)} reads AGENTS.md and takes no text from hooks: using ${agent.name}`;
}

const labelOf = ({ readers = {} }: Agent, name: string): string | undefined =>
  Object.hasOwn(readers, name) ? readers[name] : undefined;
