/** The parts that brief, handoff and status share: gathered facts as words. Pure, but for the reader's time zone. */
import type { Commit } from "../git/commits.ts";
import { unchecked } from "../model/checklist.ts";
import { checkpointsOf, type ReadCommit } from "../model/checkpoints.ts";
import type { Config } from "../model/config.ts";
import { formatMinutes } from "../model/duration.ts";
import { type NextStep, nextSteps, plural } from "../model/next.ts";
import { pendingOf } from "../model/record.ts";
import type { CarriedSession } from "../model/restore.ts";
import type { Decision, Verification } from "../model/session.ts";
import { headline } from "../model/session.ts";
import { word } from "../model/shell.ts";
import type { SessionState } from "../model/state.ts";
import { strftime } from "../model/strftime.ts";
import type {
  CheckpointView,
  DecisionView,
  FileView,
  SessionHeadView,
  VerificationView,
} from "../model/views.ts";
import { offerText } from "./branch.ts";
import type { Details } from "./details.ts";
import type { Gathered } from "./gather.ts";
import type { Place } from "./place.ts";
import type { Trace } from "./trace.ts";

export const short = (oid: string) => oid.slice(0, 8);

/** A subject of megabytes is no subject: what is shown of one is bounded. */
const clipped = (subject: string) => (subject.length > 300 ? `${subject.slice(0, 299)}…` : subject);

/** A moment in the reader's time zone and format; the text itself where it is no date. */
export function day(config: Config, iso: string | number): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? String(iso) : strftime(config.display.date_format, date);
}

export function headView(gathered: Gathered, config: Config): SessionHeadView {
  const { state, range, commits, recorded } = gathered;
  const { context } = state;
  const newest = commits[0];
  return {
    id: context.id,
    title: recorded ? context.title : gathered.branch,
    branch: gathered.branch,
    state: recorded ? context.state : "no session",
    ...(context.base.branch === undefined ? {} : { baseBranch: context.base.branch }),
    ...(context.base.commit === undefined ? {} : { baseCommit: short(context.base.commit) }),
    ...(context.created === "" ? {} : { started: day(config, context.created) }),
    ...(context.ended === undefined ? {} : { ended: day(config, context.ended) }),
    ...(recorded ? { time: formatMinutes(gathered.minutes) } : {}),
    ...(gathered.tip === undefined ? {} : { commit: short(gathered.tip) }),
    ...(newest === undefined ? {} : { subject: clipped(newest.subject) }),
    ...(range.drift === undefined ? {} : { drift: driftText(range.drift) }),
    tags: context.tags,
  };
}

export function driftText(drift: { ahead: number; behind: number; base: string }): string {
  if (drift.ahead === 0 && drift.behind === 0) return `even with ${drift.base}`;
  const ahead = drift.ahead === 0 ? [] : [`${plural(drift.ahead, "commit")} ahead of`];
  const behind =
    drift.behind === 0 ? [] : [`${drift.ahead === 0 ? plural(drift.behind, "commit") : drift.behind} behind`];
  return `${[...ahead, ...behind].join(", ")} ${drift.base}`;
}

/** Checkpoints of the session, and its other commits, newest first. */
export function commitViews(
  gathered: Gathered,
  config: Config,
): { checkpoints: CheckpointView[]; commits: CheckpointView[] } {
  const mine = new Set(checkpointsOf(gathered.commits, gathered.state.context.id));
  const view = (each: ReadCommit<Commit>, before: ReadCommit<Commit> | undefined) =>
    checkpointView(each, before, gathered.state, config);
  const checkpoints = gathered.commits.filter((each) => mine.has(each));
  return {
    checkpoints: checkpoints.map((each, at) => view(each, checkpoints[at + 1])),
    commits: gathered.commits.filter((each) => !mine.has(each)).map((each) => view(each, undefined)),
  };
}

function checkpointView(
  each: ReadCommit<Commit>,
  before: ReadCommit<Commit> | undefined,
  state: SessionState,
  config: Config,
): CheckpointView {
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
    ...(each.record?.label === undefined ? {} : { label: each.record.label }),
    when: day(config, each.commit.authored * 1000),
    ...(state.context.author === undefined || each.commit.author === state.context.author
      ? {}
      : { author: each.commit.author }),
    completed: done.map((objective) => `${objective.id}: ${headline(objective.text)}`),
    files: Number(changed?.[1] ?? 0),
    added: Number(changed?.[2] ?? 0),
    removed: Number(changed?.[3] ?? 0),
  };
}

export function decisionViews({ state, trace }: Gathered): DecisionView[] {
  const replaced = new Map<string, string>();
  for (const each of state.context.decisions)
    if (each.supersedes !== undefined) replaced.set(each.supersedes, each.id);
  return state.context.decisions.map((each) =>
    decisionView(
      each,
      trace,
      replaced.get(each.session === undefined ? each.id : `${each.session}/${each.id}`),
    ),
  );
}

