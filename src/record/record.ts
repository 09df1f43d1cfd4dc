/** The small changes: each takes the session of this branch, changes one thing, and logs it. */

import { ask, read } from "../git/read.ts";
import { requireBranch } from "../git/repository.ts";
import { homes, type Place } from "../place/place.ts";
import { applyAll, type Item, type Recorded } from "../session/recorded.ts";
import type { Blocker, Decision, Objective, ObjectiveMark, Verification } from "../session/session.ts";
import type { NewDecision } from "../session/state.ts";
import { isUnwritable } from "../store/files.ts";
import { now } from "../surroundings.ts";
import { valueWithoutHome } from "../text/home.ts";
import { changeSession } from "./change.ts";
import { findSession, noSession } from "./session.ts";
import { spool } from "./spool.ts";

/** Adds objectives, in order. Failure `empty-text`, `text-too-long`: none is added then. */
export function addObjectives(place: Place, texts: readonly string[]): Promise<Objective[]> {
  return recordEach(place, texts, (text) => ({ do: "objective.add", text }));
}

/** Marks objectives. Failure `no-such-item`: none is marked then. */
export function markObjectives(
  place: Place,
  ids: readonly string[],
  mark: ObjectiveMark,
): Promise<Objective[]> {
  return recordEach(place, ids, (id) => ({ do: "objective.mark", id, mark }));
}

export async function rewordObjective(place: Place, id: string, text: string): Promise<Objective> {
  const [objective] = await record<Objective>(place, [{ do: "objective.edit", id, text }]);
  return objective as Objective;
}

/** Adds blockers, all with the same link. Failure `empty-text`, `text-too-long`: none is added then. */
export function recordBlockers(
  place: Place,
  texts: readonly string[],
  link: string | undefined,
): Promise<Blocker[]> {
  const more = link === undefined ? {} : { link };
  return recordEach(place, texts, (text) => ({ do: "blocker.add", text, ...more }));
}

export function resolveBlockers(
  place: Place,
  ids: readonly string[],
  note: string | undefined,
): Promise<Blocker[]> {
  const more = note === undefined ? {} : { note };
  return recordEach(place, ids, (id) => ({ do: "blocker.resolve", id, ...more }));
}

export async function recordDecision(place: Place, decision: NewDecision): Promise<Decision> {
  const author = (await ask(place.repository.root, ["config", "user.name"])).stdout.trim();
  const given = author === "" ? decision : { ...decision, author };
  const [added] = await record<Decision>(place, [{ do: "decision.add", decision: given }]);
  return added as Decision;
}

export async function recordNote(place: Place, text: string): Promise<void> {
  await record(place, [{ do: "note", text }]);
}

/** The editor that git would open. */
export async function editorOf(place: Place): Promise<string> {
  return (await read(place.repository.root, ["var", "GIT_EDITOR"])).trim();
}

/** Records a check of the session of a branch. */
export async function recordVerification(place: Place, branch: string, verified: Verification) {
  await record(place, [{ do: "verify", verified }], branch);
}

function recordEach<T extends Item>(place: Place, of: readonly string[], change: (each: string) => Recorded) {
  return record<T>(place, of.map(change));
}

/** Makes changes, all or none; where `.git` cannot be written, the spool keeps them. */
async function record<T extends Item>(
  place: Place,
  changes: readonly Recorded[],
  branch = requireBranch(place.repository),
): Promise<T[]> {
  // Where somebody's home is means nothing to whoever reads it elsewhere.
  const told = changes.map((each) => valueWithoutHome(each, homes()));
  let begun = false;
  try {
    const { result } = await changeSession(place, branch, (before) => {
      begun = true;
      const { state, items, events } = applyAll(before, told, now());
      return { state, events, result: items };
    });
    return result as T[];
  } catch (error) {
    // What has begun may be done already, and is finished by the next command.
    if (begun || !isUnwritable(error)) throw error;
    const session = (await findSession(place, branch)) ?? (await noSession(place, branch));
    return (await spool(place, branch, session, told, error)) as T[];
  }
}
