import { readFile } from "node:fs/promises";
import path from "node:path";
import { requireBranch } from "../git/repository.ts";
import { age } from "../model/duration.ts";
import { currentObjective, openObjectives, progress, titleOfBranch } from "../model/state.ts";
import type { BlockerView, BriefView, ObjectiveView } from "../model/views.ts";
import { type Details, gatherDetails } from "./details.ts";
import { type Gathered, gatherHere } from "./gather.ts";
import { issuesOf } from "./issues.ts";
import type { Place } from "./place.ts";
import { projectCommands } from "./project.ts";
import { resultsOf, resultWarnings } from "./results.ts";
import {
  commitViews,
  decisionViews,
  dirtyViews,
  driftText,
  fileViews,
  headView,
  nextOf,
  shallowness,
  short,
  verificationViews,
  warningsOf,
} from "./views.ts";

/** What a reader needs to start working on the branch that is checked out, as a view. */
export async function briefView(place: Place): Promise<BriefView> {
  const branch = requireBranch(place.repository);
  const gathered = await gatherHere(place, branch);
  const [details, commands, issues] = await Promise.all([
    gatherDetails(place, gathered),
    projectCommands(place),
    issuesOf(place, gathered),
  ]);
  const results = await resultsOf(place, gathered, details.files, details.coverage);
  return viewOf(place, gathered, details, { commands, results, issues }, await lastHandoff(gathered));
}

function viewOf(
  place: Place,
  gathered: Gathered,
  details: Details,
  { commands, results, issues }: Pick<BriefView, "commands" | "results" | "issues">,
  handoff: BriefView["handoff"],
): BriefView {
  const { config } = place;
  const { state } = gathered;
  const { checkpoints, commits } = commitViews(gathered, config);
  const guessed = state.objectives.length === 0;
  const done = progress(state.objectives);
  const architecture = config.context.architecture;
  const verified = verificationViews(gathered, config);
  return {
    session: headView(gathered, config),
    guessed,
    objectives: guessed ? guesses(gathered) : state.objectives,
    ...(done === undefined ? {} : { progress: done }),
    next: nextOf(gathered),
    blockers: blockerViews(gathered).open,
    warnings: [
      ...warningsOf(gathered),
      ...shallowness(place),
      ...resultWarnings(results),
      ...verified.filter((each) => each.result === "failed").map((each) => `Check failed: ${each.command}.`),
    ],
    annotations: gathered.annotations,
    ...(architecture === undefined ? {} : { architecture }),
    patterns: config.context.patterns,
    conventions: config.context.conventions,
    commands,
    ...(details.architectureText === undefined ? {} : { architectureText: details.architectureText }),
    ...(details.conventionsText === undefined ? {} : { conventionsText: details.conventionsText }),
    checkpoints,
    commits,
    decisions: decisionViews(gathered).filter((each) => each.supersededBy === undefined),
    verified,
    ...{ results, issues },
    files: fileViews(details),
    dirty: dirtyViews(gathered),
    notes: state.context.notes.map((each) => ({ text: each.text, when: each.added.slice(0, 10) })).reverse(),
    ...(handoff === undefined ? {} : { handoff }),
  };
}

/** Nobody recorded an objective: the branch's name and what is being worked on say something. */
function guesses(gathered: Gathered): ObjectiveView[] {
  const base = gathered.state.context.base.branch;
  if (base === undefined && gathered.commits.length === 0) return [];
  return [
    {
      id: "guess",
      mark: "active",
      text: gathered.recorded ? gathered.state.context.title : titleOfBranch(gathered.branch),
    },
  ];
}

/** Open blockers with the day they came up, resolved ones with how long they lasted. */
export function blockerViews(
  gathered: Gathered,
  now?: string,
): { open: BlockerView[]; resolved: BlockerView[] } {
  const view = (each: Gathered["state"]["blockers"][number]): BlockerView => {
    const until = each.resolved ? each.finished : now;
    const open = each.added === undefined || until === undefined ? undefined : age(each.added, until);
    const since =
      each.added === undefined || now !== undefined ? undefined : `since ${each.added.slice(0, 10)}`;
    const known = open ?? since;
    return {
      id: each.id,
      text: each.text,
      ...(each.link === undefined ? {} : { link: each.link }),
      ...(known === undefined ? {} : { age: known }),
      ...(each.note === undefined ? {} : { note: each.note }),
    };
  };
  const { blockers } = gathered.state;
  return {
    open: blockers.filter((each) => !each.resolved).map(view),
    resolved: blockers.filter((each) => each.resolved).map(view),
  };
}

/** The handoff that this session's folder holds, and what has happened since. */
async function lastHandoff(gathered: Gathered): Promise<BriefView["handoff"]> {
  const { session } = gathered;
  const written = session?.events.findLast((each) => each.type === "handoff.written");
  if (
    !session ||
    !written ||
    !(await readFile(path.join(session.folder, "handoff.md"), "utf8").catch(() => undefined))
  )
    return undefined;
  const commit = typeof written.commit === "string" ? written.commit : undefined;
  const at = gathered.commits.findIndex((each) => each.commit.oid === commit);
  const summary = gathered.state.context.summary;
  return {
    when: written.at.slice(0, 10),
    ...(commit === undefined ? {} : { commit: short(commit) }),
    ...(summary === undefined ? {} : { summary }),
    ...(at > 0 ? { since: `${at} commit${at === 1 ? "" : "s"} since` } : {}),
  };
}

/** One sentence that says how far it got, for a handoff that nobody summed up. */
export function summaryOf(gathered: Gathered): string {
  const { state, range } = gathered;
  const done = progress(state.objectives);
  const current = currentObjective(state.objectives);
  const parts = [
    done === undefined ? "No objectives were recorded" : `${done.replace(" done", "")} objectives are done`,
  ];
  if (done !== undefined && openObjectives(state.objectives).length > 0 && current)
    parts.push(`${current.id} is ${current.mark === "active" ? "in progress" : "next"}`);
  if (range.drift && range.drift.ahead > 0) parts.push(`the branch is ${driftText(range.drift)}`);
  return `${parts.join("; ")}.`;
}
