import { rm } from "node:fs/promises";
import path from "node:path";
import { type Checkpoint, checkpoint, refuseUnfinished } from "../checkpoint/checkpoint.ts";
import { checkQuality } from "../checkpoint/quality.ts";
import { changesOf, testsBetween } from "../facts/changes.ts";
import { gather } from "../facts/gather.ts";
import { gitFailure, identityFailure } from "../git/failure.ts";
import { ask } from "../git/read.ts";
import { deleteBranch, pushCommand, refCommit } from "../git/refs.ts";
import { openRepository, requireBranch } from "../git/repository.ts";
import { worktreeBranches } from "../git/worktrees.ts";
import { workOfDiff } from "../insight/counting/metrics.ts";
import { homes, type Place } from "../place/place.ts";
import { event, withSession } from "../record/change.ts";
import { atWorkFailure, othersAtWork } from "../record/runs.ts";
import { currentSession } from "../record/session.ts";
import { refuseSecrets } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import { checkText, type SessionState } from "../session/state.ts";
import { filesOfSession, writeSnapshot } from "../snapshots/snapshot.ts";
import { writeAtomic } from "../store/files.ts";
import { saveSession } from "../store/save.ts";
import { keepAside } from "../store/sessions.ts";
import type { LoadedSession } from "../store/state.ts";
import { now } from "../surroundings.ts";
import { inUtc } from "../text/day.ts";
import { defined } from "../text/defined.ts";
import { withoutHome } from "../text/home.ts";
import { word } from "../text/shell.ts";
import { keepTranscripts } from "../transcripts/copy.ts";
import { handoffView } from "../views/handoff.ts";
import type { HandoffView } from "../views/shapes/views.ts";
import { settled } from "../worktree/settle.ts";
import { type MergeKind, mergeInto, refuseMerge } from "./merge.ts";

export interface EndRequest {
  /** Write the handoff; undefined: as `session.handoff_on_end` says. */
  readonly handoff?: boolean;
  readonly summary?: string;
  readonly mergeTo?: string;
  readonly merge?: MergeKind;
  readonly deleteBranch?: boolean;
  /** Merge although quality is below the thresholds, and end although an agent is at work. */
  readonly force?: boolean;
  readonly verify?: boolean;
  /** Turns the view into the text that is kept; the place's dates are in UTC. */
  readonly render: (place: Place, view: HandoffView) => Promise<string>;
}

export interface Ended {
  readonly place: Place;
  readonly state: SessionState;
  readonly checkpoint?: Checkpoint;
  readonly handoff?: { readonly view: HandoffView; readonly text: string };
  readonly snapshot: string;
  readonly merged?: {
    readonly into: string;
    readonly commit: string;
    /** The target had all of it before. */
    readonly nothing: boolean;
    /** The command that pushes the target. */
    readonly push?: string;
  };
  readonly deletedBranch: boolean;
  readonly leftOut: readonly string[];
}

/**
 * Ends the session of this branch: a last checkpoint if there is something to commit, the handoff, the merge if asked,
 * a snapshot; the local folder is moved away only when the snapshot is safe. Until then the session stays active.
 * Failures: those of `checkpoint`; `session-at-work`; `below-quality`; `merge-conflict` (exit 4, undone whole); `no-identity`.
 */
