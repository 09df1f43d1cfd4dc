/**
 * Formats warnings and next steps of a view as sentences, with foreign text marked. Prints and repairs
 * nothing.
 */

import { readdirSync } from "node:fs";
import path from "node:path";
import { type Gathered, mergeTarget } from "../facts/gather.ts";
import { knownConflicts } from "../forecast/last-conflicts.ts";
import type { MoveNote } from "../git/move/note.ts";
import { listRefs } from "../git/refs.ts";
import { inProgress, unstagedFiles, waysOut } from "../git/status.ts";
import { offerOf, offerText } from "../history/branch-identity.ts";
import { lostCheckpoints } from "../history/lost-checkpoints.ts";
import type { Place } from "../place/place.ts";
import type { ToRebase } from "../record/stacked-branches.ts";
import { unchecked } from "../session/checklist.ts";
import { Failure } from "../session/failure.ts";
import { openObjectives } from "../session/progress.ts";
import { headline } from "../session/session.ts";
import { branchOf, isEnded } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { markForeign } from "../text/foreign-text.ts";
import { withHint } from "../text/hint.ts";
import { plural } from "../text/plural.ts";
import { shellWord } from "../text/shell.ts";
import { age } from "../text/time/duration.ts";
import { shortId } from "../text/time/format-time.ts";
import { pendingOf } from "../trailers/next-record.ts";
import { type NextInput, type NextStep, nextSteps, START_ON_NEW_BRANCH } from "./shapes/next.ts";
import type { WorktreesView, WorktreeView } from "./shapes/worktrees.ts";
import { foreignMarker } from "./view-parts.ts";

/** Returns a warning of an interrupted checkout, with the command that completes it. */
function interruptedText({ command }: MoveNote): string {
  return withHint("A command was interrupted; the work tree may be half checked out.", markForeign(command));
}

/** Returns warnings that make the rest of a view uncertain, one sentence each, most urgent first. */
export async function warningsOf(place: Place, gathered: Gathered): Promise<string[]> {
  const { session, operation, range, history, status, gone, offer, move } = gathered;
  const warnings: string[] = [];
  if (move) warnings.push(interruptedText(move));
  if (gathered.detached)
    warnings.push(
      gathered.branch === ""
        ? "HEAD is detached, and a session belongs to a branch."
        : `HEAD is detached: ${markForeign(gathered.branch)} is being ${operation?.name === "bisect" ? "bisected" : "rebased"}.`,
    );
  // `resume` refuses during an operation.
  const resumable = (sentence: string) => (operation ? sentence : withHint(sentence, "session resume"));
  if (offer)
    warnings.push(operation ? offerOf(offer, gathered.branch).sentence : offerText(offer, gathered.branch));
  if (gone)
    warnings.push(`The branch ${markForeign(gathered.branch)} is gone; this shows its last known state.`);
  if (operation)
    warnings.push(waysOut(operation).reduce(withHint, `${inProgress(operation).replace("a", "A")}.`));
  if (status && status.unmerged.length > 0)
    warnings.push(
      `${plural(status.unmerged.length, "file")} with conflicts: ${status.unmerged.slice(0, 5).map(markForeign).join(", ")}.`,
    );
  const { work } = session?.state.context ?? {};
  if (work)
    warnings.push(
      work.step === undefined
        ? resumable(`Unfinished work is stashed: ${plural(work.files, "file")}.`)
        : await (await import("../worktree/stash-ref.ts")).halfwayText(session?.folder ?? ""),
    );
  for (const problem of session?.problems ?? []) warnings.push(`${markForeign(problem)}.`);
  if (gathered.taken.length > 0)
    warnings.push(
      resumable(`Checkpoints of another clone changed ${gathered.taken.map(markForeign).join(", ")}.`),
    );
  if (range.rewritten)
    warnings.push(
      "The history was rewritten: the commit that this session started from is no longer on the branch.",
    );
  if (gathered.rebase) warnings.push(rebaseText(gathered.rebase));
  const dropped = droppedDecisions(gathered);
  warnings.push(...dropped);
  if (session && dropped.length === 0 && !gone && !gathered.shallow && !gathered.detached) {
    const commits = history.map((each) => each.commit);
    const lost = await lostCheckpoints(place, session, commits);
    if (lost.length > 0)
      warnings.push(
        `${plural(lost.length, "checkpoint")} no longer on the branch, and no other commit has the changes: ${lost.slice(-3).map(shortId).join(", ")}${lost.length > 3 ? ` and ${lost.length - 3} more` : ""}.`,
      );
  }
  return [...warnings, ...(await knownConflicts(place))];
}

