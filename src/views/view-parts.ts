/** Builds the view parts that brief, handoff and status share. Gathers no facts. */
import { type Changes, listedFiles } from "../facts/changes.ts";
import { checkedAt, isCommit } from "../facts/checks.ts";
import type { Details } from "../facts/details.ts";
import type { Gathered } from "../facts/gather.ts";
import type { Commit } from "../git/commits.ts";
import type { FileChange } from "../git/diff.ts";
import { trackedChanges } from "../git/status.ts";
import type { Trace } from "../history/trace.ts";
import type { Decision, Verification } from "../session/session.ts";
import { headline } from "../session/session.ts";
import { defined } from "../text/defined.ts";
import { markForeign } from "../text/foreign-text.ts";
import { plural } from "../text/plural.ts";
import { isoTime, shortId } from "../text/time/format-time.ts";
import { checkpointsOf, type ReadCommit } from "../trailers/checkpoints.ts";
import { lastChecks } from "../trailers/checks.ts";
import { changedIn } from "../trailers/impact-size.ts";
import { decisionKey } from "../trailers/keys.ts";
import { revertOf } from "../trailers/reverts.ts";
import { type DecisionEnd, withEnds } from "../trailers/successors.ts";
import type { CommitView, DecisionView, FileView, NoteView, VerificationView } from "./shapes/view-parts.ts";

/** Cuts a subject to 300 characters: a commit message may have megabytes. */
export const clipped = (subject: string) =>
  markForeign(subject.length > 300 ? `${subject.slice(0, 299)}…` : subject);

/**
 * Returns a function that marks text as foreign unless it was written in this clone. `of`: the whole text of
 * which `words` are a part; its origin decides.
 */
export function foreignMarker({ own: { wrote } }: Gathered): (words: string, of?: string) => string {
  return (words, of = words) =>
    wrote(words) || (wrote(of) && of.includes(words)) ? words : markForeign(words);
}

/** Returns whether the gathered state belongs to a session: a guessed or inherited record does not. */
export const hasSession = ({ source: { kind } }: Gathered) => kind !== "guess" && kind !== "inherited";

/** Returns the session's commits, newest first. `merges`: true to include merge commits. */
export function commitViews(gathered: Gathered, merges = false): CommitView[] {
  const { commits, history, shallow, range } = gathered;
  const mine = new Set(checkpointsOf(commits, gathered.state.context.id));
  const before = checkpointsBefore(commits);
  const isCut = shallow || (range.limit !== undefined && history.length >= range.limit);
  return (merges ? history : commits).map((each) => ({
    ...commitView(each, before.get(each) ?? (isCut ? "unknown" : undefined), gathered),
    ...(mine.has(each) ? { kind: "checkpoint" } : {}),
    ...revertedAt(gathered.reverts, each.commit.oid),
  }));
}

/** Maps each checkpoint to the previous checkpoint of the same session. `commits` are newest first. */
function checkpointsBefore(commits: readonly ReadCommit<Commit>[]) {
  const before = new Map<ReadCommit<Commit>, ReadCommit<Commit>>();
  const last = new Map<string, ReadCommit<Commit>>();
  for (const each of commits) {
    const id = each.record?.id;
    if (id === undefined) continue;
    const after = last.get(id);
    if (after) before.set(after, each);
    last.set(id, each);
  }
  return before;
}

/**
 * Returns the view of a commit. `before`: the previous checkpoint, with which to find objectives that this
 * commit completed; with "unknown", lists none.
 */
export function commitView(
  each: ReadCommit<Commit>,
  before: ReadCommit<Commit> | "unknown" | undefined,
  gathered: Gathered,
): CommitView {
  const { state } = gathered;
  const text = foreignMarker(gathered);
  const doneIn = (one: ReadCommit<Commit> | undefined) =>
    one?.record?.objectives.filter((objective) => objective.mark === "done") ?? [];
  const doneBefore = new Set(before === "unknown" ? [] : doneIn(before).map((objective) => objective.id));
  const done = before === "unknown" ? [] : doneIn(each).filter((objective) => !doneBefore.has(objective.id));
  return {
    kind: each.commit.parents.length > 1 ? "merge" : "commit",
    commit: shortId(each.commit.oid),
    subject: clipped(each.subject),
    ...(each.record?.label === undefined ? {} : { label: markForeign(each.record.label) }),
    when: isoTime(each.commit.authored * 1000),
    ...(state.context.author === undefined || each.commit.author === state.context.author
      ? {}
      : { author: markForeign(each.commit.author) }),
    completed: done.map(
      (objective) => `${markForeign(objective.id)}: ${text(headline(objective.text), objective.text)}`,
    ),
    ...changedIn(each.record?.impact ?? []),
  };
}

/**
 * Returns the session's decisions in the order of the record, each with the commits that carry and revert
 * it.
 */
export function decisionViews(gathered: Gathered): DecisionView[] {
  const { state, trace } = gathered;
  const text = foreignMarker(gathered);
  const { id, decisions } = state.context;
  return withEnds(decisions).map((each) => ({
    ...decisionView(each, trace, (words) => text(words)),
    ...revertedAt(gathered.reverts, trace.carriers.get(each.id)?.commit, decisionKey(each, id)),
  }));
}

