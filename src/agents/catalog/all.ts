import { Failure } from "../../session/failure.ts";
import { nearest } from "../../text/nearest.ts";
import type { Agent } from "../shapes/agent.ts";
import { AGENTS } from "./agents.generated.ts";

export { AGENTS };

/** Every name that an agent can be installed by. */
const agentNames = (): string[] => AGENTS.flatMap((each) => [each.name, ...Object.keys(each.readers ?? {})]);

/** The agent of a name, or the one whose files an agent of that name reads. Failure `unknown-agent`, exit 2. */
export function agentOf(name: string): Agent {
  const found = AGENTS.find((each) => each.name === name || labelOf(each, name) !== undefined);
  if (found) return found;
  const [close] = nearest(name, agentNames(), 1);
  throw new Failure("unknown-agent", `there is no agent "${name}"`, {
    advice: close === undefined ? `it is one of ${agentNames().join(", ")}` : `did you mean ${close}?`,
    hint: "session agents list",
  });
}

/** Returns what is to be known of an agent that has no entry of its own: which files it reads; undefined for others. */
export function readerText(name: string): string | undefined {
  const agent = AGENTS.find((each) => labelOf(each, name) !== undefined);
  return agent && `${labelOf(agent, name)} reads AGENTS.md and takes no text from hooks: using ${agent.name}`;
}

const labelOf = ({ readers = {} }: Agent, name: string): string | undefined =>
  Object.hasOwn(readers, name) ? readers[name] : undefined;
