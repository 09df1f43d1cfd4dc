/** Ends sessions for `end` and `archive`: asks on the terminal, and renders the handoff. */
import { type Ended, end } from "../lifecycle/end.ts";
import type { EndPlan, EndRequest } from "../lifecycle/end-plan.ts";
import type { Place } from "../place/place.ts";
import { canAsk } from "../terminal/prompt.ts";
import { renderHandoff } from "../views/brief/brief-text.ts";
import { pathList } from "../worktree/stash-work.ts";
import type { Call } from "./command.ts";
import { askToEnd } from "./end-questions.ts";

/**
 * Finishes a session. Returns with `asked` whether the user was questioned.
 * @throws Failures of `end`, and `declined`.
 */
export async function endSession(
  { out }: Call,
  place: Place,
  request: Omit<EndRequest, "agree" | "render">,
): Promise<{ readonly ended: Ended; readonly asked: boolean }> {
  const problems: string[] = [];
  let asked = false;
  const agree = async (plan: EndPlan) => {
    asked = true;
    return askToEnd(out, plan);
  };
  const ended = await end(place, {
    ...request,
    ...(canAsk() && !out.json ? { agree } : {}),
    render: async (where, view) => {
      const rendered = await renderHandoff(where, view);
      problems.push(...rendered.problems);
      return rendered.text;
    },
  });
  for (const problem of problems) out.warn(problem);
  if (ended.leftOut.length > 0) out.warn(`not committed: ${pathList(ended.leftOut)}`);
  return { ended, asked };
}
