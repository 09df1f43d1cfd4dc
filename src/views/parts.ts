/** The parts that brief, handoff and status share: gathered facts as words. Pure, but for the reader's time zone. */

import type { Details } from "../facts/details.ts";
import type { Gathered } from "../facts/gather.ts";
import type { Commit } from "../git/commits.ts";
import type { Trace } from "../history/trace.ts";
import type { Decision, Verification } from "../session/session.ts";
import { headline } from "../session/session.ts";
import type { Config } from "../settings/config.ts";
import { day, short } from "../text/day.ts";
import { defined } from "../text/defined.ts";
import { formatMinutes } from "../text/duration.ts";
import { plural } from "../text/plural.ts";
import { quoted } from "../text/visible.ts";
import { checkpointsOf, type ReadCommit } from "../trailers/checkpoints.ts";
import type {
  CheckpointView,
  DecisionView,
  FileView,
  NoteView,
  SessionHeadView,
  VerificationView,
} from "./shapes/views.ts";

/** A subject of megabytes is no subject: what is shown of one is bounded. */
const clipped = (subject: string) => quoted(subject.length > 300 ? `${subject.slice(0, 299)}…` : subject);

/** Words as they were written here, or marked as foreign; `of`: the text that they are a part of. */
export function ownText({ own: { wrote } }: Gathered): (words: string, of?: string) => string {
  return (words, of = words) => (wrote(words) || (wrote(of) && of.includes(words)) ? words : quoted(words));
}

/** The title; that of a record which came from elsewhere, and a branch's name, are foreign. */
function titleOf(gathered: Gathered): string {
  const { branch, state, tip } = gathered;
  if (branch === "") return `Detached HEAD${tip === undefined ? "" : ` at ${short(tip)}`}`;
  if (!hasSession(gathered)) return quoted(branch);
  return ownText(gathered)(state.context.title);
}

/** Whether the state is that of a session: not of a branch which has none, or will have one that inherits. */
const hasSession = ({ source: { kind } }: Gathered) => kind !== "guess" && kind !== "inherited";

export function headView(gathered: Gathered, config: Config): SessionHeadView {
  const { state, range, commits, source } = gathered;
  const { context } = state;
  const text = ownText(gathered);
  const newest = commits[0];
  return {
    id: context.id,
    title: titleOf(gathered),
    branch: gathered.branch,
    state: phaseOf(gathered),
    record: source,
    ...defined({ baseBranch: context.base.branch }),
    ...(context.base.commit === undefined ? {} : { baseCommit: short(context.base.commit) }),
    ...(context.created === "" ? {} : { started: day(config, context.created) }),
    ...(context.ended === undefined ? {} : { ended: day(config, context.ended) }),
    ...(hasSession(gathered) ? { time: formatMinutes(gathered.minutes) } : {}),
    ...(gathered.tip === undefined ? {} : { commit: short(gathered.tip) }),
    ...(newest === undefined ? {} : { subject: clipped(newest.subject) }),
    ...(range.drift === undefined ? {} : { drift: driftText(range.drift) }),
    tags: context.tags.map((each) => text(each)),
  };
}

function phaseOf(gathered: Gathered): string {
  if (!hasSession(gathered)) return "no session";
  const { kind } = gathered.source;
  return kind === "commits" || kind === "snapshot" ? "not resumed" : gathered.state.context.state;
}

/** What a reader has to know of a record that was not begun in this clone. */
export function cameFrom({ own: { from } }: Gathered): Pick<SessionHeadView, "from"> {
  return from === undefined ? {} : { from };
}

export function driftText(drift: { ahead: number; behind: number; base: string }): string {
  const base = quoted(drift.base);
  if (drift.ahead === 0 && drift.behind === 0) return `even with ${base}`;
  const ahead = drift.ahead === 0 ? [] : [`${plural(drift.ahead, "commit")} ahead of`];
  const behind =
    drift.behind === 0 ? [] : [`${drift.ahead === 0 ? plural(drift.behind, "commit") : drift.behind} behind`];
  return `${[...ahead, ...behind].join(", ")} ${base}`;
}

