/** What the reader should know before believing anything else, and what to do next: sentences with foreign text marked. */

import type { Gathered } from "../facts/gather.ts";
import { offerText } from "../history/branch.ts";
import type { Place } from "../place/place.ts";
import { unchecked } from "../session/checklist.ts";
import { headline } from "../session/session.ts";
import { short } from "../text/day.ts";
import { defined } from "../text/defined.ts";
import { plural } from "../text/plural.ts";
import { quoted } from "../text/visible.ts";
import { pendingOf } from "../trailers/record.ts";
import { ownText } from "./parts.ts";
import { type NextStep, nextSteps } from "./shapes/next.ts";

/** What the reader should know before believing anything else: one sentence each. */
export function warningsOf(gathered: Gathered): string[] {
  const { session, operation, range, commits, status, gone, offer } = gathered;
  const warnings: string[] = [];
  if (gathered.detached)
    warnings.push(
      gathered.branch === ""
        ? "HEAD is detached, and a session belongs to a branch."
        : `HEAD is detached: ${quoted(gathered.branch)} is being rebased.`,
    );
  if (offer) warnings.push(offerText(offer, gathered.branch));
  if (gone)
    warnings.push(
      `The branch ${quoted(gathered.branch)} is gone; what is said here was true of it when it went.`,
    );
  if (operation)
    warnings.push(`A ${operation.name} is not finished (${operation.finish}, or ${operation.abort}).`);
  if (status && status.unmerged.length > 0)
    warnings.push(
      `${plural(status.unmerged.length, "file")} with conflicts: ${status.unmerged.slice(0, 5).map(quoted).join(", ")}.`,
    );
  const { work } = session?.state.context ?? {};
  if (work)
    warnings.push(
      work.step === undefined
        ? `Unfinished work (${plural(work.files, "file")}) is put away: session resume brings it back.`
        : "A switch was interrupted, and the work tree may be halfway: session resume finishes it.",
    );
  for (const problem of session?.problems ?? []) warnings.push(`${quoted(problem)}.`);
  if (gathered.taken.length > 0)
    warnings.push(
      `Checkpoints of another clone changed ${gathered.taken.map(quoted).join(", ")}: session resume takes it over.`,
    );
  if (range.rewritten)
    warnings.push(
      "The commit that this session started from is no longer part of the branch: its history was rewritten.",
    );
  const dropped = droppedDecisions(gathered);
  warnings.push(...dropped);
  const oids = new Set(commits.map((each) => each.commit.oid));
  const lost = (session?.events ?? []).filter(
    (each) => each.type === "checkpoint" && typeof each.commit === "string" && !oids.has(each.commit),
  );
  if (lost.length > 0 && dropped.length === 0 && !gone && !gathered.shallow && !gathered.detached)
    warnings.push(
      `${plural(lost.length, "checkpoint")} of the log ${lost.length === 1 ? "is" : "are"} no longer on the branch under the same id: rewritten or reset.`,
    );
  return warnings;
}

/** What is pending again, and which commit took it along. */
function droppedDecisions({ trace, gone }: Gathered): string[] {
  const byCommit = new Map<string, string[]>();
  for (const [id, commit] of trace.was) byCommit.set(commit, [...(byCommit.get(commit) ?? []), id]);
  return [...byCommit].map(([commit, ids]) => {
    const [are, them] = ids.length === 1 ? ["is", "it"] : ["are", "them"];
    const where = gone
      ? "in no branch, tag or remote"
      : `no longer on this branch; the next checkpoint carries ${them}`;
    return `${ids.map(quoted).join(", ")} ${are} pending again: the commit that carried ${them} (${short(commit)}) is ${where}.`;
  });
}

/** Where the clone ends, a text about history is no whole one. */
export function shallowness({ repository }: Place): string[] {
  return repository.shallow
    ? ["The history is shallow: what came before was not cloned (git fetch --unshallow)."]
    : [];
}

export function nextOf(gathered: Gathered): NextStep[] {
  const { state, status, operation } = gathered;
  if (gathered.gone) return [];
  const text = ownText(gathered);
  const items = <T extends { readonly id: string; readonly text: string }>(all: readonly T[]) =>
    all.map((each) => ({ ...each, text: text(headline(each.text), each.text) }));
  const failed = [...state.context.verified]
    .reverse()
    .find(
      (each, at, all) =>
        all.findIndex((other) => other.command === each.command) === at && each.result === "failed",
    );
  return nextSteps({
    recorded: gathered.recorded,
    source: gathered.source,
    command: gathered.command,
    ...(gathered.offer && gathered.offer.why !== "earlier"
      ? { offered: gathered.offer.session.state.context.id }
      : {}),
    ...(gathered.branch === "" ? {} : { branch: gathered.branch }),
    objectives: items(state.objectives),
    blockers: items(state.blockers),
    ...defined({ unfinished: operation }),
    staged: status?.staged.length ?? 0,
    changed: status?.unstaged.length ?? 0,
    untracked: status?.untracked.length ?? 0,
    pendingDecisions: pendingOf(state).decisions.length,
    ...(failed === undefined ? {} : { failed: failed.command }),
    unchecked: unchecked(state.context),
    ...defined({ baseBranch: state.context.base.branch }),
  });
}