/** Returns a sentence with the command that rebases a branch whose parent session was merged. */
export function rebaseText({ from, onto, command }: ToRebase): string {
  return withHint(`${markForeign(from)} was merged into ${markForeign(onto)}.`, markForeign(command));
}

/** Returns a sentence per lost commit, with the decisions that are pending again because of it. */
function droppedDecisions({ trace, gone }: Gathered): string[] {
  const byCommit = new Map<string, string[]>();
  for (const [id, commit] of trace.was) byCommit.set(commit, [...(byCommit.get(commit) ?? []), id]);
  return [...byCommit].map(([commit, ids]) => {
    const [are, them] = ids.length === 1 ? ["is", "it"] : ["are", "them"];
    const where = gone
      ? "in no branch, tag or remote"
      : `no longer on this branch; the next checkpoint carries ${them}`;
    return `${ids.map(markForeign).join(", ")} ${are} pending again: the commit that carried ${them} (${shortId(commit)}) is ${where}.`;
  });
}

/** Returns a warning if the clone is shallow: texts about its history are incomplete. */
export function shallowWarnings({ repository }: Place): string[] {
  return repository.shallow
    ? [withHint("This clone is shallow: older history is missing.", "git fetch --unshallow")]
    : [];
}

/**
 * Returns next steps, most useful first. Reads other sessions only on a default branch without a session.
 */
export async function nextStepsOf(place: Place, gathered: Gathered): Promise<NextStep[]> {
  const { state, status, operation, recorded, branch } = gathered;
  if (gathered.gone) return [];
  const text = foreignMarker(gathered);
  const items = <T extends { readonly id: string; readonly text: string }>(all: readonly T[]) =>
    all.map((each) => ({ ...each, text: text(headline(each.text), each.text) }));
  const isDefault = !recorded && gathered.recent && branch !== "";
  const unfinished = operation ?? interruptedSwitch(gathered);
  const isOver = gathered.merged && isEnded(state.context.state);
  if (!unfinished && isOver && openObjectives(state.objectives).length === 0) return [START_ON_NEW_BRANCH];
  return nextSteps({
    recorded: recorded && !isEnded(state.context.state),
    source: gathered.source,
    command: gathered.command,
    ...(gathered.offer && gathered.offer.why !== "earlier"
      ? { offered: gathered.offer.session.state.context.id }
      : {}),
    ...(branch === "" ? {} : { branch }),
    isDefault,
    active: isDefault ? await activeSessions(place) : [],
    objectives: items(state.objectives),
    blockers: items(state.blockers),
    ...defined({ unfinished, failed: failedCheck(gathered), note: nextNote(gathered) }),
    unmerged: status?.unmerged.length ?? 0,
    staged: status?.staged.length ?? 0,
    changed: status ? unstagedFiles(status).length : 0,
    untracked: status?.untracked.length ?? 0,
    submodules: status?.unstaged.flatMap((each) => (each.moved ? [each.path] : [])) ?? [],
    pendingDecisions: pendingOf(state).decisions.length,
    unchecked: unchecked(state.context),
    ...defined({ baseBranch: mergeTarget(gathered), rebase: gathered.rebase }),
  });
}

/** Returns a switch that was interrupted while it moved unfinished work, and how to finish it. */
function interruptedSwitch({ recorded, state }: Gathered): NextInput["unfinished"] {
  const isHalfway = recorded && state.context.work?.step !== undefined;
  return isHalfway ? { name: "switch", finish: "session resume" } : undefined;
}

/**
 * Returns the newest failed check. `again`: true if this clone recorded the command, so that it is safe to
 * offer.
 */
