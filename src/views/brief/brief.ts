/** Gathers the view of a brief for the checked-out branch or commit. brief-text.ts renders it. */
import { rulesInForce } from "../../checkpoint/rules.ts";
import { gatherOverview } from "../../facts/details.ts";
import { isNameless } from "../../facts/formats/subject.ts";
import { type Gathered, gatherHere, mergeTarget } from "../../facts/gather.ts";
import { issuesOf } from "../../facts/issues.ts";
import { projectCommands } from "../../facts/project.ts";
import { resultsOf, resultWarnings } from "../../facts/results.ts";
import { changedFiles, type FileChange } from "../../git/diff.ts";
import { stashes } from "../../git/history/reflog.ts";
import type { Place } from "../../place/place.ts";
import { childrenOf } from "../../record/child-sessions.ts";
import { checklistOf } from "../../session/checklist.ts";
import { currentObjective, openObjectives, progress } from "../../session/progress.ts";
import { isEnded } from "../../session/state.ts";
import { titleOfBranch } from "../../session/titles.ts";
import { awaitAll } from "../../text/await-all.ts";
import { defined } from "../../text/defined.ts";
import { markForeign } from "../../text/foreign-text.ts";
import { shellWord } from "../../text/shell.ts";
import { age } from "../../text/time/duration.ts";
import { isoTime } from "../../text/time/format-time.ts";
import { decisionHolds } from "../../trailers/successors.ts";
import { headView, recordOrigin, standText } from "../head-view.ts";
import { lastHandoff } from "../last-handoff.ts";
import type { BriefView } from "../shapes/session-views.ts";
import type { BlockerView, ChildView, EndingView, FileView, ObjectiveView } from "../shapes/view-parts.ts";
import {
  commitViews,
  decisionViews,
  dirtyViews,
  fileViews,
  foreignMarker,
  noteViews,
  verificationViews,
} from "../view-parts.ts";
import { nextStepsOf, otherWorktreeWarnings, shallowWarnings, warningsOf } from "../warnings.ts";
import { decisionsOfOthers, upstreamCommits } from "./others-work.ts";

type Around = Awaited<ReturnType<typeof aroundOf>>;

/**
 * Returns the brief of the checked-out branch or commit, with all facts that a reader needs to start work.
 */
export async function briefView(place: Place): Promise<BriefView> {
  const gathered = await gatherHere(place);
  return viewOf(place, gathered, await aroundOf(place, gathered));
}

/** Gathers the remaining facts of a brief concurrently. */
function aroundOf(place: Place, gathered: Gathered) {
  const overview = gatherOverview(place, gathered);
  const files = overview.then((each) => each.files);
  return awaitAll({
    overview,
    commands: projectCommands(place),
    decisionsOn: decisionsOfOthers(place, gathered),
    upstream: upstreamCommits(place, gathered, files),
    handoff: lastHandoff(place, gathered),
    issues: issuesOf(place, gathered),
    results: resultsOf(place, gathered, files),
    next: nextStepsOf(place, gathered),
    warnings: warningsOf(place, gathered),
    otherWorktrees: otherWorktreeWarnings(place),
    stashed: stashedOn(place, gathered.branch),
    children: childViews(place, gathered),
    sizes: uncommittedSizes(place, gathered),
    rules: rulesInForce(place).then((each) => each.rules),
    guesses: isGuess(gathered) ? guesses(gathered) : undefined,
  });
}

