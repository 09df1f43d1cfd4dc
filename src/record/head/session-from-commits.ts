/**
 * Decides which session the commits of a branch belong to: the branch's own session, or the session of the
 * branch from which it was cut.
 */
import { allRefs, log } from "../../git/commits.ts";
import { ask } from "../../git/read.ts";
import { defaultBranch } from "../../git/refs.ts";
import { standingOf } from "../../history/branch-identity.ts";
import { type Rebuilt, rebuildAt, rebuildSession } from "../../history/rebuild.ts";
import type { Place } from "../../place/place.ts";
import { Failure } from "../../session/failure.ts";
import { readTrash } from "../../store/trash.ts";
import { type KnownSession, knownSessions, loadKnown, withFolder } from "../known-sessions.ts";

/** Maximum newest commits of a default branch to search for a session. */
const RECENT = 200;

/**
 * Session that a branch carries. `known`: this clone has its record, perhaps under an earlier branch name.
 * `commits`: only commits have it. `parent`: the session of another branch, from which this branch was cut.
 */
export type CarriedSession =
  | { readonly kind: "known"; readonly known: KnownSession }
  | { readonly kind: "commits"; readonly rebuilt: Rebuilt }
  | Parent;

export interface Parent {
  readonly kind: "parent";
  /** Branch of the session; empty if no branch has its commits. */
  readonly branch: string;
  readonly rebuilt: Rebuilt;
  readonly known?: KnownSession;
}

/** Session of a branch. `base`: commit at which the branch left its base, for a branch of this clone. */
interface Found {
  readonly carried?: CarriedSession | undefined;
  readonly base?: Rebuilt["base"] | undefined;
}

/**
 * Finds the session that a branch carries, in this clone or at a remote. `here`: the branch's commit
 * in this clone.
 * @throws Failure `ambiguous-branch`
 */
export async function carriedSession(place: Place, branch: string, here: string | undefined): Promise<Found> {
  const [sessions, looked] = await Promise.all([
    knownSessions(place, { light: true }),
    here === undefined
      ? rebuildSession(place, branch).catch(unlessMissing)
      : rebuildAt(place, branch, here, RECENT),
  ]);
  const rebuilt = looked?.state ? looked : undefined;
  return { carried: await carriedAmong(place, branch, here, rebuilt, sessions), base: looked?.base };
}

async function carriedAmong(
  place: Place,
  branch: string,
  here: string | undefined,
  rebuilt: Rebuilt | undefined,
  sessions: readonly KnownSession[],
): Promise<CarriedSession | undefined> {
  const stored = sessions.find((each) => each.where !== "local" && each.branch === branch);
  const own = stored && (await isOwn(place, stored)) ? await withFolder(stored) : undefined;
  // After a session ended in this clone, another clone may have started a new session on its branch.
  if (own && !(rebuilt && isNewer(rebuilt, own))) return { kind: "known", known: own };
  if (!rebuilt || (await isDeleted(place, rebuilt, sessions))) return undefined;
  const found = await sessionOfCommits(place, branch, rebuilt, sessions, here);
  const isMerged = rebuilt.alone
    ? isMergedIn(place, branch, rebuilt, found)
    : found.kind === "parent" && here !== undefined && cameByMerge(place, here, rebuilt);
  return (await isMerged) ? undefined : found;
}

/**
 * Reports whether only merges brought a session into a branch: a branch cut from the session has its commits
 * on the first-parent line.
 */
async function cameByMerge({ repository }: Place, tip: string, { state }: Rebuilt): Promise<boolean> {
  const { id, base } = state.context;
  const line = [tip, ...(base.commit === undefined ? [] : [`^${base.commit}`])];
  const own = await log(repository.root, line, {
    grep: [`Session-Id: ${id}`],
    firstParent: true,
    ignoreMissing: true,
    limit: 1,
  });
  return own.every(({ parents }) => parents.length > 1);
}

/**
 * Reports whether a default branch carries a session that was merged into it, squashed or commit by
 * commit.
 */
async function isMergedIn(
  place: Place,
  branch: string,
  { carrier, folded, state }: Rebuilt,
  { kind }: CarriedSession,
): Promise<boolean> {
  if (kind !== "commits") return kind === "parent";
  const { root } = place.repository;
  if ((await defaultBranch(root)) !== branch) return false;
  if (folded) return true;
  const holding = await branchesWith(place, carrier);
  if (holding.some((each) => each.name !== branch && each.commit === carrier)) return true;
  const others = [...allRefs([`refs/heads/${branch}`, `refs/remotes/*/${branch}`]), `^${carrier}`];
  const id = `Session-Id: ${state.context.id}`;
  return (await log(root, others, { grep: [id], limit: 1 })).length > 0;
}

