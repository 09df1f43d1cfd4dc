/** Drafts a checkpoint: its files, message and facts, before anything is changed. */
import { existsSync } from "node:fs";
import path from "node:path";
import { coverageNow } from "../facts/coverage.ts";
import { testsInDiff } from "../facts/formats/tests.ts";
import { type Commit, log } from "../git/commits.ts";
import { changedFiles, emptyTree, type FileChange, literalPathspec, patch } from "../git/diff.ts";
import { isIgnored, type WorkTreeStatus } from "../git/status.ts";
import { updatedFromCommits } from "../history/branch-updates.ts";
import { mergeState, sessionWork } from "../history/range.ts";
import { revertsOf } from "../history/reverts.ts";
import { traceSession, withTraced } from "../history/trace.ts";
import { homes, type Place } from "../place/place.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import { currentObjective } from "../session/progress.ts";
import { type Decision, headline } from "../session/session.ts";
import { applyChanges, type SmallChange } from "../session/small-change.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import { readSmall } from "../store/files.ts";
import { isOwnFolder } from "../store/folders.ts";
import type { Layout } from "../store/journal/journal.ts";
import type { LoadedSession } from "../store/load.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { valueWithoutHome } from "../text/home.ts";
import { neutralizeWords } from "../text/neutralize.ts";
import { decisionsOf, type ReadCommit, readCommits, subjectOf } from "../trailers/checkpoints.ts";
import { appendDecisions, DECISION_LOG, decisionsToLog, missingIn } from "../trailers/decision-log.ts";
import { coverageText, impactOf } from "../trailers/impact.ts";
import { pendingOf } from "../trailers/next-record.ts";
import { type Plan, planCommit } from "./file-plan.ts";

/** A checkpoint as the user asked for it. */
export interface CheckpointRequest {
  readonly message?: string;
  readonly body?: string;
  readonly label?: string;
  readonly decision?: readonly string[];
  readonly rationale?: string;
  readonly alternatives?: readonly string[];
  readonly complete?: readonly string[];
  readonly all?: boolean;
  readonly staged?: boolean;
  readonly amend?: boolean;
  readonly allowEmpty?: boolean;
  readonly dryRun?: boolean;
  /**
   * True if no user asked for the checkpoint: the subject then names only the changed files, no objective.
   */
  readonly unattended?: boolean;
  /** False to skip the user's commit hooks; default true. */
  readonly verify?: boolean;
  /** Paths to commit, relative to the top of the work tree. */
  readonly paths?: readonly string[];
}

/** A planned checkpoint. Nothing was changed yet. */
export interface Draft {
  readonly plan: Plan;
  readonly state: SessionState;
  /** Events for the log, except the event of the checkpoint itself. */
  readonly events: readonly SessionEvent[];
  readonly commits: readonly ReadCommit<Commit>[];
  readonly decisions: readonly Decision[];
  /** Ids of the objectives that the checkpoint completes. */
  readonly completed: readonly string[];
  /** Changes to the index and the decision log that the commit needs first. */
  readonly layout: Layout;
  readonly warnings: readonly string[];
}

/** Most paths on a command line of git; with more, git diffs everything. */
const MAX_PATHS = 500;

/**
 * Returns the draft of a checkpoint, without changing anything.
 * @throws Failure `nothing-to-amend`, `nothing-to-commit`, `no-such-path`, `no-such-item`,
 * `staged-and-replaced`, `empty-message`, `usage`.
 */
