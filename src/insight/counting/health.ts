/**
 * Scores the health of work, and explains every part of the score with a finding and advice. A part that does
 * not apply, or without known data, does not count. Pure.
 */

import type { Blocker, Objective } from "../../session/session.ts";
import { headline } from "../../session/session.ts";
import { defined } from "../../text/defined.ts";
import { plural } from "../../text/plural.ts";
import { shellWord } from "../../text/shell.ts";
import { age } from "../../text/time/duration.ts";

/** One part of a health score. */
export interface HealthPart {
  readonly name: string;
  /** Score of the part, 0 to 100; null if it does not apply or has no known data. */
  readonly score: number | null;
  /** Weight of the part in the total score. */
  readonly weight: number;
  readonly found: string;
  readonly advice?: Advice;
}

/** A step that improves the score, and the command for it. */
export interface Advice {
  readonly what: string;
  readonly command?: string;
}

/** A health score, the weighted mean of its parts. */
export interface Health {
  /** Total score, 0 to 100; null if no part has a score. */
  readonly score: number | null;
  readonly parts: readonly HealthPart[];
}

export interface SessionFacts {
  /** Current time, in ISO 8601 like the other times. */
  readonly now: string;
  readonly ended: boolean;
  /**
   * True if commands of advice can run: the session's branch is checked out in this worktree, and no git
   * operation is unfinished.
   */
  readonly isFree: boolean;
  readonly started: string;
  readonly objectives: readonly (Objective & { readonly changed?: string })[];
  readonly blockers: readonly Blocker[];
  /**
   * Number of files with uncommitted changes; undefined if the branch is not checked out in this worktree.
   */
  readonly dirty?: number;
  readonly commits: number;
  readonly lastCommit?: string;
  readonly checkpoints: number;
  /** Minutes of work: in total, and since the last checkpoint. */
  readonly minutes: number;
  readonly minutesSince: number;
  /** Number of changed lines in source code, and in tests; undefined if unknown. */
  readonly codeLines?: number;
  readonly testLines?: number;
  /** The last result of each check, and the reason why it may be out of date. */
  readonly checks: readonly {
    readonly command: string;
    readonly result: string;
    readonly stale?: string;
    /** True if the check's command was written in this clone, so that it is safe to copy. */
    readonly own: boolean;
  }[];
  readonly drift?: { readonly ahead: number; readonly behind: number; readonly base: string };
}

const HOUR = 3_600_000;

/** Scores the health of a session. Omits commands that would fail, or act on another session. */
export function healthOf(facts: SessionFacts): Health {
  const parts = [
    blockersPart(facts.blockers, facts.now),
    objectivesPart(facts),
    uncommittedPart(facts),
    rhythmPart(facts),
    testsPart(facts),
    checksPart(facts),
    driftPart(facts),
  ];
  return scored(facts.isFree ? parts : parts.map(withoutCommand));
}

/** Removes the command from advice. */
function withoutCommand({ advice, ...told }: HealthPart): HealthPart {
  return advice === undefined ? told : { ...told, advice: { what: advice.what } };
}

/** Returns the parts with their mean by weight. Parts without a score do not count. */
export function scored(parts: readonly HealthPart[]): Health {
  const told = parts.flatMap(({ score, weight }) => (score === null ? [] : [{ score, weight }]));
  const weights = told.reduce((sum, each) => sum + each.weight, 0);
  const sum = told.reduce((total, each) => total + each.score * each.weight, 0);
  return { score: weights === 0 ? null : Math.round(sum / weights), parts };
}

/** Lists the advice of the parts, starting with the part that costs the most points. */
export function recommendationsOf({ parts }: Health): (Advice & { readonly why: string })[] {
  return parts
    .flatMap(({ advice, found, score, weight }) =>
      advice === undefined || score === null ? [] : [{ ...advice, why: found, loss: (100 - score) * weight }],
    )
    .sort((one, other) => other.loss - one.loss)
    .map(({ loss: _, ...each }) => each);
}

/** Returns a function that creates the findings of one part of the score. */
export const partOf =
  (name: string, weight: number) =>
  (score: number | null, found: string, advice?: Advice): HealthPart => {
    const bounded = score === null ? null : Math.round(Math.min(100, Math.max(0, score)));
    return { name, score: bounded, weight, found, ...defined({ advice }) };
  };

/**
 * Scores blockers: ten points off for each day that a blocker stays open, and ten for each blocker after the
 * first.
 */
export function blockersPart(blockers: readonly Blocker[], now: string): HealthPart {
  const part = partOf("Blockers", 3);
  const open = blockers.filter((each) => !each.resolved);
  const since = (each: Blocker) => Date.parse(each.added ?? now) || 0;
  const [oldest] = [...open].sort((one, other) => since(one) - since(other));
  if (!oldest) return part(100, "no open blockers");
  const days = Math.max(0, Date.parse(now) - since(oldest)) / (24 * HOUR);
  const stays = oldest.added === undefined ? "" : ` for ${age(oldest.added, now)}`;
  const found = `${plural(open.length, "blocker")} open; ${oldest.id} (${headline(oldest.text)})${stays}`;
  const advice = { what: `resolve ${oldest.id}, or ask for help` };
  return part(90 - 10 * days - 10 * (open.length - 1), found, advice);
}

