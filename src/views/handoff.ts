/**
 * Gathers the view of a handoff, compared with the current state of git. Rendering is left to brief-text.ts.
 */
import { type Details, gatherDetails } from "../facts/details.ts";
import { countTypes } from "../facts/formats/subject.ts";
import { type Gathered, gather, gatherHere } from "../facts/gather.ts";
import { issuesOf } from "../facts/issues.ts";
import { isLost, workOf } from "../facts/metrics.ts";
import { resultsOf, resultWarnings } from "../facts/results.ts";
import type { FileChange } from "../git/diff.ts";
import type { Place } from "../place/place.ts";
import { checklistOf } from "../session/checklist.ts";
import { progress } from "../session/progress.ts";
import type { LoadedSession } from "../store/load.ts";
import { now } from "../surroundings.ts";
import { awaitAll } from "../text/await-all.ts";
import { defined } from "../text/defined.ts";
import { markForeign } from "../text/foreign-text.ts";
import { formatMinutes } from "../text/time/duration.ts";
import { coverageText, percent } from "../trailers/impact.ts";
import { blockerViews, childViews, stashedOn, summaryOf } from "./brief/brief.ts";
import { headView, recordOrigin } from "./head-view.ts";
import { lastHandoff } from "./last-handoff.ts";
import type { HandoffView } from "./shapes/session-views.ts";
import {
  commitViews,
  decisionViews,
  dirtyViews,
  fileViews,
  foreignMarker,
  noteViews,
  verificationViews,
} from "./view-parts.ts";
import { nextStepsOf, shallowWarnings, warningsOf } from "./warnings.ts";

/**
 * Returns the handoff of a branch and its session. `earlier`: the session belongs to a deleted branch of
 * the same name. `asks`: fetches the state of the build over the network.
 */
export async function handoffView(
  place: Place,
  branch: string,
  session: LoadedSession | undefined,
  earlier = false,
  asks = false,
): Promise<HandoffView> {
  return handoffOf(place, await gather(place, branch, session, earlier ? "earlier" : undefined), asks);
}

/** Returns the handoff of the checked-out branch, or of a detached HEAD. `asks`: see `handoffView`. */
export async function handoffHere(place: Place, asks = false): Promise<HandoffView> {
  return handoffOf(place, await gatherHere(place), asks);
}

/** Facts of a handoff that `gather` does not return. */
interface Around
  extends Pick<HandoffView, "results" | "issues" | "next" | "warnings" | "stashed" | "children"> {
  readonly details: Details;
  readonly sums: Awaited<ReturnType<typeof workOf>>;
}

async function handoffOf(place: Place, gathered: Gathered, asks = false): Promise<HandoffView> {
  const details = gatherDetails(place, gathered);
  const files = details.then((each) => each.files);
  const { written, ...around } = await awaitAll({
    details,
    sums: details.then((each) => workOf(place, gathered, each)),
    written: lastHandoff(place, gathered),
    issues: issuesOf(place, gathered),
    results: resultsOf(place, gathered, files, asks),
    next: nextStepsOf(place, gathered),
    warnings: warningsOf(place, gathered),
    stashed: stashedOn(place, gathered.branch),
    children: childViews(place, gathered),
  });
  return { ...viewOf(place, gathered, around), ...defined({ written }) };
}

function viewOf(place: Place, gathered: Gathered, { details, sums, results, warnings, ...around }: Around) {
  const { state } = gathered;
  const at = now();
  const text = foreignMarker(gathered);
  const blockers = blockerViews(gathered, at);
  const done = progress(state.objectives);
  return {
    session: { ...headView(gathered), ...recordOrigin(gathered) },
    summary: state.context.summary === undefined ? summaryOf(gathered) : text(state.context.summary),
    ...defined({ progress: done }),
    objectives: state.objectives.map((each) => ({ ...each, text: text(each.text) })),
    work: commitViews(gathered).reverse(),
    dirty: dirtyViews(gathered),
    decisions: decisionViews(gathered),
    blockers: blockers.open,
    resolved: blockers.resolved,
    numbers: numbersOf(place, gathered, { details, sums }, at),
    files: fileViews(details),
    annotations: gathered.annotations.map((each) => ({ ...each, text: markForeign(each.text) })),
    // Handoffs are stored and sent; output may contain paths of this machine.
    verified: verificationViews(gathered).map(({ output: _output, ...each }) => each),
    ...around,
    results,
    checklist: checklistOf(state.context).map((each) => ({ ...each, text: markForeign(each.text) })),
    notes: noteViews(gathered),
    warnings: [...warnings, ...resultWarnings(results), ...shallowWarnings(place)],
    command: gathered.command,
  };
}

function numbersOf(
  place: Place,
  gathered: Gathered,
  { details, sums }: Pick<Around, "details" | "sums">,
  at: string,
): HandoffView["numbers"] {
  const { commits, state } = gathered;
  const { files, added, removed, tests } = sums;
  const countOf = (change: FileChange["change"]) =>
    details.incomplete ? null : details.files.filter((each) => each.change === change).length;
  const { created, ended } = state.context;
  const coverage = coverageView(place, gathered, details);
  const until = ended ?? at;
  // "0m within less than a minute" tells a reader nothing.
  const span = (Date.parse(until) - Date.parse(created)) / 60_000;
  return {
    ...(gathered.minutes > 0 || gathered.recorded ? { time: formatMinutes(gathered.minutes) } : {}),
    ...(span >= 1 ? { span: formatMinutes(span) } : {}),
    commitTypes: countTypes(commits.map((each) => each.subject)),
    // Without a known base only the newest commits were read, so their number would be wrong.
    ...(gathered.recent || isLost(gathered) ? {} : { commits: commits.length }),
    files,
    filesAdded: countOf("added"),
    filesRemoved: countOf("removed"),
    added,
    removed,
    ...(tests === 0 ? {} : { tests }),
    ...defined({ coverage }),
  };
}

/** Compares coverage at the start of the session with coverage now; undefined without a report. */
function coverageView(place: Place, gathered: Gathered, details: Details) {
  const before = gathered.session?.events.find((each) => each.type === "session.started")?.coverage;
  // Reports in the work tree belong to the checked-out branch only.
  const after = gathered.status === undefined ? gathered.state.context.coverage : details.coverage;
  if (before === undefined && after === undefined) return undefined;
  const threshold = place.config.quality.coverage_threshold;
  return {
    ...(before === undefined ? {} : { before: percent(before) }),
    ...(after === undefined ? {} : { after: coverageText(undefined, after) }),
    threshold: `${threshold}%`,
    below: after !== undefined && after < threshold,
  };
}
