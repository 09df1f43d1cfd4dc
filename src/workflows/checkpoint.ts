import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { forgetIntent, commit as gitCommit, intendToAdd } from "../git/commit.ts";
import { type Commit, log } from "../git/commits.ts";
import { changedFiles, emptyTree, type FileChange, literal, patch } from "../git/diff.ts";
import { requireBranch } from "../git/repository.ts";
import { unfinishedOperation, type WorkTreeStatus, workTreeStatus } from "../git/status.ts";
import { type ReadCommit, readCommits, subjectOf, withCarried } from "../model/checkpoints.ts";
import { appendDecisions } from "../model/decisionlog.ts";
import { proposeSubject } from "../model/facts/subject.ts";
import { testsInDiff } from "../model/facts/tests.ts";
import { Failure } from "../model/failure.ts";
import { impactOf } from "../model/impact.ts";
import { type Plan, planCommit } from "../model/plan.ts";
import { nextRecord, pendingOf } from "../model/record.ts";
import type { Decision } from "../model/session.ts";
import { headline } from "../model/session.ts";
import { addDecision, currentObjective, markObjective, type SessionState } from "../model/state.ts";
import { gitTrailers } from "../model/trailers/git.ts";
import { writeMessage } from "../model/trailers/write.ts";
import type { Lock } from "../store/lock.ts";
import { type LoadedSession, prepareSession, saveSession } from "../store/state.ts";
import { settle } from "../store/transaction.ts";
import { coverageNow } from "./coverage.ts";
import { minutesOf } from "./minutes.ts";
import { now, type Place } from "./place.ts";
import { sessionCommits, sessionRange } from "./range.ts";
import { event, withSession } from "./session.ts";

export interface CheckpointRequest {
  readonly message?: string;
  readonly body?: string;
  readonly label?: string;
  readonly decision?: string;
  readonly rationale?: string;
  readonly alternatives?: readonly string[];
  readonly complete?: readonly string[];
  readonly all?: boolean;
  readonly staged?: boolean;
  readonly amend?: boolean;
  readonly allowEmpty?: boolean;
  readonly dryRun?: boolean;
  /** Nobody named it: the subject says which files changed, and claims no more. */
  readonly unattended?: boolean;
  /** Run the user's commit hooks; default true. */
  readonly verify?: boolean;
  /** Paths from the top of the work tree. */
  readonly paths?: readonly string[];
}

export interface Checkpoint {
  /** Undefined with `dryRun`. */
  readonly commit?: string;
  readonly subject: string;
  readonly message: string;
  readonly files: readonly FileChange[];
  readonly leftOut: readonly string[];
  readonly state: SessionState;
  readonly decisions: readonly Decision[];
  readonly warnings: readonly string[];
}

/** All that a checkpoint is made of, worked out before anything is touched. */
interface Draft {
  readonly plan: Plan;
  readonly state: SessionState;
  readonly commits: readonly ReadCommit<Commit>[];
  readonly decisions: readonly Decision[];
  /** New content of the decision log, and the one it had; undefined where there is nothing to add. */
  readonly decisionLog?: {
    readonly path: string;
    readonly before: string | undefined;
    readonly after: string;
    readonly tracked: boolean;
  };
  readonly warnings: readonly string[];
}

const DECISION_LOG = ".session/decision-log.md";

/**
 * Commits the session's work with its trailers. Either all of it happens, commit and record, or nothing.
 * Failures: `unfinished-operation` (exit 4), `nothing-to-commit`, `commit-refused`, `no-session` and those of git.
 */
export async function checkpoint(place: Place, request: CheckpointRequest): Promise<Checkpoint> {
  const branch = requireBranch(place.repository);
  const [status] = await Promise.all([workTreeStatus(place.repository, true), refuseUnfinished(place)]);
  if (status.unmerged.length > 0)
    throw new Failure("unmerged", `${status.unmerged[0]} has conflicts that are not resolved`, {
      exit: 4,
      hint: "resolve them, then git add",
    });
  return withSession(place, branch, async (session, lock) => {
    const draft = await draftOf(place, session, status, request);
    return withFiles(place, draft, request, () => make(place, session, lock, draft, request));
  });
}

/** Failure `unfinished-operation` while git is in the middle of something. */
export async function refuseUnfinished(place: Place): Promise<void> {
  const operation = await unfinishedOperation(place.repository);
  if (!operation) return;
  throw new Failure("unfinished-operation", `a ${operation.name} is not finished here`, {
    exit: 4,
    hint:
      operation.finish === operation.abort ? operation.finish : `${operation.finish}, or ${operation.abort}`,
  });
}