/** Checkpoints of the session, and its other commits, newest first. */
export function commitViews(
  gathered: Gathered,
  config: Config,
): { checkpoints: CheckpointView[]; commits: CheckpointView[] } {
  const mine = new Set(checkpointsOf(gathered.commits, gathered.state.context.id));
  const reverted = revertedBy(gathered.history);
  const view = (each: ReadCommit<Commit>, before: ReadCommit<Commit> | undefined) => ({
    ...commitView(each, before, gathered, config),
    ...revertedAt(reverted, each.commit.oid),
  });
  const checkpoints = gathered.commits.filter((each) => mine.has(each));
  return {
    checkpoints: checkpoints.map((each, at) => view(each, checkpoints[at + 1])),
    commits: gathered.commits.filter((each) => !mine.has(each)).map((each) => view(each, undefined)),
  };
}

/** A commit of the session; `before` is the checkpoint before it. */
export function commitView(
  each: ReadCommit<Commit>,
  before: ReadCommit<Commit> | undefined,
  gathered: Gathered,
  config: Config,
): CheckpointView {
  const { state } = gathered;
  const text = ownText(gathered);
  const doneBefore = new Set(
    before?.record?.objectives
      .filter((objective) => objective.mark === "done")
      .map((objective) => objective.id),
  );
  const done =
    each.record?.objectives.filter(
      (objective) => objective.mark === "done" && !doneBefore.has(objective.id),
    ) ?? [];
  const changed = /(\d+) files?, \+(\d+) -(\d+)/.exec(
    each.record?.impact.find((line) => line.key === "Changed")?.value ?? "",
  );
  return {
    commit: short(each.commit.oid),
    subject: clipped(each.subject),
    ...(each.record?.label === undefined ? {} : { label: quoted(each.record.label) }),
    when: day(config, each.commit.authored * 1000),
    ...(state.context.author === undefined || each.commit.author === state.context.author
      ? {}
      : { author: quoted(each.commit.author) }),
    completed: done.map(
      (objective) => `${quoted(objective.id)}: ${text(headline(objective.text), objective.text)}`,
    ),
    files: Number(changed?.[1] ?? 0),
    added: Number(changed?.[2] ?? 0),
    removed: Number(changed?.[3] ?? 0),
  };
}

export function decisionViews(gathered: Gathered): DecisionView[] {
  const { state, trace } = gathered;
  const reverted = revertedBy(gathered.history);
  const text = ownText(gathered);
  const replaced = new Map<string, string>();
  for (const each of state.context.decisions)
    if (each.supersedes !== undefined) replaced.set(each.supersedes, each.id);
  return state.context.decisions.map((each) => ({
    ...decisionView(
      each,
      trace,
      replaced.get(each.session === undefined ? each.id : `${each.session}/${each.id}`),
      (words) => text(words),
    ),
    ...revertedAt(reverted, trace.carriers.get(each.id)?.commit),
  }));
}

/** Commits that another one took back, each with that one; a revert that was itself reverted takes nothing back. */
function revertedBy(history: readonly ReadCommit<Commit>[]): Map<string, string> {
  const reverted = new Map<string, string>();
  // Newest first: what takes a revert back is seen before it.
  for (const { commit } of history) {
    if (reverted.has(commit.oid)) continue;
    for (const match of commit.message
      .slice(0, 10_000)
      .matchAll(/^This reverts commit ([0-9a-f]{40,64})\b/gm))
      reverted.set(match[1] ?? "", commit.oid);
  }
  return reverted;
}

function revertedAt(reverted: ReadonlyMap<string, string>, oid: string | undefined): { reverted?: string } {
  const by = reverted.get(oid ?? "");
  return by === undefined ? {} : { reverted: short(by) };
}

