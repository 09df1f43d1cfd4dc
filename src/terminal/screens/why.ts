import { oneLine } from "../../text/foreign-text.ts";
import { shortId } from "../../text/time/format-time.ts";
import type { Origin, Why, WhyDecision } from "../../views/shapes/why.ts";
import { firstLine, objectiveLine } from "../lines.ts";
import { facts, signs } from "../signs.ts";
import { bold, dim, green, yellow } from "../style.ts";
import { HANG } from "../wrap.ts";
import { ended, HOW, reverted } from "./session/log.ts";

/** Maximum groups of lines to show for a commit. */
const MAX_GROUPS = 6;

/** Returns two lines for each commit (subject and session), then its objectives and decisions. */
export function whyLines(why: Why, emoji: boolean, day: (iso: string) => string): string[] {
  if (why.origins.length === 0) return [dim(`${why.file} is empty`)];
  return why.origins.flatMap((origin) => [
    originLine(origin, day),
    `  ${dim(sessionWords(origin))}`,
    ...origin.objectives.map((each) => `  ${objectiveLine({ ...each, text: words(each.text) }, emoji)}`),
    ...origin.decisions.flatMap((each) => decisionLines(each, origin)),
  ]);
}

function originLine({ commit, subject, at, path, lines }: Origin, day: (iso: string) => string): string {
  const groups = lines.slice(0, MAX_GROUPS).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  const more = lines.length > MAX_GROUPS ? `, ${signs().more}` : "";
  const where = `${lines.length === 1 && lines[0]?.[0] === lines[0]?.[1] ? "line" : "lines"} ${groups.join(", ")}${more}`;
  if (commit === null) return `${yellow("not committed")}  ${dim(where)}`;
  const when = at === null ? "" : `  ${dim(day(at))}`;
  const as = path === undefined ? "" : `, as ${oneLine(path)}`;
  return `${green(shortId(commit))}${when}  ${HANG}${words(subject ?? "")}  ${dim(`${where}${as}`)}`;
}

function sessionWords({ session, decisions, older }: Origin): string {
  if (older) return "or before it: this clone is shallow";
  const none = decisions.length === 0 ? "no decision" : undefined;
  const name = session === null ? ["no session"] : [session.title, session.branch, session.id];
  return facts([none, ...name].flatMap((each) => (each ? [oneLine(each)] : [])));
}

function decisionLines(decision: WhyDecision, { commit }: Origin): string[] {
  const { id, text, rationale, alternatives, found } = decision;
  const marks = [
    found === undefined ? "" : dim(HOW[found]),
    commit !== null && decision.reverted === commit
      ? yellow("  reverted by this commit")
      : reverted(decision),
    ended(decision),
  ];
  const more = [
    ...(rationale === undefined ? [] : [`${dim("because")}  ${HANG}${words(rationale)}`]),
    ...alternatives.map((each) => `${dim("rejected")} ${HANG}${words(each)}`),
  ];
  return [
    `  ${bold(oneLine(id))}  ${HANG}${words(text)}${marks.join("")}`,
    ...more.map((each) => `    ${each}`),
  ];
}

const words = (text: string) => oneLine(firstLine(text)).slice(0, 300);
