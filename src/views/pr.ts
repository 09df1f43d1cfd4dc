/** Builds a pull request's title and body from a session's commits and record. Contacts no forge. */

import { foldRecords } from "../checkpoint/combined-record.ts";
import { changesOf, testsBetween } from "../facts/changes.ts";
import type { Annotation } from "../facts/formats/annotations.ts";
import { type Gathered, gatherHere, isStacked, mergeTarget } from "../facts/gather.ts";
import { gatherStored } from "../facts/gather-stored.ts";
import { isLost } from "../facts/metrics.ts";
import { touchCounts as countTouches } from "../git/diff.ts";
import { requireBranch } from "../git/repository.ts";
import { changesToCommit, waysOut } from "../git/status.ts";
import type { Place } from "../place/place.ts";
import { templateFolders } from "../place/templates.ts";
import { childrenOf, parentOf } from "../record/child-sessions.ts";
import { namedToRead } from "../record/resolve-session.ts";
import { openTemplate } from "../render/template.ts";
import { refuseSecrets } from "../secrets/secrets.ts";
import { progress } from "../session/progress.ts";
import { branchOf } from "../session/state.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { withHint } from "../text/hint.ts";
import { neutralizeMarkdown, neutralizeTrailers, neutralizeWords } from "../text/neutralize.ts";
import { plural } from "../text/plural.ts";
import { withLocalTimes } from "../text/time/format-time.ts";
import { oneLine } from "../text/trailer-text.ts";
import { foldLines } from "../trailers/fold-lines.ts";
import { nextRecord } from "../trailers/next-record.ts";
import { decisionHolds } from "../trailers/successors.ts";
import { plainBlock } from "../trailers/write.ts";
import { blockerViews, summaryOf } from "./brief/brief.ts";
import { type Review, reviewOf } from "./review.ts";
import type {
  BlockerView,
  ChildView,
  DecisionView,
  ObjectiveView,
  ParentView,
  VerificationView,
} from "./shapes/view-parts.ts";
import { decisionViews, fileViews, hasSession, verificationViews } from "./view-parts.ts";
import { rebaseText } from "./warnings.ts";

export interface PullRequest {
  readonly title: string;
  readonly branch: string;
  /** The branch into which to merge; absent if unknown. */
  readonly base?: string;
  /** The parent session, whose branch must be merged first. */
  readonly parent?: ParentView;
  /** Sessions that were started from this session. */
  readonly children: readonly ChildView[];
  readonly summary: string;
  readonly progress?: string;
  readonly objectives: readonly ObjectiveView[];
  readonly decisions: readonly DecisionView[];
  readonly verified: readonly VerificationView[];
  readonly review: Review;
  /** Number of added tests minus removed tests, counted in the diff; null if unknown. */
  readonly tests: number | null;
  readonly blockers: readonly BlockerView[];
  readonly annotations: readonly Annotation[];
  /** Trailers for the last paragraph, see git-interpret-trailers(1). Empty without a record. */
  readonly trailers: string;
  /** Markdown for a forge: the text, followed by the trailers. */
  readonly body: string;
}

/**
 * Returns the pull request of a named session, or of the checked-out branch. Covers committed work only; a
 * notice counts uncommitted changes.
 * @throws Failure `unknown-session`, `detached`, `secrets-found`
 */
export async function pullRequest(place: Place, name: string | undefined) {
  const gathered = await gatherNamed(place, name);
  const view = await viewOf(place, gathered);
  const template = await openTemplate("pr.md", templateFolders(place));
  const text = neutralizeMarkdown(await template.render(withLocalTimes(place.config, view))).trimEnd();
  const body = view.trailers === "" ? `${text}\n` : `${text}\n\n${view.trailers}`;
  await refuseSecrets(
    place,
    [
      { name: "title", text: view.title },
      { name: "body", text: body },
    ],
    "the pull request",
  );
  noticeOmissions(place, gathered);
  return { request: { ...view, body }, problems: template.problems };
}

async function gatherNamed(place: Place, name: string | undefined): Promise<Gathered> {
  const session = name === undefined ? undefined : await namedToRead(place, name);
  if (!session) {
    requireBranch(place.repository);
    return gatherHere(place);
  }
  return gatherStored(place, branchOf(session.state.context), session);
}

async function viewOf(place: Place, gathered: Gathered): Promise<Omit<PullRequest, "body">> {
  const { state, commits, branch } = gathered;
  const { context, objectives } = state;
  const { changes, touches, tests } = await commitsChange(place, gathered);
  const only = commits.length === 1 ? commits[0] : undefined;
  const done = progress(objectives);
  const recorded = gathered.recorded ? [nextRecord(state)] : [];
  // The newest commits of a default branch carry records of merged sessions, not of its own work.
  const isTold = recorded.length > 0 || (!gathered.recent && commits.some((each) => each.record));
  const folded = { files: { tree: gathered.tip ?? "" }, ...defined({ between: changes.between }) };
  const replaced = commits.map((each) => each.commit).reverse();
  const block = isTold ? plainBlock(await foldRecords(place, replaced, recorded, folded)) : "";
  return {
    title: oneLine(only?.subject ?? (hasSession(gathered) ? neutralizeWords(context.title) : branch)).slice(
      0,
      256,
    ),
    branch,
    ...defined({
      base: mergeTarget(gathered) ?? gathered.rebase?.onto,
      parent: isStacked(gathered) && !gathered.rebase ? await parentOf(place, context) : undefined,
    }),
    children: await childrenOf(place, gathered.session),
    summary: context.summary ?? summaryOf(gathered),
    ...defined({ progress: done }),
    objectives: objectives.map(({ id, mark, text }) => ({ id, mark, text })),
    decisions: decisionViews(gathered).filter(decisionHolds),
    verified: verificationViews(gathered),
    review: reviewOf(fileViews({ ...changes, touches }), changes.incomplete),
    tests: changes.incomplete ? null : tests.added - tests.removed,
    blockers: blockerViews(gathered, now()).open,
    annotations: gathered.annotations.map(({ tag, path, line, text }) => ({ tag, path, line, text })),
    trailers: foldLines(neutralizeTrailers(block)),
  };
}

/** Returns changes of the branch's commits, without uncommitted changes. */
async function commitsChange(place: Place, gathered: Gathered) {
  const { revisions } = gathered.range;
  const [changes, counts] = await Promise.all([
    changesOf(place, gathered, { committed: true }),
    revisions.length === 0 ? new Map<string, number>() : countTouches(place.repository.root, revisions),
  ]);
  const tests = await testsBetween(place, changes.between);
  return { changes, touches: counts, tests };
}

function noticeOmissions(place: Place, gathered: Gathered): void {
  const { status, commits, operation, recorded, rebase } = gathered;
  if (rebase) place.notices.push(rebaseText(rebase));
  const dirty = status ? changesToCommit(status).length : 0;
  const commands = operation ? waysOut(operation) : recorded ? ["session checkpoint"] : [];
  if (dirty > 0)
    place.notices.push(
      commands.reduce(withHint, `${plural(dirty, "change")} not committed, so not in this text`),
    );
  if (isLost(gathered)) place.notices.push("git no longer has the commits of this branch.");
  else if (commits.length === 0) place.notices.push("This branch has no commits of its own.");
}
