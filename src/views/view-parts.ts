/** The parts that brief, handoff and status share: gathered facts as words. Pure, but for the reader's time zone. */

import { type Changes, listedFiles } from "../facts/changes.ts";
import { checkedAt, isCommit } from "../facts/checks.ts";
import type { Details } from "../facts/details.ts";
import type { Gathered } from "../facts/gather.ts";
import type { Commit } from "../git/commits.ts";
import type { FileChange } from "../git/diff.ts";
import type { Trace } from "../history/trace.ts";
import type { Decision, Verification } from "../session/session.ts";
import { headline } from "../session/session.ts";
import { documentNames } from "../store/workspace.ts";
import { defined } from "../text/defined.ts";
import { formatMinutes } from "../text/duration.ts";
import { markForeign } from "../text/foreign-text.ts";
import { isoTime, shortId } from "../text/format-time.ts";
import { plural } from "../text/plural.ts";
import { checkpointsOf, type ReadCommit } from "../trailers/checkpoints.ts";
import { lastChecks } from "../trailers/checks.ts";
import { decisionKey } from "../trailers/keys.ts";
import { revertOf } from "../trailers/reverts.ts";
import { type DecisionEnd, withEnds } from "../trailers/successors.ts";
import type {
  CommitView,
  DecisionView,
  FileView,
  NoteView,
  SessionHeadView,
  VerificationView,
} from "./shapes/session-views.ts";

/** A subject of megabytes is no subject: what is shown of one is bounded. */
const clipped = (subject: string) =>
  markForeign(subject.length > 300 ? `${subject.slice(0, 299)}…` : subject);

/** Words as they were written here, or marked as foreign; `of`: the text that they are a part of. */
export function foreignMarker({ own: { wrote } }: Gathered): (words: string, of?: string) => string {
  return (words, of = words) =>
    wrote(words) || (wrote(of) && of.includes(words)) ? words : markForeign(words);
}

/** The title; that of a record which came from elsewhere, and a branch's name, are foreign. */
function titleOf(gathered: Gathered): string {
  const { branch, state, tip } = gathered;
  if (branch === "") return `Detached HEAD${tip === undefined ? "" : ` at ${shortId(tip)}`}`;
  if (!hasSession(gathered)) return markForeign(branch);
  return foreignMarker(gathered)(state.context.title);
}

/** Tells whether the state is that of a session: not of a branch which has none, or will have one that inherits. */
export const hasSession = ({ source: { kind } }: Gathered) => kind !== "guess" && kind !== "inherited";

export function headView(gathered: Gathered): SessionHeadView {
  const { state, range, commits, history, tip, source } = gathered;
  const { context } = state;
  const text = foreignMarker(gathered);
  const newest = tip === undefined ? commits[0] : history.find((each) => each.commit.oid === tip);
  return {
    id: context.id,
    title: titleOf(gathered),
    branch: gathered.branch,
    state: phaseOf(gathered),
    record: source,
    ...defined({ baseBranch: context.base.branch }),
    ...(context.base.commit === undefined ? {} : { baseCommit: shortId(context.base.commit) }),
    ...(context.created === "" ? {} : { started: isoTime(context.created) }),
    ...(context.ended === undefined ? {} : { ended: isoTime(context.ended) }),
    ...(hasSession(gathered) ? { time: formatMinutes(gathered.minutes) } : {}),
    ...(tip === undefined ? {} : { commit: shortId(tip) }),
    ...(newest === undefined ? {} : { subject: clipped(newest.subject) }),
    ...(range.drift === undefined ? {} : { drift: driftText(range.drift) }),
    ...defined({ upstream: upstreamText(gathered) }),
    tags: context.tags.map((each) => text(each)),
    ...defined({ workspace: workspaceOf(gathered) }),
  };
}

/** Documents that the head of a view names. */
const DOCUMENTS = 5;

function workspaceOf({ session }: Gathered): SessionHeadView["workspace"] {
  const names = session && session.folder !== "" ? documentNames(session.folder) : [];
  if (names.length === 0) return undefined;
  const shown = names.slice(0, DOCUMENTS);
  return { names: shown.map(markForeign), more: names.length - shown.length };
}

