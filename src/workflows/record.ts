/** The small changes: each takes the session of this branch, changes one thing, and logs it. */
import { ask, read } from "../git/read.ts";
import { requireBranch } from "../git/repository.ts";
import { parseDuration } from "../model/duration.ts";
import type { SessionEvent } from "../model/events.ts";
import { Failure } from "../model/failure.ts";
import { valueWithoutHome } from "../model/home.ts";
import type { Blocker, Decision, Objective, ObjectiveMark, Verification } from "../model/session.ts";
import {
  addBlocker,
  addDecision,
  addNote,
  addObjective,
  addVerification,
  editObjective,
  markObjective,
  type NewDecision,
  resolveBlocker,
  type SessionState,
} from "../model/state.ts";
import { changeSession, event } from "./change.ts";
import { checkpoint } from "./checkpoint.ts";
import { homes, now, type Place } from "./place.ts";
import { currentSession } from "./session.ts";

/** Adds objectives, in order. Failure `empty-text`, `text-too-long`: none is added then. */
export function addObjectives(place: Place, texts: readonly string[]): Promise<Objective[]> {
  return record(
    place,
    texts,
    (state, text) => addObjective(state, text, now()),
    (each) => ["objective.added", { id: each.id, text: each.text }],
  );
}

const MARK_EVENTS: Record<ObjectiveMark, string> = {
  done: "objective.completed",
  active: "objective.started",
  open: "objective.reopened",
  dropped: "objective.dropped",
};

/** Marks objectives. Failure `no-such-item`: none is marked then. */
export function markObjectives(
  place: Place,
  ids: readonly string[],
  mark: ObjectiveMark,
): Promise<Objective[]> {
  return record(
    place,
    ids,
    (state, id) => markObjective(state, id, mark, now()),
    (each) => [MARK_EVENTS[mark], { id: each.id }],
  );
}

export async function rewordObjective(place: Place, id: string, text: string): Promise<Objective> {
  const [objective] = await record(
    place,
    [text],
    (state, words) => editObjective(state, id, words),
    (each) => ["objective.edited", { id: each.id, text: each.text }],
  );
  return objective as Objective;
}

/** Adds blockers, all with the same link. Failure `empty-text`, `text-too-long`: none is added then. */
export function recordBlockers(
  place: Place,
  texts: readonly string[],
  link: string | undefined,
): Promise<Blocker[]> {
  return record(
    place,
    texts,
    (state, words) => addBlocker(state, words, link, now()),
    (each) => ["blocker.added", { id: each.id, text: each.text }],
  );
}

export function resolveBlockers(
  place: Place,
  ids: readonly string[],
  note: string | undefined,
): Promise<Blocker[]> {
  return record(
    place,
    ids,
    (state, id) => resolveBlocker(state, id, note, now()),
    (each) => ["blocker.resolved", { id: each.id, note }],
  );
}

export async function recordDecision(place: Place, decision: NewDecision): Promise<Decision> {
  const author = (await ask(place.repository.root, ["config", "user.name"])).stdout.trim();
  const given = author === "" ? decision : { ...decision, author };
  const [added] = await record(
    place,
    [given],
    (state, each) => addDecision(state, each, now()),
    (each) => ["decision.added", { decision: each }],
  );
  return added as Decision;
}

export async function recordNote(place: Place, text: string): Promise<void> {
  await record(
    place,
    [text],
    (state, words) => [addNote(state, words, now()), words],
    (words) => ["note", { text: words }],
  );
}

/** The editor that git would open. */
export async function editorOf(place: Place): Promise<string> {
  return (await read(place.repository.root, ["var", "GIT_EDITOR"])).trim();
}

/** Records a check of the session of a branch. */
export async function recordVerification(
  place: Place,
  branch: string,
  verified: Verification,
): Promise<void> {
  await record(
    place,
    [verified],
    (state, each) => [addVerification(state, each), each],
    (each) => ["verified", { verified: each }],
    branch,
  );
}

async function record<I, T>(
  place: Place,
  inputs: readonly I[],
  change: (state: SessionState, input: I) => [SessionState, T],
  log: (result: T) => [string, Record<string, unknown>],
  branch = requireBranch(place.repository),
): Promise<T[]> {
  const { result } = await changeSession(place, branch, (before) => {
    let state = before;
    const results: T[] = [];
    const events: SessionEvent[] = [];
    for (const input of inputs) {
      // Where somebody's home is means nothing to whoever reads it elsewhere.
      const [after, made] = change(state, valueWithoutHome(input, homes()));
      state = after;
      results.push(made);
      events.push(event(...log(made)));
    }
    return { state, events, result: results };
  });
  if (branch === place.repository.branch) await checkpointWhenDue(place);
  return result;
}

/** `session.auto_checkpoint`: when the last one is `checkpoint_interval` ago and tracked files have changed. */
export async function checkpointWhenDue(place: Place): Promise<void> {
  const { auto_checkpoint, checkpoint_interval } = place.config.session;
  if (!auto_checkpoint) return;
  const { state } = await currentSession(place);
  const last = Date.parse(state.context.checkpointed ?? state.context.created);
  if (Date.now() - last < (parseDuration(checkpoint_interval) ?? 30) * 60_000) return;
  try {
    const made = await checkpoint(place, { label: "auto", unattended: true });
    place.notices.push(
      `checkpoint ${made.commit?.slice(0, 8)} was due (session.auto_checkpoint): ${made.subject}`,
    );
  } catch (error) {
    // Nothing to commit, or git is busy: the next change tries again.
    if (!(error instanceof Failure)) throw error;
  }
}