export async function draftOf(
  place: Place,
  session: LoadedSession,
  status: WorkTreeStatus,
  request: CheckpointRequest,
): Promise<Draft> {
  if (request.message?.trim() === "") throw new Failure("empty-message", "the message is empty");
  const work = await sessionWork(place, session.state.context, place.repository.head);
  const history = readCommits(work.history);
  const commits = history.filter((each) => each.commit.parents.length < 2);
  if (request.amend && place.repository.head === undefined)
    throw new Failure("nothing-to-amend", "there is no commit to amend yet");
  // Leaves an amended commit out of the history: the new commit carries its items again.
  const counted = request.amend ? history.slice(1) : history;
  const { state: carried } = await updatedFromCommits(place, session, counted, work.beyond);
  const trace = await traceSession(place, {
    state: carried,
    events: session.events,
    range: counted,
    branch: mergeState(work.range),
    anew: history
      .slice(0, history.length - counted.length)
      .flatMap((each) => decisionsOf(each, carried.context.id)),
  });
  const { state, events } = applyChanges(withTraced(carried, trace), changesOf(request), now());
  const decisions = pendingOf(state).decisions;
  const decisionLog = await decisionLogFor(place, state, counted, decisions);
  const paths = request.paths ?? [];
  const plan = planCommit({
    ...status,
    paths,
    missing: paths.filter((each) => !existsSync(path.join(place.repository.root, each))),
    all: request.all ?? false,
    stagedOnly: request.staged ?? false,
    allowEmpty: request.allowEmpty ?? false,
    more: request.amend === true || decisionLog !== undefined,
  });
  const warnings: string[] = [];
  if (plan.secret.length > 0)
    warnings.push(
      `left out, because the names look secret: ${plan.secret.join(", ")}; name one to commit it`,
    );
  if (request.all && plan.repositories.length > 0)
    warnings.push(`left out, nested repositories: ${plan.repositories.join(", ")}`);
  const newLog =
    decisionLog !== undefined && (decisionLog.before === null || status.untracked.includes(DECISION_LOG));
  const added = [...new Set([...plan.untracked, ...(newLog ? [DECISION_LOG] : [])])];
  const layout = { added, replaced: plan.replaced, ...defined({ file: decisionLog }) };
  const wasDone = new Set(
    session.state.objectives.filter((each) => each.mark === "done").map((each) => each.id),
  );
  const completed = state.objectives
    .filter((each) => each.mark === "done" && !wasDone.has(each.id))
    .map((each) => each.id);
  return { plan, state, events, commits, decisions, completed, layout, warnings };
}

/** Returns the changes to objectives and decisions that a request asks for. */
function changesOf(request: CheckpointRequest): SmallChange[] {
  const done = (request.complete ?? []).map(
    (id): SmallChange => ({ do: "objective.mark", id, mark: "done" }),
  );
  const { decision = [], rationale, alternatives = [] } = request;
  if (decision.length !== 1 && (rationale !== undefined || alternatives.length > 0))
    throw new Failure("usage", "--rationale and --alternatives belong to one --decision", {
      hint: "session decisions add --help",
    });
  const decisions = decision.map((text): SmallChange => {
    const made = { text, ...defined({ rationale, alternatives: request.alternatives }) };
    return { do: "decision.add", decision: valueWithoutHome(made, homes()) };
  });
  return [...done, ...decisions];
}

/**
 * Returns the decision log before and after adding all decisions of the branch's commits and of this
 * checkpoint. Returns undefined if the log lacks none of them, or if the project has no log: no `.session/`
 * folder, or git ignores it.
 */
async function decisionLogFor(
  place: Place,
  { context }: SessionState,
  commits: readonly ReadCommit<Commit>[],
  pending: readonly Decision[],
): Promise<Layout["file"]> {
  const { root } = place.repository;
  const carried = decisionsToLog(commits, await revertsOf(root, commits));
  if (carried.length + pending.length === 0 || !isOwnFolder(place.projectDir)) return undefined;
  const known = await readSmall(path.join(root, DECISION_LOG));
  // The session's files have the whole text of a decision; a trailer may be cut.
  const own = new Map(context.decisions.map((each) => [`${each.session ?? context.id}/${each.id}`, each]));
  const all = [
    ...carried.map(({ session, decision }) => ({
      session,
      decision: own.get(`${session}/${decision.id}`) ?? decision,
    })),
    ...pending.map((decision) => ({ session: decision.session ?? context.id, decision })),
  ];
  const missing = missingIn(known ?? "", all);
  if (missing.length === 0) return undefined;
  const [config, ignored] = await Promise.all([
    readSmall(path.join(place.projectDir, "config.yaml")),
    isIgnored(root, DECISION_LOG),
  ]);
  if (ignored || (config === undefined && known === undefined)) return undefined;
  const after = appendDecisions(known ?? "", branchOf(context), missing);
  return { path: DECISION_LOG, before: known ?? null, after };
}