function decisionView(
  decision: Decision,
  trace: Trace,
  supersededBy: string | undefined,
  text: (words: string) => string,
): DecisionView {
  const carrier = trace.carriers.get(decision.id);
  const was = trace.was.get(decision.id);
  return {
    id: decision.id,
    text: text(decision.text),
    ...(decision.rationale === undefined ? {} : { rationale: text(decision.rationale) }),
    alternatives: decision.alternatives.map(text),
    ...defined({ supersedes: decision.supersedes, supersededBy }),
    ...(carrier === undefined ? {} : { commit: short(carrier.commit) }),
    ...defined({ found: carrier?.found }),
    ...(was === undefined ? {} : { was: short(was) }),
  };
}

/** The last result of each check, and why it may not hold any more. */
export function verificationViews(gathered: Gathered, config: Config): VerificationView[] {
  const last = new Map<string, Verification>();
  for (const each of gathered.state.context.verified) {
    last.delete(each.command);
    last.set(each.command, each);
  }
  return [...last.values()].reverse().map((each) => {
    const stale = staleness(gathered, each);
    return {
      command: each.command,
      result: each.result,
      ...(each.added === undefined ? {} : { when: day(config, each.added) }),
      ...(each.commit === undefined ? {} : { commit: short(each.commit) }),
      ...defined({ stale }),
    };
  });
}

function staleness(gathered: Gathered, verified: Verification): string | undefined {
  // What was checked before it was committed is in the checkpoint that carries the result.
  const carried = gathered.commits.findLastIndex(({ record }) =>
    record?.verified.some((each) => each.command === verified.command && each.result === verified.result),
  );
  const checked = gathered.commits.findIndex((each) => each.commit.oid === verified.commit);
  const at = carried >= 0 && (checked < 0 || carried < checked) ? carried : checked;
  const atStart = verified.commit === undefined || verified.commit === gathered.state.context.base.commit;
  const since =
    at >= 0 ? at : verified.commit === gathered.tip ? 0 : atStart ? gathered.commits.length : undefined;
  if (since === undefined) return "the commit that was checked is no longer on the branch";
  const dirty = gathered.status ? gathered.status.unstaged.length + gathered.status.staged.length : 0;
  const parts = [
    ...(since > 0 ? [plural(since, "commit")] : []),
    ...(dirty > 0 ? [plural(dirty, "uncommitted file")] : []),
  ];
  return parts.length === 0 ? undefined : `${parts.join(" and ")} since`;
}

/** Notes, the oldest first. */
export function noteViews(gathered: Gathered, day: (iso: string) => string): NoteView[] {
  const text = ownText(gathered);
  return gathered.state.context.notes.map((each) => ({ text: text(each.text), when: day(each.added) }));
}

/** Files of the session, the most touched first. */
export function fileViews({ files, touches }: Pick<Details, "files" | "touches">): FileView[] {
  const views = files.map((each): FileView => {
    const commits = touches.get(each.path);
    return {
      path: each.path,
      change: each.change === "renamed" ? `renamed from ${quoted(each.from ?? "")}` : each.change,
      ...defined({ added: each.added, removed: each.removed, commits }),
    };
  });
  const weight = (view: FileView) => (view.commits ?? 0) * 1000 + (view.added ?? 0) + (view.removed ?? 0);
  return views.sort((one, other) => weight(other) - weight(one) || (one.path < other.path ? -1 : 1));
}

/** What is not committed. */
export function dirtyViews(gathered: Gathered): FileView[] {
  const { status } = gathered;
  if (!status) return [];
  const seen = new Map<string, FileView>();
  for (const each of [...status.staged, ...status.unstaged]) {
    if (!seen.has(each.path))
      seen.set(each.path, {
        path: each.path,
        change: each.from ? `renamed from ${quoted(each.from)}` : each.change,
      });
  }
  for (const path of status.untracked) seen.set(path, { path, change: "untracked" });
  return [...seen.values()];
}
