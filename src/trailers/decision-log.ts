/**
 * Writes `.session/decision-log.md`: one line per decision, so that git merges two branches by union. Pure.
 */
import type { Decision } from "../session/session.ts";
import { type AuthoredCommit, dateOf, type ReadCommit } from "./checkpoints.ts";

/** Path of the decision log from the top of the work tree. */
export const DECISION_LOG = ".session/decision-log.md";

export const DECISION_LOG_HEAD = `# Decision log

Made from the \`Decisions\` trailers of checkpoints. A line is added with the commit that carries its decision.

`;

/** A decision, and the id of the session that made it. */
export interface LoggedDecision {
  readonly session: string;
  readonly decision: Decision;
}

const ENTRY = /^- (\d{4}-\d\d-\d\d)?.*\((\w+)\/(dec-\d{1,9}), (.*)\)$/;

const keyOf = ({ session, decision }: LoggedDecision) => `${session}/${decision.id}`;

/**
 * Returns the decisions that commits carry, oldest first, each with its newest text, without those of
 * reverted commits. `commits`: newest first. `reverts`: from `revertsOf`.
 */
export function decisionsToLog(
  commits: readonly ReadCommit<AuthoredCommit>[],
  reverts: ReadonlyMap<string, string>,
): LoggedDecision[] {
  const found = new Map<string, LoggedDecision | undefined>();
  for (const { commit, record } of commits) {
    for (const { session = record?.id, ...decision } of record?.decisions.toReversed() ?? []) {
      if (session === undefined) continue;
      const key = `${session}/${decision.id}`;
      const known = found.get(key);
      // The newest commit that carries a decision decides whether the decision was reverted; the oldest one
      // decides its date and place.
      if (found.has(key) && known === undefined) continue;
      const { undone, ...own } = decision;
      const newest = (undone || reverts.has(commit.oid)) && !known ? undefined : (known?.decision ?? own);
      found.delete(key);
      found.set(key, newest && { session, decision: { ...newest, ...dateOf(commit) } });
    }
  }
  return [...found.values()].filter((each) => each !== undefined).reverse();
}

/** Returns those decisions that the log lacks. */
export function missingIn(log: string, decisions: readonly LoggedDecision[]): LoggedDecision[] {
  return decisions.filter((each) => !log.includes(`(${keyOf(each)},`));
}

/**
 * Returns the log with those decisions appended that it lacks. `branch`: name for a session that the log does
 * not know.
 */
export function appendDecisions(log: string, branch: string, decisions: readonly LoggedDecision[]): string {
  const known = log === "" ? DECISION_LOG_HEAD : log.endsWith("\n") ? log : `${log}\n`;
  const lineEnd = lineEndOf(log);
  const branches = branchesIn(log);
  const lines = missingIn(known, decisions).map(
    (each) => entry(each, branches.get(each.session) ?? line(branch)) + lineEnd,
  );
  return lines.length === 0 ? log : known + lines.join("");
}

/**
 * Returns the log ordered by day, and within a day by commit. Existing lines stay unchanged, even if no
 * commit carries their decision; other text follows the entries.
 */
export function orderedLog(log: string, branch: string, decisions: readonly LoggedDecision[]): string {
  const lines = (log === "" ? DECISION_LOG_HEAD : log).split(/\r?\n/);
  const first = lines.findIndex((each) => ENTRY.test(each));
  const head = lines.slice(0, first < 0 ? lines.length : first);
  const rest = first < 0 ? [] : lines.slice(first);
  const branches = branchesIn(log);
  const place = new Map(decisions.map((each, at) => [keyOf(each), at]));
  const entries = [
    ...rest.filter((each) => ENTRY.test(each)),
    ...missingIn(log, decisions).map((each) => entry(each, branches.get(each.session) ?? line(branch))),
  ].map((text, at) => {
    const [, day = "", session, id] = ENTRY.exec(text) ?? [];
    return { text, day, at: place.get(`${session}/${id}`) ?? at - log.length };
  });
  if (entries.length === 0) return log;
  entries.sort((one, other) => one.day.localeCompare(other.day) || one.at - other.at);
  const prose = rest.filter((each) => !ENTRY.test(each));
  while (prose[0]?.trim() === "") prose.shift();
  while (head.at(-1)?.trim() === "") head.pop();
  while (prose.at(-1)?.trim() === "") prose.pop();
  const sections = [head, entries.map((each) => each.text), prose].filter((each) => each.length > 0);
  const lineEnd = lineEndOf(log);
  return `${sections.map((each) => each.join(lineEnd)).join(lineEnd + lineEnd)}${lineEnd}`;
}

/** Returns the highest decision number of a session in the log; 0 without one. */
export function highestLogged(log: string, sessionId: string): number {
  const numbers = [...log.matchAll(/\((\w+)\/dec-(\d{1,9}), /g)];
  return Math.max(0, ...numbers.filter((each) => each[1] === sessionId).map((each) => Number(each[2])));
}

/** Returns the log's line ends: git may check the file out with other line ends than it stores. */
function lineEndOf(log: string): string {
  return log.includes("\r\n") ? "\r\n" : "\n";
}

/** Returns the branch name of each session in the log. */
function branchesIn(log: string): Map<string, string> {
  const entries = log.split(/\r?\n/).flatMap((each): [string, string][] => {
    const [, , session, , branch] = ENTRY.exec(each) ?? [];
    return session === undefined || branch === undefined ? [] : [[session, branch]];
  });
  return new Map(entries);
}

function entry({ session, decision }: LoggedDecision, branch: string): string {
  const parts = [`- ${(decision.added ?? "").slice(0, 10)} **${line(decision.text)}**`];
  if (decision.rationale !== undefined) parts.push(`Rationale: ${line(decision.rationale)}`);
  if (decision.alternatives.length > 0) parts.push(`Rejected: ${decision.alternatives.map(line).join("; ")}`);
  if (decision.supersedes !== undefined) parts.push(`Replaces ${decision.supersedes}`);
  if (decision.withdraws !== undefined) parts.push(`Withdraws ${decision.withdraws}`);
  return `${parts.map(sentence).join(" ")} (${session}/${decision.id}, ${branch})`;
}

/** Returns a text on one line, in which it opens no emphasis, link or tag. */
function line(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\*_`<>[\]]/g, "\\$&")
    .trim();
}

function sentence(text: string): string {
  return /[.!?]$|\*\*$/.test(text) ? text : `${text}.`;
}
