/** Records checks with a pure function: it takes a state and returns the new state. */
import type { Verification } from "../session.ts";
import type { SessionState } from "../state.ts";
import { checkText } from "./items.ts";

/**
 * Adds a verification. Keeps the output of only the last run of each command.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function addVerification(state: SessionState, given: Verification): [SessionState, Verification] {
  const command = checkText(given.command, "a command").replace(/\s+/g, " ");
  const { output, ...rest } = given;
  const added = { ...rest, command };
  const { outputs: before, ...context } = state.context;
  const { [command]: _last, ...others } = before ?? {};
  const outputs = output === undefined ? others : { ...others, [command]: output };
  const kept = Object.keys(outputs).length === 0 ? context : { ...context, outputs };
  return [{ ...state, context: { ...kept, verified: [...context.verified, added] } }, added];
}
