/** Matches the checklist of a session with the checks that were recorded. Pure. */
import type { Verification } from "./session.ts";
import type { SessionContext } from "./state.ts";

export interface CheckView {
  readonly text: string;
  /** Result of the newest check that matches the item; `open` without such a check. */
  readonly state: "open" | "passed" | "failed";
}

/**
 * Returns the checklist of a session. Each item has the result of the newest check with the same text, else
 * `open`.
 */
export function checklistOf({
  checklist = [],
  verified,
}: Partial<Pick<SessionContext, "checklist">> & {
  readonly verified: readonly Pick<Verification, "command" | "result">[];
}): CheckView[] {
  const newest = new Map(verified.map((each) => [key(each.command), each.result]));
  return checklist.map((text) => ({ text, state: newest.get(key(text)) ?? "open" }));
}

/** Returns the checklist items that have no check or whose check failed. */
export function unchecked(context: SessionContext): string[] {
  return checklistOf(context).flatMap((each) => (each.state === "passed" ? [] : [each.text]));
}

const key = (text: string) => text.trim().replace(/\s+/g, " ").toLowerCase();
