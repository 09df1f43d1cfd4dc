import { Failure } from "../../session/failure.ts";
import { nearest } from "../../text/nearest.ts";
import type { Agent } from "../shapes/agent.ts";
import { AGENTS } from "./agents.generated.ts";

export { AGENTS };

const agentNames = (): string[] => AGENTS.map((each) => each.name);

/** Failure `unknown-agent`, exit 2. */
export function agentOf(name: string): Agent {
  const found = AGENTS.find((each) => each.name === name);
  if (found) return found;
  const [close] = nearest(name, agentNames(), 1);
  throw new Failure("unknown-agent", `there is no agent "${name}"`, {
    advice: close === undefined ? `it is one of ${agentNames().join(", ")}` : `did you mean ${close}?`,
    hint: "session agents list",
  });
}
