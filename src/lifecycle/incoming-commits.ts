/** Finds every commit that a merge would include, and the unfinished sessions among them. */
import { type Commit, log, mergeBase } from "../git/commits.ts";
import { emptyTree } from "../git/diff.ts";
import { branchCopies, listRefs } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { branchesWith } from "../record/head/session-from-commits.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { pickSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { isLive, type SessionContext } from "../session/state.ts";
import { localSessions } from "../store/sessions.ts";
import { readTrash } from "../store/trash.ts";
import { plural } from "../text/plural.ts";
import { shellWord } from "../text/shell.ts";
import { type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { reachableCommits } from "../trailers/reachable.ts";

/** Another unfinished session, and the number of its commits that a merge includes. */
export interface IncomingSession {
  readonly id: string;
  readonly title: string;
  /** Name of the branch that has the session's commits. */
  readonly branch: string;
  /** State of the session: `active`, `paused`, or `unknown` if only commits carry it. */
  readonly state: string;
  readonly commits: number;
  /** True if the branch also contains the whole branch to merge, so that a rebase cannot leave it out. */
  readonly isAbove: boolean;
}

export interface IncomingCommits {
  /** Commits that the target lacks, newest first, with merges. */
  readonly commits: readonly ReadCommit<Commit>[];
  /** Id of the commit at which the branch left the target, or of the empty tree. */
  readonly base: string;
  readonly along: readonly IncomingSession[];
}

/** Finds the commits that a merge of `tip` into a branch includes, for the session to end. */
export async function incomingCommits(
  place: Place,
  context: SessionContext,
  tip: string,
  target: string,
): Promise<IncomingCommits> {
  const { root } = place.repository;
  // Commits of a remote's copy are the target's own, although this clone's branch may lack them.
  const onto = (await branchCopies(root, target)).map((each) => each.ref);
  const [local, refs, base] = await Promise.all([
    localSessions(place.sessionsDir),
    listRefs(root, "refs/heads/"),
    mergeBase(root, tip, ...onto),
  ]);
  const others = local
    .map((each) => each.state.context)
    .filter((each) => each.id !== context.id && each.state !== "ended" && refs.has(each.ref));
  const tips = others.flatMap((each) => [each.ref, `refs/heads/${each.base.branch ?? target}`]);
  const known = [...new Set(tips)].flatMap((ref) => refs.get(ref) ?? []);
  const graph = new Map(
    (await log(root, [tip, ...known, ...onto.map((ref) => `^${ref}`)], { topological: true })).map((each) => [
      each.oid,
      each,
    ]),
  );
  const brought = reachableCommits(graph, tip);
  const commits = readCommits([...graph.values()].filter((each) => brought.has(each.oid)));
  const owners = new Map<string, Commit[]>();
  const plain = new Map<string, Commit>();
  for (const { commit, record } of commits) {
    if (record?.id === undefined) plain.set(commit.oid, commit);
    else if (record.id !== context.id) owners.set(record.id, [...(owners.get(record.id) ?? []), commit]);
  }
  const ours = new Set(lineOf(graph, context, refs, target));
  for (const other of others) {
    // If a commit may belong to two sessions, it belongs to the older one.
    const isTheirs = (oid: string) => !ours.has(oid) || other.created < context.created;
    const line = lineOf(graph, other, refs, target).filter(isTheirs);
    const own = line.flatMap((oid) => plain.get(oid) ?? []);
    if (own.length > 0) owners.set(other.id, [...(owners.get(other.id) ?? []), ...own]);
  }
  const along = await unfinished(place, owners, tip);
  return { commits, base: base ?? (await emptyTree(root)), along };
}

/**
 * Returns the included sessions that the user did not name. `named`: ids, branches or titles.
 * @throws Failure `usage` for an unknown name
 */
export function unnamedSessions(
  along: readonly IncomingSession[],
  named: readonly string[],
): IncomingSession[] {
  const chosen = new Set(
    named.map((name) => {
      const found = pickSession(along, name);
      if (found) return found.id;
      throw new Failure("usage", `--with ${name}: the merge includes no commits of that session`);
    }),
  );
  return along.filter((each) => !chosen.has(each.id));
}

/** Returns Failure `others-along` with the commands that include these sessions or leave them out. */
export function unnamedFailure(branch: string, target: string, others: readonly IncomingSession[]): Failure {
  const [first] = others;
  const given = others.map((each) => `--with ${shellWord(each.branch)}`).join(" ");
  const rebase = `git rebase --onto ${shellWord(target)} ${shellWord(first?.branch ?? "")} ${shellWord(branch)}`;
  return new Failure(
    "others-along",
    `merging ${branch} into ${target} also merges ${others.map((each) => incomingText(each)).join(" and ")}; nothing was done`,
    { hint: given, ...(first?.isAbove ? {} : { details: `To leave them out:\n${rebase}` }) },
  );
}

/** Returns text such as `1 commit of feature/x (session Big, active)`. `mark` marks foreign text. */
export function incomingText(
  { commits, branch, title, state }: IncomingSession,
  mark = (text: string) => text,
): string {
  const what = state === "unknown" ? "state unknown" : state;
  return `${plural(commits, "commit")} of ${mark(branch)} (session ${mark(title)}, ${what})`;
}

/** Returns the unfinished sessions to which some commits belong. `tip`: the commit to merge. */
async function unfinished(
  place: Place,
  owners: ReadonlyMap<string, readonly Commit[]>,
  tip: string,
): Promise<IncomingSession[]> {
  if (owners.size === 0) return [];
  const above = new Set((await branchesWith(place, tip)).map((each) => each.name));
  const known = new Map((await knownSessions(place, { light: true })).map((each) => [each.id, each]));
  const deleted = new Set((await readTrash(place.sessionsDir)).map((each) => each.id));
  const found: IncomingSession[] = [];
  for (const [id, own] of owners) {
    const commits = own.length;
    const session: KnownSession | undefined = known.get(id);
    if (session) {
      const { title, state, branch } = session;
      if (isLive(state)) found.push({ id, title, branch, state, commits, isAbove: above.has(branch) });
    } else if (!deleted.has(id)) {
      // Without a record, a session counts as unfinished if another branch still contains its commits.
      const holding = await branchesWith(place, own[0]?.oid ?? "");
      const branch = holding.find((each) => !above.has(each.name))?.name;
      if (branch !== undefined)
        found.push({ id, title: branch, branch, state: "unknown", commits, isAbove: false });
    }
  }
  return found;
}

/**
 * Returns the commits on a session's own line, from its branch down to its start, as far as the clone has
 * them.
 */
function lineOf(
  graph: ReadonlyMap<string, Commit>,
  { ref, base }: SessionContext,
  refs: ReadonlyMap<string, string>,
  target: string,
): string[] {
  const stands =
    base.branch === undefined || base.branch === target ? undefined : `refs/heads/${base.branch}`;
  // After a rebase, the line includes commits of the branch below, so it ends at that branch.
  const below =
    stands === undefined || stands === ref ? new Set() : reachableCommits(graph, refs.get(stands) ?? "");
  const line: string[] = [];
  let commit = graph.get(refs.get(ref) ?? "");
  while (commit && commit.oid !== base.commit && !below.has(commit.oid)) {
    line.push(commit.oid);
    commit = graph.get(commit.parents[0] ?? "");
  }
  return line;
}
