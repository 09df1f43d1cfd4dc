/** Gathers the view of `session status` for the checked-out branch. Changes nothing. */
import { type Gathered, gatherHere, isStacked } from "../facts/gather.ts";
import { trackedChanges } from "../git/status.ts";
import type { Place } from "../place/place.ts";
import { childrenOf, parentOf } from "../record/child-sessions.ts";
import { checklistOf } from "../session/checklist.ts";
import { progress } from "../session/progress.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { visibleView } from "../text/foreign-text.ts";
import { age } from "../text/time/duration.ts";
import { pendingOf } from "../trailers/next-record.ts";
import { headView } from "./head-view.ts";
import type { StatusView } from "./shapes/session-views.ts";
import type { BuildView } from "./shapes/view-parts.ts";
import { commitViews, decisionViews, dirtyViews, verificationViews } from "./view-parts.ts";
import { nextStepsOf, warningsOf } from "./warnings.ts";

/**
 * Returns the status of the checked-out branch and its session, if it has one.
 * `asks`: fetches the state of the build over the network.
 */
export async function statusOf(place: Place, asks = false): Promise<StatusView> {
  const gathered = await gatherHere(place);
  const { state, status } = gathered;
  const work = commitViews(gathered);
  const checkpoints = work.filter((each) => each.kind === "checkpoint");
  const done = progress(state.objectives);
  const at = now();
  const parent = isStacked(gathered) ? await parentOf(place, state.context) : undefined;
  const children = gathered.recorded ? await childrenOf(place, gathered.session) : [];
  const build = asks ? await buildAsked(place, gathered) : undefined;
  return visibleView({
    session: headView(gathered),
    recorded: gathered.recorded,
    ...defined({ progress: done, parent }),
    children,
    objectives: state.objectives,
    blockers: state.blockers.map((each) =>
      each.resolved || each.added === undefined ? each : { ...each, age: age(each.added, at) },
    ),
    decisions: decisionViews(gathered),
    pending: pendingOf(state).decisions.map((each) => each.id),
    checkpoints: checkpoints.length,
    // Without a known base only the newest commits were read, so their number would be wrong.
    ...(gathered.recent ? {} : { commits: work.length - checkpoints.length }),
    ...defined({ lastCheckpoint: checkpoints[0] }),
    staged: status?.staged.length ?? 0,
    changed: status?.unstaged.length ?? 0,
    untracked: status?.untracked.length ?? 0,
    tracked: status === undefined ? 0 : trackedChanges(status).length,
    files: dirtyViews(gathered),
    annotations: gathered.annotations,
    verified: verificationViews(gathered),
    checklist: checklistOf(state.context),
    ...defined({ build }),
    ...(status?.upstream === undefined
      ? {}
      : { upstream: { name: status.upstream, ahead: status.ahead ?? null, behind: status.behind ?? null } }),
    warnings: await warningsOf(place, gathered),
    next: await nextStepsOf(place, gathered),
  });
}

/** Fetches the state of the build. Imports its modules late, so that a plain status stays fast. */
async function buildAsked(place: Place, gathered: Gathered): Promise<BuildView | undefined> {
  const [{ askBuild }, { buildView }] = await Promise.all([
    import("../facts/ask-build.ts"),
    import("../facts/results.ts"),
  ]);
  const build = await askBuild(place, gathered);
  return build && buildView(gathered, build);
}