function failedCheck({ state, own }: Gathered): NextInput["failed"] {
  const failed = [...state.context.verified]
    .reverse()
    .find(
      (each, at, all) =>
        all.findIndex((other) => other.command === each.command) === at && each.result === "failed",
    );
  return failed && { command: failed.command, again: own.wrote(failed.command) };
}

const NEXT_NOTE = /^next(?:\s+steps?)?\b\s*[:.,–—-]?\s*/i;

function nextNote(gathered: Gathered): NextInput["note"] {
  const note = gathered.state.context.notes.findLast((each) => NEXT_NOTE.test(each.text));
  if (!note) return undefined;
  const said = headline(note.text.replace(NEXT_NOTE, "").trimStart());
  const at = Date.parse(note.added);
  const since = gathered.commits.filter((each) => each.commit.authored * 1000 > at);
  return { text: foreignMarker(gathered)(said || headline(note.text), note.text), commits: since.length };
}

/** Maximum sessions and files to name; the sentence counts the others. */
const NAMED = 3;

/**
 * Returns active sessions whose branch exists, last used first, each with the command that leads to it. Lists
 * worktrees only if the clone has several.
 */
async function activeSessions(place: Place): Promise<NonNullable<NextInput["active"]>> {
  const touched = ({ state, events }: LoadedSession) => events.at(-1)?.at ?? state.context.created;
  const { localSessions } = await import("../store/sessions.ts");
  const active = (await localSessions(place.sessionsDir))
    .filter((each) => each.state.context.state === "active")
    .sort((one, other) => touched(other).localeCompare(touched(one)));
  if (active.length === 0) return [];
  const { root } = place.repository;
  const [refs, worktrees] = await Promise.all([
    listRefs(root, "refs/heads/"),
    hasOthers(place) ? import("../git/worktrees.ts") : undefined,
  ]);
  const folders = await worktrees?.worktreeBranches(root);
  return active
    .filter((each) => refs.has(each.state.context.ref))
    .slice(0, NAMED)
    .map(({ state: { context } }) => {
      const branch = branchOf(context);
      const folder = folders?.get(branch);
      const into = folder === undefined ? undefined : worktrees?.commandInto(folder);
      const command = into ?? `session switch ${shellWord(branch)}`;
      return { title: markForeign(context.title), command };
    });
}

/**
 * Returns a sentence for each active session of another worktree that changes the same files as this
 * worktree: the sentence names files, folder, agent and last activity. Starts no process if the clone has
 * only one worktree.
 */
export async function otherWorktreeWarnings(place: Place): Promise<string[]> {
  if (!hasOthers(place)) return [];
  try {
    const { worktreesOf } = await import("./worktrees.ts");
    return sentences(await worktreesOf(place, place.repository.root, { forecasts: false, activeOnly: true }));
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** Returns whether the clone has linked worktrees: git has a folder for each, see gitrepository-layout(5). */
function hasOthers({ repository }: Place): boolean {
  try {
    return readdirSync(path.join(repository.commonDir, "worktrees")).length > 0;
  } catch {
    return false;
  }
}

function sentences({ worktrees, shared }: WorktreesView): string[] {
  const here = worktrees.find((each) => each.here)?.path;
  const others = worktrees.filter((each) => !each.here && each.session?.state === "active");
  return others.flatMap((other) => {
    const files = shared.flatMap(({ path: file, worktrees: at }) =>
      here !== undefined && at.includes(here) && at.includes(other.path) ? [file] : [],
    );
    return files.length === 0 ? [] : [sentence(other, files)];
  });
}

function sentence({ branch, folder, holder }: WorktreeView, files: readonly string[]): string {
  const named = files.slice(0, NAMED).map(markForeign).join(", ");
  const more = files.length > NAMED ? ` and ${files.length - NAMED} more` : "";
  const who = holder ? `, ${markForeign(holder.who)}, ${age(holder.last, now())} ago` : "";
  return `${markForeign(branch ?? "a detached HEAD")} changes the same files now: ${named}${more} (${markForeign(folder)}${who}).`;
}
