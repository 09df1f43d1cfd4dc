/** Matches the checklist of a session with the checks that were recorded. Pure. */
import type { Verification } from "./session.ts";
import type { SessionContext } from "./state.ts";

export interface CheckView {
  readonly text: string;
  /** Result of the newest check with this name; `open` without such a check. */
  readonly state: "open" | "passed" | "failed";
}

/** Returns the checklist. Each item has the newest result of the check with the same words, else `open`. */
export function checklistOf({
  checklist = [],
  verified,
}: Partial<Pick<SessionContext, "checklist">> & {
  readonly verified: readonly Pick<Verification, "command" | "result">[];
}): CheckView[] {
  const newest = new Map(verified.map((each) => [key(each.command), each.result]));
  return checklist.map((text) => ({ text, state: newest.get(key(text)) ?? "open" }));
}

/** Returns the items that were not checked, or failed. */
export function unchecked(context: SessionContext): string[] {
  return checklistOf(context).flatMap((each) => (each.state === "passed" ? [] : [each.text]));
}

const key = (text: string) => text.trim().replace(/\s+/g, " ").toLowerCase();
