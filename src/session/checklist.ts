/** What is to be checked before a session ends, and what the checks that were recorded say of it. Pure. */
import type { Verification } from "./session.ts";
import type { SessionContext } from "./state.ts";

export interface CheckView {
  readonly text: string;
  /** The newest check of that name; `open` where there is none. */
  readonly state: "open" | "passed" | "failed";
}

export function checklistOf({
  checklist = [],
  verified,
}: Partial<Pick<SessionContext, "checklist">> & {
  readonly verified: readonly Pick<Verification, "command" | "result">[];
}): CheckView[] {
  const newest = new Map(verified.map((each) => [key(each.command), each.result]));
  return checklist.map((text) => ({ text, state: newest.get(key(text)) ?? "open" }));
}

/** What is not checked, or failed. */
export function unchecked(context: SessionContext): string[] {
  return checklistOf(context).flatMap((each) => (each.state === "passed" ? [] : [each.text]));
}

const key = (text: string) => text.trim().replace(/\s+/g, " ").toLowerCase();