function decisionView(decision: Decision, trace: Trace, supersededBy: string | undefined): DecisionView {
  const carrier = trace.carriers.get(decision.id);
  const was = trace.was.get(decision.id);
  return {
    id: decision.id,
    text: decision.text,
    ...(decision.rationale === undefined ? {} : { rationale: decision.rationale }),
    alternatives: decision.alternatives,
    ...(decision.supersedes === undefined ? {} : { supersedes: decision.supersedes }),
    ...(supersededBy === undefined ? {} : { supersededBy }),
    ...(carrier === undefined ? {} : { commit: short(carrier.commit) }),
    ...(carrier?.found === undefined ? {} : { found: carrier.found }),
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
      ...(stale === undefined ? {} : { stale }),
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

/** Files of the session, the most touched first. */
export function fileViews({ files, touches }: Pick<Details, "files" | "touches">): FileView[] {
  const views = files.map((each): FileView => {
    const commits = touches.get(each.path);
    return {
      path: each.path,
      change: each.change === "renamed" ? `renamed from ${each.from}` : each.change,
      ...(each.added === undefined ? {} : { added: each.added }),
      ...(each.removed === undefined ? {} : { removed: each.removed }),
      ...(commits === undefined ? {} : { commits }),
    };
  });
  const weight = (view: FileView) => (view.commits ?? 0) * 1000 + (view.added ?? 0) + (view.removed ?? 0);
  return views.sort((one, other) => weight(other) - weight(one) || one.path.localeCompare(other.path));
}

/** What is not committed. */
export function dirtyViews(gathered: Gathered): FileView[] {
  const { status } = gathered;
  if (!status) return [];
  const seen = new Map<string, FileView>();
  for (const each of [...status.staged, ...status.unstaged]) {
    if (!seen.has(each.path))
      seen.set(each.path, { path: each.path, change: each.from ? `renamed from ${each.from}` : each.change });
  }
  for (const path of status.untracked) seen.set(path, { path, change: "untracked" });
  return [...seen.values()];
}

function carriedText(branch: string, { id, title }: CarriedSession): string {
  const name = title === undefined ? id : `${title} (${id})`;
  return `The commits of this branch carry the session ${name}: session resume ${word(branch)} brings it back.`;
}

/** What the reader should know before believing anything else: one sentence each. */
export function warningsOf(gathered: Gathered): string[] {
  const { session, operation, range, commits, status, gone, offer } = gathered;
  const warnings: string[] = [];
  if (offer) warnings.push(offerText(offer, gathered.branch));
  if (gone)
    warnings.push(`The branch ${gathered.branch} is gone; what is said here was true of it when it went.`);
  if (operation)
    warnings.push(`A ${operation.name} is not finished (${operation.finish}, or ${operation.abort}).`);
  if (status && status.unmerged.length > 0)
    warnings.push(
      `${plural(status.unmerged.length, "file")} with conflicts: ${status.unmerged.slice(0, 5).join(", ")}.`,
    );
  const { work } = session?.state.context ?? {};
  if (work)
    warnings.push(
      work.step === undefined
        ? `Unfinished work (${plural(work.files, "file")}) is put away: session resume brings it back.`
        : "A switch was interrupted, and the work tree may be halfway: session resume finishes it.",
    );
  for (const problem of session?.problems ?? []) warnings.push(`${problem}.`);
  if (gathered.carried) warnings.push(carriedText(gathered.branch, gathered.carried));
  if (gathered.taken.length > 0)
    warnings.push(
      `Checkpoints of another clone changed ${gathered.taken.join(", ")}: session resume takes it over.`,
    );
  if (range.rewritten)
    warnings.push(
      "The commit that this session started from is no longer part of the branch: its history was rewritten.",
    );
  const dropped = droppedDecisions(gathered);
  warnings.push(...dropped);
  const oids = new Set(commits.map((each) => each.commit.oid));
  const lost = (session?.events ?? []).filter(
    (each) => each.type === "checkpoint" && typeof each.commit === "string" && !oids.has(each.commit),
  );
  if (lost.length > 0 && dropped.length === 0 && !gone && !gathered.shallow)
    warnings.push(
      `${plural(lost.length, "checkpoint")} of the log ${lost.length === 1 ? "is" : "are"} no longer on the branch under the same id: rewritten or reset.`,
    );
  return warnings;
}

/** What is pending again, and which commit took it along. */
function droppedDecisions({ trace, gone }: Gathered): string[] {
  const byCommit = new Map<string, string[]>();
  for (const [id, commit] of trace.was) byCommit.set(commit, [...(byCommit.get(commit) ?? []), id]);
  return [...byCommit].map(([commit, ids]) => {
    const [are, them] = ids.length === 1 ? ["is", "it"] : ["are", "them"];
    const where = gone
      ? "in no branch, tag or remote"
      : `no longer on this branch; the next checkpoint carries ${them}`;
    return `${ids.join(", ")} ${are} pending again: the commit that carried ${them} (${short(commit)}) is ${where}.`;
  });
}

/** Where the clone ends, a text about history is no whole one. */
export function shallowness({ repository }: Place): string[] {
  return repository.shallow
    ? ["The history is shallow: what came before was not cloned (git fetch --unshallow)."]
    : [];
}

export function nextOf(gathered: Gathered): NextStep[] {
  const { state, status, operation } = gathered;
  if (gathered.gone) return [];
  const failed = [...state.context.verified]
    .reverse()
    .find(
      (each, at, all) =>
        all.findIndex((other) => other.command === each.command) === at && each.result === "failed",
    );
  return nextSteps({
    recorded: gathered.recorded,
    carried: gathered.carried !== undefined,
    ...(gathered.offer && gathered.offer.why !== "earlier"
      ? { offered: gathered.offer.session.state.context.id }
      : {}),
    branch: gathered.branch,
    objectives: state.objectives,
    blockers: state.blockers,
    ...(operation === undefined ? {} : { unfinished: operation }),
    staged: status?.staged.length ?? 0,
    changed: status?.unstaged.length ?? 0,
    untracked: status?.untracked.length ?? 0,
    pendingDecisions: pendingOf(state).decisions.length,
    ...(failed === undefined ? {} : { failed: failed.command }),
    unchecked: unchecked(state.context),
    ...(state.context.base.branch === undefined ? {} : { baseBranch: state.context.base.branch }),
  });
}
