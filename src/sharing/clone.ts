/** Starts a new session from the context of another session, without its commits. */

import { standingOf } from "../history/branch-identity.ts";
import { updatedFromBranch } from "../history/branch-updates.ts";
import { freeBranch } from "../lifecycle/fork.ts";
import { type Started, start } from "../lifecycle/start.ts";
import type { Place } from "../place/place.ts";
import { loadNamed } from "../record/resolve-session.ts";
import { inheritedWords } from "../session/authorship.ts";
import { branchOf } from "../session/state.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { forkTitle, withContextOf } from "../trailers/fork-state.ts";

export interface CloneRequest {
  readonly session: string;
  /** Name of the new branch; default: the other branch's name with a number. */
  readonly branch?: string;
  readonly from?: string;
  readonly title?: string;
  readonly switch?: boolean;
}

export interface Cloned extends Started {
  readonly branch: string;
  readonly parent: { readonly id: string; readonly title: string; readonly branch: string };
}

/**
 * Starts a session with the context of another session, which stays unchanged.
 * @throws Failure `unknown-session`; as `start`
 */
export async function cloneSession(place: Place, request: CloneRequest): Promise<Cloned> {
  const stored = await loadNamed(place, request.session);
  const isHere = stored.folder !== "" && (await standingOf(place, stored)) === "own";
  const { state: parent } = isHere ? await updatedFromBranch(place, stored) : stored;
  const own = inheritedWords({ ...stored, state: parent }, request.title);
  const { id, title } = parent.context;
  const from = branchOf(parent.context);
  const branch = request.branch ?? (await freeBranch(place, from));
  const name = request.title ?? forkTitle(parent.context, from, "clone");
  const started = await start(place, {
    branch,
    ...defined({ from: request.from, title: name, switch: request.switch }),
    adapt: (fresh) => {
      const made = withContextOf(fresh, parent, now());
      return { ...made, context: { ...made.context, ...own } };
    },
  });
  return { ...started, branch, parent: { id, title, branch: from } };
}
