/** Formats a session for a shell prompt and `status --short`. Pure; writes no file. */

import { progressOf } from "../../session/progress.ts";
import type { Blocker, Objective } from "../../session/session.ts";
import type { SessionState } from "../../session/state.ts";
import { oneLine } from "../../text/foreign-text.ts";
import { plural } from "../../text/plural.ts";

/** Maximum code points of a title in a prompt. */
const MAX_TITLE = 40;

interface PromptWords {
  /** Progress of the objectives, such as `1/3`. */
  readonly progress?: string;
  /** Number of open blockers, such as `2 blockers`. */
  readonly blockers?: string;
  /** State of the session; absent if it is active. */
  readonly state?: string;
}

/** Returns the texts that follow the session's title in a prompt. */
export function promptWords(
  objectives: readonly Pick<Objective, "mark">[],
  blockers: readonly Pick<Blocker, "resolved">[],
  state: string,
): PromptWords {
  const { done, total } = progressOf(objectives);
  const open = blockers.filter((each) => !each.resolved).length;
  return {
    ...(total > 0 && { progress: `${done}/${total}` }),
    ...(open > 0 && { blockers: plural(open, "blocker") }),
    ...(state !== "active" && { state }),
  };
}

/** Returns the file for templates/prompt/reader.sh: ref, title, counts and state, one line each. */
export function promptFile({ context, objectives, blockers }: SessionState): string {
  const { progress, blockers: blocked, state = "" } = promptWords(objectives, blockers, context.state);
  const counts = [progress, blocked].filter((each) => each !== undefined).join(", ");
  const title = Array.from(oneLine(context.title));
  const short = title.length > MAX_TITLE ? [...title.slice(0, MAX_TITLE - 3), "..."] : title;
  return `${[context.ref, short.join(""), counts, state].join("\n")}\n`;
}