function phaseOf(gathered: Gathered): string {
  if (!hasSession(gathered)) return "no session";
  const { kind } = gathered.source;
  return kind === "commits" || kind === "snapshot" ? "not resumed" : gathered.state.context.state;
}

/** What a reader has to know of a record that was not begun in this clone. */
export function recordOrigin({ own: { from } }: Gathered): Pick<SessionHeadView, "from"> {
  return from === undefined ? {} : { from };
}

/** Where the branch stands against its upstream; undefined without one. */
function upstreamText({ status }: Gathered): string | undefined {
  const { upstream, ahead, behind } = status ?? {};
  if (upstream === undefined || ahead === undefined || behind === undefined) return undefined;
  if (ahead + behind === 0) return `up to date with ${markForeign(upstream)}`;
  const parts = [...(ahead > 0 ? [`${ahead} ahead of`] : []), ...(behind > 0 ? [`${behind} behind`] : [])];
  return `${parts.join(", ")} ${markForeign(upstream)}`;
}

export function driftText(drift: { ahead: number; behind: number; base: string }): string {
  const base = markForeign(drift.base);
  if (drift.ahead === 0 && drift.behind === 0) return `up to date with ${base}`;
  const ahead = drift.ahead === 0 ? [] : [`${plural(drift.ahead, "commit")} ahead of`];
  const behind =
    drift.behind === 0 ? [] : [`${drift.ahead === 0 ? plural(drift.behind, "commit") : drift.behind} behind`];
  return `${[...ahead, ...behind].join(", ")} ${base}`;
}

/** Returns the commits of the session, or of its branch with merges, newest first. */
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

/** Returns the checkpoint before each one, of the same session. `commits` are newest first. */
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

/** A commit of the session; `before` is the checkpoint before it, which tells what this one completed. */
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
  const changed = /(\d+) files?, \+(\d+) -(\d+)/.exec(
    each.record?.impact.find((line) => line.key === "Changed")?.value ?? "",
  );
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
    files: Number(changed?.[1] ?? 0),
    added: Number(changed?.[2] ?? 0),
    removed: Number(changed?.[3] ?? 0),
  };
}

export function decisionViews(gathered: Gathered): DecisionView[] {
  const { state, trace } = gathered;
  const text = foreignMarker(gathered);
  const { id, decisions } = state.context;
  return withEnds(decisions).map((each) => ({
    ...decisionView(each, trace, (words) => text(words)),
    ...revertedAt(gathered.reverts, trace.carriers.get(each.id)?.commit, decisionKey(each, id)),
  }));
}

/** Returns the commit that reverted this one, as views show it; `key`: of a decision that it carries. */
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

/** Lines of a failed check's output that are shown. */
const MAX_LINES = 6;

/** The last result of each check, and why it may not hold any more. */
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

/** What happened since a check whose files are not the ones that are there now. */
function changedSince({ commits, state, tip, status }: Gathered, check: Verification): string {
  const at = checkedAt(check, commits);
  const isStart = check.commit === undefined || isCommit(state.context.base.commit, check.commit);
  const since = at >= 0 ? at : isCommit(tip, check.commit) ? 0 : isStart ? commits.length : undefined;
  if (since === undefined) return "the commit that was checked is no longer on the branch";
  const dirty = status ? status.unstaged.length + status.staged.length : 0;
  const parts = [
    ...(since > 0 ? [plural(since, "commit")] : []),
    ...(dirty > 0 ? [plural(dirty, "uncommitted file")] : []),
  ];
  return parts.length === 0 ? "files changed since the check" : `${parts.join(" and ")} since`;
}

/** Notes, the oldest first. */
export function noteViews(gathered: Gathered): NoteView[] {
  const text = foreignMarker(gathered);
  return gathered.state.context.notes.map((each) => ({ text: text(each.text), when: isoTime(each.added) }));
}

/** Files of the session without ignored ones: watched files first, our own last, the most touched first in each part. */
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

/** Returns uncommitted files, with their lines where the sizes are known. */
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
