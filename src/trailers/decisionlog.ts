/** `.session/decision-log.md`: one line a decision, so that two branches that add some merge by union. */
import type { Decision } from "../session/session.ts";

export const DECISION_LOG_HEAD = `# Decision log

Made from the \`Decisions\` trailers of checkpoints. A line is added with the commit that carries its decision.

`;

/** The log with these decisions added at its end; those that it has are not added again. */
export function appendDecisions(
  log: string,
  sessionId: string,
  branch: string,
  decisions: readonly Decision[],
): string {
  const known = log === "" ? DECISION_LOG_HEAD : log.endsWith("\n") ? log : `${log}\n`;
  // git may give the file other line ends than it keeps.
  const lineEnd = log.includes("\r\n") ? "\r\n" : "\n";
  const lines = decisions
    .filter((each) => !known.includes(`(${sessionId}/${each.id},`))
    .map((each) => entry(sessionId, branch, each) + lineEnd);
  return lines.length === 0 ? log : known + lines.join("");
}

/** The highest number of a decision of this session that the log has; 0 without one. */
export function highestLogged(log: string, sessionId: string): number {
  const numbers = [...log.matchAll(/\((\w+)\/dec-(\d{1,9}), /g)];
  return Math.max(0, ...numbers.filter((each) => each[1] === sessionId).map((each) => Number(each[2])));
}

function entry(sessionId: string, branch: string, decision: Decision): string {
  const parts = [`- ${(decision.added ?? "").slice(0, 10)} **${line(decision.text)}**`];
  if (decision.rationale !== undefined) parts.push(`Rationale: ${line(decision.rationale)}`);
  if (decision.alternatives.length > 0) parts.push(`Rejected: ${decision.alternatives.map(line).join("; ")}`);
  if (decision.supersedes !== undefined) parts.push(`Replaces ${decision.supersedes}`);
  return `${parts.map(sentence).join(" ")} (${sessionId}/${decision.id}, ${line(branch)})`;
}

/** One line that opens no emphasis, link or tag of its own. */
function line(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\*_`<>[\]]/g, "\\$&")
    .trim();
}

function sentence(text: string): string {
  return /[.!?]$|\*\*$/.test(text) ? text : `${text}.`;
}