function viewOf(place: Place, gathered: Gathered, around: Around): BriefView {
  const { config } = place;
  const { state, range } = gathered;
  const { overview, upstream, handoff } = around;
  const guessed = around.guesses !== undefined;
  const done = progress(state.objectives);
  const { architecture, patterns, conventions } = config.context;
  const verified = verificationViews(gathered);
  const text = foreignMarker(gathered);
  const blockers = blockerViews(gathered);
  const dirty = dirtyViews(gathered, around.sizes);
  const inPlay = new Set([...overview.files.map((each) => each.path), ...dirty.map((each) => each.path)]);
  const base = markForeign(range.drift?.base ?? "");
  const { architectureText, conventionsText } = overview;
  return {
    session: { ...headView(gathered), ...recordOrigin(gathered) },
    guessed,
    objectives:
      around.guesses ??
      state.objectives.map((each) => ({ id: each.id, mark: each.mark, text: text(each.text) })),
    ...defined({ progress: done }),
    next: around.next,
    ...defined({ ending: endingOf(place, gathered) }),
    blockers: blockers.open,
    resolved: blockers.resolved,
    stashed: around.stashed,
    children: around.children,
    warnings: [
      ...around.warnings,
      ...around.otherWorktrees,
      ...shallowWarnings(place),
      ...resultWarnings(around.results),
    ],
    annotations: gathered.annotations.map((each) => ({ ...each, text: markForeign(each.text) })),
    ...(architecture === undefined ? {} : { architecture: markForeign(architecture) }),
    patterns: patterns.map(markForeign),
    conventions: conventions.map(markForeign),
    rules: around.rules.map(({ name, say, severity = "warning" }) => ({
      ...{ name: markForeign(name), severity },
      ...defined({ say: say === undefined ? undefined : markForeign(say) }),
    })),
    commands: around.commands,
    ...defined({ architectureText, conventionsText }),
    work: commitViews(gathered, true),
    recent: gathered.recent,
    upstream: upstream.commits,
    upstreamMore: upstream.more,
    ...(range.drift === undefined ? {} : { upstreamBase: range.drift.base }),
    // Sorts newest first: a brief over its limit loses the end of the list, and new decisions matter most.
    decisions: decisionViews(gathered).filter(decisionHolds).reverse(),
    related: around.decisionsOn(inPlay),
    verified,
    results: around.results,
    issues: around.issues,
    checklist: checklistOf(state.context).map((each) => ({ ...each, text: markForeign(each.text) })),
    files: markUncommitted(fileViews(overview), dirty).map((each) =>
      upstream.files.has(each.path) ? { ...each, elsewhere: base } : each,
    ),
    dirty,
    notes: noteViews(gathered).reverse(),
    ...defined({ handoff }),
  };
}

/** Returns sessions that were started from this session, with foreign text marked. */
export async function childViews(place: Place, gathered: Gathered): Promise<ChildView[]> {
  const children = await childrenOf(place, gathered.session);
  return children.map(({ title, branch, done, summary, ...each }) => ({
    ...each,
    branch: markForeign(branch),
    ...(title === undefined ? {} : { title: markForeign(title) }),
    ...(done === undefined ? {} : { done: done.map(markForeign) }),
    ...(summary === undefined ? {} : { summary: markForeign(summary) }),
  }));
}

/**
 * Returns messages of stash entries made on a branch, newest first, without the branch name, see
 * git-stash(1).
 */
export async function stashedOn(place: Place, branch: string): Promise<string[]> {
  const messages = await stashes(place.repository);
  return messages.flatMap((each) => {
    const [, on, said] = /^(?:On|WIP on) (.+?): (.*)$/.exec(each) ?? [];
    return on === branch && said !== undefined ? [markForeign(said)] : [];
  });
}

/**
 * Returns uncommitted changes with added and removed lines. Starts no process if the work tree is clean.
 */
async function uncommittedSizes({ repository }: Place, { status }: Gathered): Promise<readonly FileChange[]> {
  const { root, head } = repository;
  if (!status || head === undefined || status.staged.length + status.unstaged.length === 0) return [];
  return (await changedFiles(root, [head])) ?? [];
}