/** Scores objectives: no points off for two days without progress, no points left after two weeks. */
function objectivesPart({ objectives, now, started, ended, lastCommit }: SessionFacts): HealthPart {
  const part = partOf("Objectives", 3);
  const counted = objectives.filter((each) => each.mark !== "dropped");
  if (counted.length === 0)
    return part(ended ? null : 30, "no objectives are recorded", {
      what: "add an objective",
      command: 'session objectives add "..."',
    });
  const open = counted.filter((each) => each.mark !== "done");
  const done = `${counted.length - open.length} of ${counted.length} done`;
  if (open.length === 0) return part(100, `${done}`);
  if (ended) return part((100 * (counted.length - open.length)) / counted.length, `${done} at the end`);
  const moments = [
    started,
    lastCommit,
    ...counted.flatMap((each) => [each.added, each.changed, each.finished]),
  ];
  const last = Math.max(...moments.map((each) => Date.parse(each ?? "") || 0));
  const days = (Date.parse(now) - last) / (24 * HOUR);
  const current = open.find((each) => each.mark === "active") ?? open[0];
  if (last === 0 || days < 2 || !current) return part(100, done);
  const score = 100 - (days - 2) * (100 / 12);
  return part(score, `${done}; no progress for ${age(new Date(last).toISOString(), now)}`, {
    what: `continue ${current.id}, or drop objectives`,
    ...(current.mark === "active" ? {} : { command: `session objectives start ${current.id}` }),
  });
}

/** Scores uncommitted work, which can be lost: by the number of files and the age of the last commit. */
function uncommittedPart({ dirty, lastCommit, started, now, ended }: SessionFacts): HealthPart {
  const part = partOf("Uncommitted work", 2);
  if (dirty === undefined || ended) return part(null, "not checked out here");
  if (dirty === 0) return part(100, "everything is committed");
  const since = lastCommit ?? started;
  const hours = Math.max(0, Date.parse(now) - Date.parse(since)) / HOUR || 0;
  const found = `${plural(dirty, "file")} not committed; the last commit was ${age(since, now)} ago`;
  const advice = { what: "commit it", command: "session checkpoint -A" };
  return part(100 - 2 * dirty - 4 * hours, found, advice);
}

/**
 * Scores the rhythm of checkpoints: full points for a checkpoint every two hours of work, no points for one
 * every eight.
 */
function rhythmPart({ checkpoints, commits, minutes, minutesSince, ended }: SessionFacts): HealthPart {
  const part = partOf("Checkpoint rhythm", 1);
  if (minutes < 60) return part(null, `not enough data: ${Math.round(minutes)} minutes of work`);
  const each = checkpoints === 0 ? minutes : minutes / checkpoints;
  const longest = ended ? each : Math.max(each, minutesSince);
  const advice = { what: "checkpoint more often", command: "session checkpoint" };
  const plain = commits > checkpoints ? `, ${plural(commits - checkpoints, "plain commit")}` : "";
  const found =
    checkpoints === 0
      ? `no checkpoint in ${Math.round(minutes)} minutes of work${plain}`
      : `one in ${Math.round(each)} minutes of work${plain}`;
  const score = 100 - Math.max(0, longest - 120) / 3.6;
  return part(score, found, score < 80 && !ended ? advice : undefined);
}

/** Scores tests: one changed line of test for every two lines of code has the full score. */
export function testsPart({
  codeLines,
  testLines,
  ended,
}: Pick<SessionFacts, "codeLines" | "testLines" | "ended">): HealthPart {
  const part = partOf("Tests against code", 2);
  if (codeLines === undefined || testLines === undefined) return part(null, "the changed files are unknown");
  if (codeLines < 10)
    return part(null, codeLines === 0 ? "no code was changed" : `only ${plural(codeLines, "line")} of code`);
  const score = Math.min(100, (200 * testLines) / codeLines);
  const found = `${testLines} lines of tests to ${codeLines} of code`;
  return part(score, found, score < 80 && !ended ? { what: "write tests for what changed" } : undefined);
}

/** Scores checks by the worst of: a failed check, no checks, a check that is older than the last change. */
function checksPart({ checks, commits, dirty }: SessionFacts): HealthPart {
  const part = partOf("Verification", 2);
  const failed = checks.find((each) => each.result === "failed");
  const again = ({ command, own }: SessionFacts["checks"][number]) =>
    own ? { command: `session verify --run ${shellWord(command)}` } : {};
  if (failed)
    return part(0, `failed: ${failed.command}`, { what: "make it pass, and check again", ...again(failed) });
  if (checks.length === 0) {
    if (commits === 0 && !dirty) return part(null, "there is nothing to check yet");
    return part(30, "nothing was checked", {
      what: "run the tests and record the result",
      command: "session verify --run '<command>'",
    });
  }
  const stale = checks.find((each) => each.stale !== undefined);
  if (!stale) return part(100, `${plural(checks.length, "check")} passed on the current files`);
  return part(60, `${stale.command} passed; ${stale.stale}`, { what: "check again", ...again(stale) });
}

/** Scores the distance from the base: four points off for each commit of the base that this branch lacks. */
function driftPart({ drift, ended }: SessionFacts): HealthPart {
  const part = partOf("Drift from base", 1);
  if (!drift || ended) return part(null, ended ? "it has ended" : "no base to compare with");
  if (drift.behind === 0) return part(100, `up to date with ${drift.base}`);
  const advice = { what: `merge ${drift.base}`, command: `git merge ${shellWord(drift.base)}` };
  const score = 100 - 4 * drift.behind;
  return part(score, `${plural(drift.behind, "commit")} behind ${drift.base}`, advice);
}
