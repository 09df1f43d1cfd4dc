import { Failure } from "../session/failure.ts";
import { nearest } from "../text/nearest.ts";
import type { Agent } from "./agent.ts";
import { agentsMd } from "./agents-md.ts";
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { copilot } from "./copilot.ts";
import { cursor } from "./cursor.ts";
import { gemini } from "./gemini.ts";
import { amazonq, kiro } from "./kiro.ts";
import { opencode } from "./opencode.ts";

export const AGENTS: readonly Agent[] = [
  ...[claude, codex, gemini, cursor, copilot, opencode, kiro, amazonq, agentsMd],
];

const agentNames = (): string[] => AGENTS.map((each) => each.name);

/** Failure `unknown-agent`, exit 2. */
export function agentOf(name: string): Agent {
  const found = AGENTS.find((each) => each.name === name);
  if (found) return found;
  const [close] = nearest(name, agentNames(), 1);
  throw new Failure("unknown-agent", `there is no agent "${name}" here`, {
    exit: 2,
    hint:
      close === undefined ? agentNames().join(", ") : `did you mean ${close}? (${agentNames().join(", ")})`,
  });
}