export async function end(asked: Place, request: EndRequest): Promise<Ended> {
  const place = await settled(asked);
  const branch = requireBranch(place.repository);
  const session = await currentSession(place);
  const [others] = await Promise.all([othersAtWork(place), refuseUnfinished(place), requireIdentity(place)]);
  const other = others.get(session.state.context.id);
  if (other && !request.force) throw atWorkFailure(other);
  const target =
    request.mergeTo === undefined ? undefined : await mergeTarget(place, branch, request.mergeTo);
  if (request.deleteBranch && target === undefined)
    throw new Failure("usage", "--delete-branch goes with --merge-to: an unmerged branch is not deleted");
  const summary =
    request.summary === undefined ? undefined : withoutHome(checkText(request.summary, "a summary"), homes());
  if (target !== undefined && !request.force) await checkQuality(place, await gather(place, branch, session));

  if (summary !== undefined)
    await refuseSecrets(place, [{ name: "summary", text: summary }], "the snapshot and the handoff", {
      stays: true,
    });

  const { merge: kind = "default", verify = true } = request;
  const merging = target === undefined ? undefined : { branch, target, kind, verify };
  if (merging) await refuseMerge(place, merging, session.folder);

  const last = await finalCheckpoint(place, request);
  const here = { ...place, repository: await openRepository(place.repository.root) };
  await keepTranscripts(here);
  return withSession(here, branch, async (found, lock) => {
    const { context } = found.state;
    const closing: SessionState = { ...found.state, context: { ...context, ...defined({ summary }) } };
    const view = await handoffView(here, branch, {
      ...found,
      state: { ...closing, context: { ...closing.context, state: "ended", ended: now() } },
    });
    const wanted = request.handoff ?? place.config.session.handoff_on_end;
    const text = wanted ? await request.render({ ...here, config: inUtc(here.config) }, view) : undefined;

    const numbers = await numbersOf(here, branch, found);

    const merged = merging && (await mergeInto(here, merging, closing, found.folder));
    const at = now();
    const ended: SessionState = { ...closing, context: { ...closing.context, state: "ended", ended: at } };
    const events = [
      ...(text === undefined ? [] : [event("handoff.written", { commit: here.repository.head })]),
      event(
        "session.ended",
        { ...numbers, merged: merged?.into, commit: merged?.nothing ? undefined : merged?.commit, summary },
        at,
      ),
    ];
    let snapshot: string;
    try {
      if (text !== undefined) await writeAtomic(path.join(found.folder, "handoff.md"), text);
      else await rm(path.join(found.folder, "handoff.md"), { force: true });
      const after = await gather(
        { ...here, repository: await openRepository(place.repository.root) },
        branch,
        { ...found, state: ended },
      );
      await saveSession(found, ended, events, lock);
      snapshot = await writeSnapshot(here, after, await filesOfSession(found.folder));
      await keepAside(place.sessionsDir, found.folder, context.id, lock);
      await merged?.done();
    } catch (error) {
      await merged?.takeBack().catch((second: Error) => place.notices.push(second.message));
      throw error;
    }
    const push = merged && (await pushCommand(place.repository.root, merged.into));
    const deleted = request.deleteBranch === true && merged !== undefined;
    if (context.work)
      place.notices.push(
        `Its unfinished work stays put away: session resume ${context.id} brings both back.`,
      );
    if (deleted) await deleteBranch(place.repository.root, branch, request.merge === "squash");
    return {
      place: here,
      state: ended,
      ...defined({ checkpoint: last }),
      ...(text === undefined ? {} : { handoff: { view, text } }),
      snapshot,
      ...(merged && {
        merged: { into: merged.into, commit: merged.commit, nothing: merged.nothing, ...defined({ push }) },
      }),
      deletedBranch: deleted,
      leftOut: last?.leftOut ?? [],
    };
  });
}

/** What the session's commits changed, for whoever asks when they are gone, or their base has moved. */
async function numbersOf(place: Place, branch: string, session: LoadedSession) {
  const { between, files } = await changesOf(place, await gather(place, branch, session), {
    committed: true,
  });
  return workOfDiff(files, await testsBetween(place, between));
}

async function finalCheckpoint(place: Place, request: EndRequest): Promise<Checkpoint | undefined> {
  try {
    return await checkpoint(place, {
      label: "session-end",
      unattended: true,
      verify: request.verify ?? true,
    });
  } catch (error) {
    if (error instanceof Failure && error.code === "nothing-to-commit") return undefined;
    throw error;
  }
}

/** A snapshot needs a name on it: asked for before anything is done. Failure `no-identity`. */
async function requireIdentity(place: Place): Promise<void> {
  const answer = await ask(place.repository.root, ["var", "GIT_COMMITTER_IDENT"]);
  if (answer.code !== 0) throw identityFailure(answer.stderr) ?? gitFailure(["var"], answer.stderr);
}

/** The branch to merge into, checked before anything happens. */
async function mergeTarget(place: Place, branch: string, target: string): Promise<string> {
  const { root } = place.repository;
  if (target === branch) throw new Failure("usage", `${branch} cannot be merged into itself`);
  const [commit, worktrees] = await Promise.all([
    refCommit(root, `refs/heads/${target}`),
    worktreeBranches(root),
  ]);
  if (commit === undefined)
    throw new Failure("unknown-branch", `there is no branch ${target}`, { hint: "git branch lists them" });
  const elsewhere = worktrees.get(target);
  if (elsewhere !== undefined)
    throw new Failure("checked-out-elsewhere", `${target} is checked out in ${elsewhere}`, {
      hint: `merge there: git -C ${word(elsewhere)} merge ${word(branch)}`,
    });
  return target;
}