/** Returns the command that ends the session by a merge into its base branch; undefined without a base. */
function endingOf({ config }: Place, gathered: Gathered): EndingView | undefined {
  const branch = mergeTarget(gathered);
  if (!gathered.recorded || branch === undefined || isEnded(gathered.state.context.state)) return undefined;
  const { quality } = config;
  const needs = quality.block_merge_on_quality
    ? [
        `coverage of ${quality.coverage_threshold}%`,
        `${quality.new_code_coverage_threshold}% of new lines`,
        ...(quality.require_tests ? ["tests with changed code"] : []),
      ]
    : [];
  return { command: `session end --merge-to ${shellWord(branch)}`, needs };
}

/** Returns whether objectives must be guessed. A recorded session may have no objectives without a guess. */
function isGuess({ state, recorded, source }: Gathered): boolean {
  return state.objectives.length === 0 && (recorded || source.kind === "guess");
}

/**
 * Guesses objectives from the branch name, its first commit, and issues that names and messages mention.
 */
async function guesses(gathered: Gathered): Promise<ObjectiveView[]> {
  if (gathered.recent || gathered.state.context.base.branch === undefined) return [];
  const { branch, commits } = gathered;
  const last = branch.split("/").at(-1) ?? "";
  const first = commits.at(-1)?.subject.slice(0, 200);
  const own = gathered.recorded ? gathered.state.context.title : titleOfBranch(branch || "HEAD");
  const text = (isNameless(last) ? first : undefined) ?? (branch === "" ? first : own);
  if (text === undefined) return [];
  const messages = commits.map((each) => each.commit.message.slice(0, 2000));
  const { issueNames } = await import("../../facts/formats/issues.ts");
  const issues = issueNames(branch, messages).slice(0, 5);
  return [
    { id: "guess", mark: "active", text: markForeign(text) },
    ...(issues.length === 0
      ? []
      : [
          { id: "guess", mark: "active" as const, text: `it is about ${issues.map(markForeign).join(", ")}` },
        ]),
  ];
}

/**
 * Returns open blockers with the day they were added, and resolved blockers with their duration. `now`: show
 * ages in place of days.
 */
export function blockerViews(gathered: Gathered, now?: string) {
  const text = foreignMarker(gathered);
  const view = (each: Gathered["state"]["blockers"][number]): BlockerView => {
    const until = each.resolved ? each.finished : now;
    const open = each.added === undefined || until === undefined ? undefined : age(each.added, until);
    const since =
      each.added === undefined || now !== undefined || each.resolved ? undefined : isoTime(each.added);
    return {
      id: each.id,
      text: text(each.text),
      ...(each.link === undefined ? {} : { link: text(each.link) }),
      ...defined({ age: open, since }),
      ...(each.note === undefined ? {} : { note: text(each.note) }),
    };
  };
  const { blockers } = gathered.state;
  return {
    open: blockers.filter((each) => !each.resolved).map(view),
    resolved: blockers.filter((each) => each.resolved).map(view),
  };
}

/**
 * Returns one sentence on the progress of objectives and the branch, for a session without a written
 * summary.
 */
export function summaryOf(gathered: Gathered): string {
  const { state, range } = gathered;
  const done = progress(state.objectives);
  const current = currentObjective(state.objectives);
  const parts = [
    done === undefined ? "No objectives were recorded" : `${done.replace(" done", "")} objectives are done`,
  ];
  if (done !== undefined && openObjectives(state.objectives).length > 0 && current)
    parts.push(`${current.id} is ${current.mark === "active" ? "in progress" : "next"}`);
  const stand = standText(gathered);
  if (stand && (gathered.merged || range.drift?.ahead)) parts.push(`the branch is ${stand}`);
  return `${parts.join("; ")}.`;
}

/** Marks files that have only uncommitted changes: their sizes equal those in `dirty`. */
function markUncommitted(files: readonly FileView[], dirty: readonly FileView[]): FileView[] {
  const sizes = new Map(dirty.map((each) => [each.path, `${each.added} ${each.removed}`]));
  return files.map((each) =>
    sizes.get(each.path) === `${each.added} ${each.removed}` ? { ...each, uncommitted: true } : each,
  );
}