/**
 * Returns the changed files and the lines of the `Impact` trailer, computed from the files that the
 * commit will hold.
 */
export async function factsOf(place: Place, draft: Draft, request: CheckpointRequest) {
  const { root, head } = place.repository;
  const parent = request.amend ? (await log(root, [head ?? "HEAD"], { limit: 1 }))[0]?.parents[0] : head;
  const before = parent ?? (await emptyTree(root));
  const fromIndex = draft.plan.kind === "index";
  const between = fromIndex ? ["--cached", before] : [before];
  const [all = [], amended = [], coverage] = await Promise.all([
    changedFiles(root, between),
    request.amend && head !== undefined ? changedFiles(root, [before, head]) : [],
    coverageNow(place),
  ]);
  const wanted = new Set([...draft.plan.paths, ...amended.map((each) => each.path)]);
  if (draft.layout.file) wanted.add(draft.layout.file.path);
  const known = fromIndex ? all : all.filter((each) => wanted.has(each.path));
  // A dry run does not add new files to the index, so git cannot count their lines.
  const fresh = (request.dryRun ? draft.plan.untracked : [])
    .filter((each) => each !== draft.layout.file?.path)
    .map((each) => ({ path: each, change: "added" as const, submodule: false }));
  // Only a checkpoint of named paths has written the log where git looks.
  const files = [...(request.dryRun || fromIndex ? withLog(known, draft) : known), ...fresh];
  const paths = files.length > MAX_PATHS ? [] : files.map((each) => literalPathspec(each.path));
  const diff = files.length === 0 ? "" : await patch(root, between, paths);
  const impact = impactOf({
    files,
    tests: testsInDiff(diff),
    ...(coverage === undefined
      ? {}
      : { coverage: coverageText(draft.state.context.coverage, coverage.percent) }),
  });
  return { files, impact, coverage: coverage?.percent };
}

/** Returns the files with the decision log and the entries that the commit adds to it. */
function withLog(files: readonly FileChange[], { layout: { file, added } }: Draft): readonly FileChange[] {
  if (file === undefined) return files;
  const lines = (text: string | null) => (text ?? "").split("\n").length - 1;
  const isNew = added.includes(file.path);
  const known = files.find((each) => each.path === file.path);
  const log: FileChange = {
    ...(known ?? { path: file.path, change: isNew ? "added" : "changed", submodule: false }),
    added: (known?.added ?? 0) + lines(file.after) - (isNew ? 0 : lines(file.before)),
    removed: known?.removed ?? 0,
  };
  return [...files.filter((each) => each !== known), log];
}

/**
 * Returns the subject and body: from the request, else of the amended commit, else from the template
 * `checkpoint.hbs`. `problems`: faults of the project's own template.
 */
export async function textOf(
  place: Place,
  draft: Draft,
  request: CheckpointRequest,
  files: readonly FileChange[],
): Promise<{ text: string; problems: readonly string[] }> {
  const body = request.body === undefined ? "" : `\n\n${request.body}`;
  if (request.message !== undefined) return { text: request.message.trimEnd() + body, problems: [] };
  if (request.amend) {
    const [head] = await log(place.repository.root, ["HEAD"], { limit: 1 });
    const text = body === "" ? (head?.message ?? "") : subjectOf(head?.message ?? "") + body;
    return { text, problems: [] };
  }
  const { proposeSubject } = await import("../facts/formats/subject.ts");
  const objective = request.unattended ? undefined : currentObjective(draft.state.objectives);
  const subject = proposeSubject({
    ...(request.label === undefined || request.unattended ? {} : { label: request.label }),
    ...(objective === undefined ? {} : { objective: headline(objective.text) }),
    files: files.map((each) => ({ path: each.path, change: each.change })),
  });
  if (body !== "") return { text: neutralizeWords(subject) + body, problems: [] };
  const completed = draft.state.objectives.filter((each) => draft.completed.includes(each.id));
  const [{ templateFolders }, { openTemplate }] = await Promise.all([
    import("../place/templates.ts"),
    import("../render/template.ts"),
  ]);
  const template = await openTemplate("checkpoint", templateFolders(place));
  return {
    text: neutralizeWords(await template.render({ subject, completed })),
    problems: template.problems,
  };
}