/** Reports whether the session was deleted in this clone: only `restore` brings it back. */
async function isDeleted(
  place: Place,
  { state }: Rebuilt,
  sessions: readonly KnownSession[],
): Promise<boolean> {
  const { id } = state.context;
  if (sessions.some((each) => each.id === id)) return false;
  return (await readTrash(place.sessionsDir)).some((each) => each.id === id);
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Failure && error.code === "no-session") return undefined;
  throw error;
}

/**
 * Reports whether the commits carry another session that began after the last activity of the known session.
 */
export function isNewer({ state }: Rebuilt, known: KnownSession): boolean {
  return state.context.id !== known.id && state.context.created > known.touched;
}

/** Reports whether a branch still belongs to its session; false for a branch created again for other work. */
async function isOwn(place: Place, known: KnownSession): Promise<boolean> {
  const loaded = await loadKnown(place, await withFolder(known)).catch(() => undefined);
  return loaded !== undefined && (await standingOf(place, loaded)) !== "earlier";
}

/** Returns the session that the commits of a branch carry. `tip`: the branch's commit in this clone. */
export async function sessionOfCommits(
  place: Place,
  branch: string,
  rebuilt: Rebuilt,
  sessions: readonly KnownSession[],
  tip: string | undefined,
): Promise<CarriedSession> {
  const known = sessions.find((each) => each.id === rebuilt.state.context.id);
  if (known) {
    const isMoved =
      known.where === "local" && known.loaded && (await standingOf(place, known.loaded)) !== "own";
    if (known.branch === branch || isMoved) return { kind: "known", known: await withFolder(known) };
    return { kind: "parent", branch: known.branch, rebuilt, known: await withFolder(known) };
  }
  const parent = tip === undefined ? undefined : await parentOf(place, branch, rebuilt.carrier, tip);
  return parent === undefined ? { kind: "commits", rebuilt } : { kind: "parent", branch: parent, rebuilt };
}

/**
 * Returns the branch of the session in the trailers of the commit `carrier`, unless the branch is `branch`.
 * Prefers a branch that ends with this commit: a branch cut from it has more commits, or is on no remote.
 */
async function parentOf(
  place: Place,
  branch: string,
  carrier: string,
  tip: string,
): Promise<string | undefined> {
  const holding = await branchesWith(place, carrier);
  const others = holding.filter((each) => each.name !== branch);
  const ending = others.find((each) => each.commit === carrier);
  if (tip !== carrier && ending) return ending.name;
  const isPublished = holding.some((each) => each.name === branch && each.isRemote);
  if (isPublished) return undefined;
  // For the default branch, ignores branches that contain the commit: every newer branch contains it.
  if (ending === undefined && branch === (await defaultBranch(place.repository.root))) return undefined;
  return (ending ?? others[0])?.name;
}

/** Returns the branches, of this clone and of remotes, that contain a commit. */
export async function branchesWith(
  place: Place,
  commit: string,
): Promise<{ readonly name: string; readonly commit: string; readonly isRemote: boolean }[]> {
  const format = "--format=%(objectname) %(refname) %(symref)";
  const args = ["for-each-ref", format, `--contains=${commit}`, "refs/heads/", "refs/remotes/"];
  const answer = await ask(place.repository.root, args);
  return answer.stdout.split("\n").flatMap((line) => {
    const [oid = "", ref = "", symbolic] = line.split(" ");
    if (ref === "" || symbolic) return [];
    const isRemote = ref.startsWith("refs/remotes/");
    const name = isRemote ? ref.split("/").slice(3).join("/") : ref.slice("refs/heads/".length);
    return [{ name, commit: oid, isRemote }];
  });
}

/** Finds the session to which the commits of a detached HEAD belong. */
export async function carriedByDetachedHead(
  place: Place,
  tip: string,
): Promise<{ readonly carried?: Parent; readonly base: Rebuilt["base"] }> {
  const rebuilt = await rebuildAt(place, "HEAD", tip);
  const { base } = rebuilt;
  const carried = rebuilt.state && (await ownerOf(place, tip, rebuilt));
  return carried ? { carried, base } : { base };
}

async function ownerOf(place: Place, tip: string, rebuilt: Rebuilt): Promise<Parent | undefined> {
  const { id } = rebuilt.state.context;
  const sessions = await knownSessions(place, { light: true });
  if (await isDeleted(place, rebuilt, sessions)) return undefined;
  const known = sessions.find((each) => each.id === id);
  if (known) return { kind: "parent", branch: known.branch, rebuilt, known: await withFolder(known) };
  const holding = await branchesWith(place, rebuilt.carrier);
  const branch = (holding.find((each) => each.commit === rebuilt.carrier) ?? holding[0])?.name ?? "";
  // Rebuilds the session again, because the branch name may determine the title.
  const again = branch === "" ? rebuilt : await rebuildAt(place, branch, tip);
  return { kind: "parent", branch, rebuilt: again.state ? again : rebuilt };
}