async function draftOf(
  place: Place,
  session: LoadedSession,
  status: WorkTreeStatus,
  request: CheckpointRequest,
): Promise<Draft> {
  const range = await sessionRange(place, session.state.context, place.repository.head);
  const commits = readCommits(await sessionCommits(place, range));
  const amended = request.amend ? commits[0]?.commit.oid : undefined;
  if (request.amend && place.repository.head === undefined)
    throw new Failure("nothing-to-amend", "there is no commit to amend yet");
  // What the amended commit carried is carried again by the one that takes its place.
  const counted = amended === undefined ? commits : commits.slice(1);
  const state = applyRequest(withCarried(session.state, counted), request);
  const decisions = pendingOf(state).decisions;
  const decisionLog = await decisionLogFor(place, state, decisions, status);
  const plan = planCommit({
    ...status,
    paths: request.paths ?? [],
    all: request.all ?? false,
    stagedOnly: request.staged ?? false,
    allowEmpty: request.allowEmpty ?? false,
    more: request.amend === true || decisionLog !== undefined,
  });
  const warnings =
    plan.secret.length > 0
      ? [`left out because of their names: ${plan.secret.join(", ")}; name one to commit it`]
      : [];
  return { plan, state, commits, decisions, ...(decisionLog === undefined ? {} : { decisionLog }), warnings };
}

function applyRequest(state: SessionState, request: CheckpointRequest): SessionState {
  const at = now();
  let after = state;
  for (const id of request.complete ?? []) [after] = markObjective(after, id, "done", at);
  if (request.decision === undefined) {
    if (request.rationale !== undefined || (request.alternatives ?? []).length > 0)
      throw new Failure("usage", "--rationale and --alternatives belong to a --decision", { exit: 2 });
    return after;
  }
  [after] = addDecision(
    after,
    {
      text: request.decision,
      ...(request.rationale === undefined ? {} : { rationale: request.rationale }),
      ...(request.alternatives === undefined ? {} : { alternatives: request.alternatives }),
    },
    at,
  );
  return after;
}