/**
 * Returns `{ reverted }` with the short id of the reverting commit, or nothing. `key`: names one decision of
 * the commit.
 */
export function revertedAt(reverted: ReadonlyMap<string, string>, oid: string | undefined, key = "") {
  const by = revertOf(reverted, oid, key);
  return by === undefined ? {} : { reverted: shortId(by) };
}

function decisionView(
  decision: Decision & DecisionEnd,
  trace: Trace,
  text: (words: string) => string,
): DecisionView {
  const carrier = trace.carriers.get(decision.id);
  const was = trace.was.get(decision.id);
  const { supersedes, supersededBy, withdraws, withdrawnBy } = decision;
  return {
    id: decision.id,
    text: text(decision.text),
    ...(decision.rationale === undefined ? {} : { rationale: text(decision.rationale) }),
    alternatives: decision.alternatives.map(text),
    ...defined({ supersedes, supersededBy, withdraws, withdrawnBy }),
    ...(carrier === undefined ? {} : { commit: shortId(carrier.commit) }),
    ...defined({ found: carrier?.found }),
    ...(was === undefined ? {} : { was: shortId(was) }),
  };
}

/** Maximum lines to show of a failed check's output. */
const MAX_LINES = 6;

/** Returns the last result of each check, with the reason if it may be out of date. */
export function verificationViews(gathered: Gathered): VerificationView[] {
  const { verified, outputs = {} } = gathered.state.context;
  return lastChecks(verified).map((each) => {
    const output = each.result === "failed" ? outputs[each.command] : undefined;
    const stale = gathered.standing.has(each) ? undefined : changedSince(gathered, each);
    return {
      command: each.command,
      result: each.result,
      ...(each.added === undefined ? {} : { when: isoTime(each.added) }),
      ...(each.commit === undefined ? {} : { commit: shortId(each.commit) }),
      ...defined({ stale }),
      ...(each.result === "failed" && each.failing ? { failing: each.failing.map(markForeign) } : {}),
      ...(output === undefined ? {} : { output: output.split("\n").slice(-MAX_LINES).map(markForeign) }),
    };
  });
}

/** Returns the number of commits and uncommitted files since an outdated check, as text. */
function changedSince({ commits, state, tip, status }: Gathered, check: Verification): string {
  const at = checkedAt(check, commits);
  const isStart = check.commit === undefined || isCommit(state.context.base.commit, check.commit);
  const since = at >= 0 ? at : isCommit(tip, check.commit) ? 0 : isStart ? commits.length : undefined;
  if (since === undefined) return "the commit that was checked is no longer on the branch";
  const dirty = status ? trackedChanges(status).length : 0;
  const parts = [
    ...(since > 0 ? [plural(since, "commit")] : []),
    ...(dirty > 0 ? [plural(dirty, "uncommitted file")] : []),
  ];
  return parts.length === 0 ? "files changed since the check" : `${parts.join(" and ")} since`;
}

/** Returns notes, oldest first. */
export function noteViews(gathered: Gathered): NoteView[] {
  const text = foreignMarker(gathered);
  return gathered.state.context.notes.map((each) => ({ text: text(each.text), when: isoTime(each.added) }));
}

/**
 * Returns changed files without ignored files: watched files first, files of `.session/` last; within each
 * group, files with more commits and lines first.
 */
export function fileViews(changes: Changes & Pick<Details, "touches">): FileView[] {
  const views = listedFiles(changes).map((each): FileView => {
    const commits = changes.touches.get(each.path);
    return {
      path: each.path,
      change: each.change === "renamed" ? `renamed from ${markForeign(each.from ?? "")}` : each.change,
      ...defined({ added: each.added, removed: each.removed, commits }),
    };
  });
  const part = ({ path }: FileView) =>
    changes.watched?.has(path) ? 0 : path.startsWith(".session/") ? 2 : 1;
  const weight = (view: FileView) => (view.commits ?? 0) * 1000 + (view.added ?? 0) + (view.removed ?? 0);
  return views.sort(
    (one, other) =>
      part(one) - part(other) || weight(other) - weight(one) || (one.path < other.path ? -1 : 1),
  );
}

/** Returns uncommitted files, with added and removed lines for files in `sizes`. */
export function dirtyViews(gathered: Gathered, sizes: readonly FileChange[] = []): FileView[] {
  const { status } = gathered;
  if (!status) return [];
  const seen = new Map<string, FileView>();
  const sizeOf = new Map(sizes.map((each) => [each.path, each]));
  for (const each of [...status.staged, ...status.unstaged]) {
    if (!seen.has(each.path))
      seen.set(each.path, {
        path: each.path,
        change: each.from ? `renamed from ${markForeign(each.from)}` : each.change,
        ...defined({ added: sizeOf.get(each.path)?.added, removed: sizeOf.get(each.path)?.removed }),
      });
  }
  for (const path of status.untracked) seen.set(path, { path, change: "untracked" });
  return [...seen.values()];
}
