/**
 * Builds the head of status, brief and handoff: the session, and how its branch stands to base and upstream.
 * Gathers no facts, except the names of documents.
 */
import type { Gathered } from "../facts/gather.ts";
import { documentNames } from "../store/workspace.ts";
import { defined } from "../text/defined.ts";
import { markForeign } from "../text/foreign-text.ts";
import { plural } from "../text/plural.ts";
import { formatMinutes } from "../text/time/duration.ts";
import { isoTime, shortId } from "../text/time/format-time.ts";
import type { SessionHeadView } from "./shapes/view-parts.ts";
import { clipped, foreignMarker, hasSession } from "./view-parts.ts";

/** Returns the session's title. Marks branch names, and titles from another clone's records, as foreign. */
function titleOf(gathered: Gathered): string {
  const { branch, state, tip } = gathered;
  if (branch === "") return `Detached HEAD${tip === undefined ? "" : ` at ${shortId(tip)}`}`;
  if (!hasSession(gathered)) return markForeign(branch);
  return foreignMarker(gathered)(state.context.title);
}

/** Returns the head of a view: ids, title, branch, state and times of the session. */
export function headView(gathered: Gathered): SessionHeadView {
  const { state, commits, history, tip, source } = gathered;
  const { context } = state;
  const text = foreignMarker(gathered);
  const newest = tip === undefined ? commits[0] : history.find((each) => each.commit.oid === tip);
  return {
    id: context.id,
    title: titleOf(gathered),
    branch: gathered.branch,
    state: phaseOf(gathered),
    record: source,
    ...defined({ baseBranch: context.base.branch }),
    ...(context.base.commit === undefined ? {} : { baseCommit: shortId(context.base.commit) }),
    ...(context.created === "" ? {} : { started: isoTime(context.created) }),
    ...(context.ended === undefined ? {} : { ended: isoTime(context.ended) }),
    ...(hasSession(gathered) ? { time: formatMinutes(gathered.minutes) } : {}),
    ...(tip === undefined ? {} : { commit: shortId(tip) }),
    ...(newest === undefined ? {} : { subject: clipped(newest.subject) }),
    ...defined({ drift: standText(gathered) }),
    ...defined({ upstream: upstreamText(gathered) }),
    tags: context.tags.map((each) => text(each)),
    ...defined({ workspace: workspaceOf(gathered) }),
  };
}

/**
 * Returns the source of a record that another clone created, as `{ from }`; empty for a record created in
 * this clone.
 */
export function recordOrigin({ own: { from } }: Gathered): Pick<SessionHeadView, "from"> {
  return from === undefined ? {} : { from };
}

/** Maximum documents that the head of a view names. */
const DOCUMENTS = 5;

function workspaceOf({ session }: Gathered): SessionHeadView["workspace"] {
  const names = session && session.folder !== "" ? documentNames(session.folder) : [];
  if (names.length === 0) return undefined;
  const shown = names.slice(0, DOCUMENTS);
  return { names: shown.map(markForeign), more: names.length - shown.length };
}

function phaseOf(gathered: Gathered): string {
  if (!hasSession(gathered)) return "no session";
  const { kind } = gathered.source;
  return kind === "commits" || kind === "snapshot" ? "not resumed" : gathered.state.context.state;
}

/**
 * Returns the number of commits ahead of and behind the upstream branch, as text; undefined without an
 * upstream.
 */
function upstreamText({ status }: Gathered): string | undefined {
  const { upstream, ahead, behind } = status ?? {};
  if (upstream === undefined || ahead === undefined || behind === undefined) return undefined;
  if (ahead + behind === 0) return `up to date with ${markForeign(upstream)}`;
  const parts = [...(ahead > 0 ? [`${ahead} ahead of`] : []), ...(behind > 0 ? [`${behind} behind`] : [])];
  return `${parts.join(", ")} ${markForeign(upstream)}`;
}

/**
 * Returns the relation of the branch to its base as text: merged, or ahead and behind. Undefined without a
 * base.
 */
export function standText({ merged, range }: Pick<Gathered, "merged" | "range">): string | undefined {
  if (!merged) return range.drift && driftText(range.drift);
  const commit = merged.commit === undefined ? "" : ` as ${shortId(merged.commit)}`;
  return `merged into ${markForeign(merged.onto)}${commit}`;
}

/**
 * Returns the number of commits ahead of and behind the base, as text: `3 commits ahead of, 1 behind main`.
 */
function driftText(drift: { ahead: number; behind: number; base: string }): string {
  const base = markForeign(drift.base);
  if (drift.ahead === 0 && drift.behind === 0) return `up to date with ${base}`;
  const ahead = drift.ahead === 0 ? [] : [`${plural(drift.ahead, "commit")} ahead of`];
  const behind =
    drift.behind === 0 ? [] : [`${drift.ahead === 0 ? plural(drift.behind, "commit") : drift.behind} behind`];
  return `${[...ahead, ...behind].join(", ")} ${base}`;
}