/** The log is only kept where the project has a `.session/` folder. */
async function decisionLogFor(
  place: Place,
  state: SessionState,
  decisions: readonly Decision[],
  status: WorkTreeStatus,
): Promise<Draft["decisionLog"]> {
  if (decisions.length === 0) return undefined;
  const file = path.join(place.repository.root, DECISION_LOG);
  const config = await readFile(path.join(place.projectDir, "config.yaml"), "utf8").catch(() => undefined);
  const before = await readFile(file, "utf8").catch(() => undefined);
  if (config === undefined && before === undefined) return undefined;
  const branch = state.context.ref.replace(/^refs\/heads\//, "");
  const after = appendDecisions(before ?? "", state.context.id, branch, decisions);
  const tracked = before !== undefined && !status.untracked.includes(DECISION_LOG);
  return after === (before ?? "") ? undefined : { path: DECISION_LOG, before, after, tracked };
}

/** Puts the decision log and the untracked files where git sees them, and takes all of it back if the commit fails. */
async function withFiles(
  place: Place,
  draft: Draft,
  request: CheckpointRequest,
  make: () => Promise<Checkpoint>,
): Promise<Checkpoint> {
  if (request.dryRun) return make();
  const { decisionLog, plan } = draft;
  const file = decisionLog && path.join(place.repository.root, decisionLog.path);
  const added = [...plan.untracked];
  try {
    if (decisionLog && file) {
      await writeFile(file, decisionLog.after);
      if (!decisionLog.tracked && !added.includes(decisionLog.path)) added.push(decisionLog.path);
    }
    if (added.length > 0) await intendToAdd(place.repository, added);
    return await make();
  } catch (error) {
    if (decisionLog && file)
      await (decisionLog.before === undefined
        ? rm(file, { force: true })
        : writeFile(file, decisionLog.before));
    if (added.length > 0) await forgetIntent(place.repository, added);
    throw error;
  }
}

async function make(
  place: Place,
  session: LoadedSession,
  lock: Lock,
  draft: Draft,
  request: CheckpointRequest,
): Promise<Checkpoint> {
  const { repository } = place;
  const facts = await factsOf(place, draft, request);
  const minutes = minutesOf(place, [...session.events.map((each) => each.at), now()], draft.commits);
  const record = nextRecord(draft.state, {
    impact: facts.impact,
    minutes,
    ...(request.label === undefined ? {} : { label: request.label }),
  });
  const message = writeMessage(await textOf(place, draft, request, facts.files), record);
  const subject = subjectOf(message);
  const shown = {
    subject,
    message,
    files: facts.files,
    leftOut: draft.plan.leftOut,
    decisions: draft.decisions,
  };
  if (request.dryRun) return { ...shown, state: draft.state, warnings: draft.warnings };

  const condition = {
    ref: `refs/heads/${requireBranch(repository)}`,
    before: repository.head ?? null,
    amend: request.amend ?? false,
    id: record.id ?? "",
  };
  const made = {
    ...draft.state,
    context: {
      ...draft.state.context,
      checkpointed: now(),
      ...(facts.coverage === undefined ? {} : { coverage: facts.coverage }),
    },
  };
  await prepareSession(
    session,
    made,
    [event("checkpoint", { label: request.label, subject })],
    lock,
    condition,
  );
  const oid = await gitCommit(repository, commitRequest(draft, request, message, session.folder)).catch(
    async (error: unknown) => {
      await settle(session.folder, lock, false);
      throw error;
    },
  );
  const committed = {
    ...made.context.committed,
    ...Object.fromEntries(draft.decisions.map((each) => [each.id, oid])),
  };
  const state = { ...made, context: { ...made.context, committed } };
  const files = place.config.session.auto_track ? { files: facts.files.map((each) => each.path) } : {};
  await saveSession(
    session,
    state,
    [event("checkpoint", { commit: oid, label: request.label, subject, ...files })],
    lock,
  );
  return { ...shown, commit: oid, state, warnings: [...draft.warnings, ...(await lostTrailers(place, oid))] };
}

function commitRequest(draft: Draft, request: CheckpointRequest, message: string, scratch: string) {
  const { plan, decisionLog } = draft;
  const paths =
    plan.kind === "paths" ? [...plan.paths, ...(decisionLog ? [decisionLog.path] : [])] : undefined;
  return {
    message,
    scratch,
    amend: request.amend ?? false,
    allowEmpty: request.allowEmpty ?? false,
    verify: request.verify ?? true,
    ...(paths === undefined ? {} : { paths: [...new Set(paths)] }),
    ...(plan.kind === "index" && decisionLog ? { include: decisionLog.path } : {}),
  };
}

/** Numbers for the `Impact` trailer, from the very files that the commit will hold. */
async function factsOf(place: Place, draft: Draft, request: CheckpointRequest) {
  const { root, head } = place.repository;
  const parent = request.amend ? (await log(root, [head ?? "HEAD"], { limit: 1 }))[0]?.parents[0] : head;
  const before = parent ?? (await emptyTree(root));
  const fromIndex = draft.plan.kind === "index";
  const between = fromIndex ? ["--cached", before] : [before];
  const [all, amended, coverage] = await Promise.all([
    changedFiles(root, between),
    request.amend && head !== undefined ? changedFiles(root, [before, head]) : [],
    coverageNow(place),
  ]);
  const wanted = new Set([...draft.plan.paths, ...amended.map((each) => each.path), DECISION_LOG]);
  // A dry run tells git nothing of new files, so their lines are not counted.
  const fresh = request.dryRun
    ? draft.plan.untracked.map((each) => ({ path: each, change: "added" as const, submodule: false }))
    : [];
  const files = [...(fromIndex ? all : all.filter((each) => wanted.has(each.path))), ...fresh];
  const code = files.filter((each) => !each.path.startsWith(".session/"));
  const diff =
    code.length === 0
      ? ""
      : await patch(
          root,
          between,
          code.map((each) => literal(each.path)),
        );
  const impact = impactOf({
    files: code,
    tests: testsInDiff(diff),
    ...(coverage === undefined ? {} : { coverage: coverage.percent }),
    ...(draft.state.context.coverage === undefined ? {} : { coverageBefore: draft.state.context.coverage }),
  });
  return { files, impact, coverage: coverage?.percent };
}

/** Subject and body: as given, else those of the amended commit, else proposed. */
async function textOf(
  place: Place,
  draft: Draft,
  request: CheckpointRequest,
  files: readonly FileChange[],
): Promise<string> {
  const body = request.body === undefined ? "" : `\n\n${request.body}`;
  if (request.message !== undefined) {
    if (request.message.trim() === "")
      throw new Failure("empty-message", "the message is empty", { exit: 2 });
    return request.message.trimEnd() + body;
  }
  if (request.amend) {
    const [head] = await log(place.repository.root, ["HEAD"], { limit: 1 });
    if (body === "") return head?.message ?? "";
    return subjectOf(head?.message ?? "") + body;
  }
  const objective = request.unattended ? undefined : currentObjective(draft.state.objectives);
  const subject = proposeSubject({
    ...(request.label === undefined || request.unattended ? {} : { label: request.label }),
    ...(objective === undefined ? {} : { objective: headline(objective.text) }),
    files: files.map((each) => ({ path: each.path, change: each.change })),
  });
  return subject + body;
}

/** A commit-msg hook may have rewritten the message: better said than found out later. */
async function lostTrailers(place: Place, oid: string): Promise<string[]> {
  const [made] = await log(place.repository.root, [oid], { limit: 1 });
  const kept = gitTrailers(made?.message ?? "").some((each) => each.key.toLowerCase() === "session-id");
  return kept ? [] : ["the trailers are not in the commit: a commit-msg hook changed its message"];
}
