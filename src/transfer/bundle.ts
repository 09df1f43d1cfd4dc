/**
 * Exports sessions to a git bundle and imports them from a bundle: snapshots and branch commits in one file
 * (git-bundle(1)).
 */

import { gather } from "../facts/gather.ts";
import { mergeBase } from "../git/commits.ts";
import { readTree } from "../git/objects.ts";
import { baseBranch, listRefs, refCommit } from "../git/refs.ts";
import { createBundle, fetchBundle, unbundle, verifiedBundle } from "../git/remote/bundle.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { guardSnapshots } from "../secrets/secrets.ts";
import { parseContext } from "../session/context.ts";
import { Failure } from "../session/failure.ts";
import { isSessionId } from "../session/ids.ts";
import { branchOf, type SessionContext } from "../session/state.ts";
import { writeSnapshot } from "../snapshots/write-snapshot.ts";
import { shellWord } from "../text/shell.ts";
import { isBranchName } from "./portable/schema.ts";

/**
 * Writes a git bundle with the snapshots and branches of sessions. Commits a new snapshot first for a session
 * in local state. Without `full`, leaves out commits of the base branch: the importing clone has them. Throws
 * Failure `no-session`, `no-identity`, `secrets-found`.
 */
export async function exportBundle(
  place: Place,
  known: readonly KnownSession[],
  file: string,
  full: boolean,
): Promise<void> {
  const { root } = place.repository;
  const refs: string[] = [];
  const snapshots: { id: string; commit: string }[] = [];
  const not = new Set<string>();
  for (const each of known) {
    const ref = await snapshotOf(place, each);
    snapshots.push({ id: each.id, commit: ref });
    refs.push(ref);
    const branch = `refs/heads/${each.branch}`;
    const tip = each.gone ? undefined : await refCommit(root, branch);
    if (tip === undefined) continue;
    const base = full ? undefined : await baseBranch(root, each.branch);
    const fork = base && (await mergeBase(root, tip, ...base.refs));
    // A branch that its base contains needs no ref in the bundle: the importing clone has its commits.
    if (fork === tip) continue;
    refs.push(branch);
    if (fork !== undefined) not.add(fork);
  }
  await guardSnapshots(place, snapshots, [], "the bundle");
  await createBundle(root, file, [...new Set(refs)], [...not]);
}

/**
 * Returns the full name of a session's snapshot ref, after writing a snapshot of local state if the session
 * has one.
 */
async function snapshotOf(place: Place, known: KnownSession): Promise<string> {
  if (known.where === "snapshot" && known.snapshot) return known.snapshot.ref;
  const { loaded } = known;
  if (!loaded) throw new Failure("no-session", `the session ${known.id} is gone`);
  const { folder } = loaded;
  const gathered = await gather(place, known.branch, loaded);
  await writeSnapshot(place, gathered, folder, true);
  return `refs/sessions/${known.id}`;
}

/** A session found in an imported bundle. */
export interface FromBundle {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  /** Full name of the ref of the snapshot in this clone. */
  readonly ref: string;
  /** True if this clone already has the session; the import does not change it. */
  readonly known: boolean;
  /** True if the import created the branch too. */
  readonly fetched: boolean;
  /** True if the bundle has the branch, this clone does not, and the import did not create it. */
  readonly offered: boolean;
}

/**
 * Imports the snapshots of a bundle to `refs/session-remotes/bundle/<id>`, and with `withBranch` also creates
 * their branches. `dryRun` checks and creates no ref. Throws Failure `bad-bundle`, `missing-commits`,
 * `branch-exists` before any ref is changed.
 */
export async function importBundle(
  place: Place,
  file: string,
  { withBranch, dryRun }: { readonly withBranch: boolean; readonly dryRun: boolean },
): Promise<FromBundle[]> {
  const { root } = place.repository;
  const heads = await verifiedBundle(root, file);
  const [before, ids] = await Promise.all([
    listRefs(root, "refs/heads/", "refs/session-remotes/bundle/"),
    knownSessions(place, { light: true }).then((all) => new Set(all.map((each) => each.id))),
  ]);
  const snapshots = new Map<string, string>();
  for (const ref of heads.keys()) {
    const [, id = ""] = /^refs\/(?:sessions|session-remotes\/.+)\/([^/]+)$/.exec(ref) ?? [];
    if (isSessionId(id)) snapshots.set(ref, id);
  }
  if (snapshots.size === 0)
    throw new Failure("bad-bundle", "there is no session in this bundle", { hint: "git bundle list-heads" });
  // Unpacks the objects without refs, so that every snapshot is checked before this clone has a ref to it.
  await unbundle(root, file);
  const found: FromBundle[] = [];
  const refs = new Map<string, string>();
  for (const [ref, id] of snapshots) {
    const context = await contextOf(root, heads.get(ref) ?? "", id);
    const branch = branchOf(context);
    const own = before.get(`refs/heads/${branch}`);
    const tip = heads.get(`refs/heads/${branch}`);
    const fetched = withBranch && tip !== undefined && own !== tip;
    if (fetched && own !== undefined)
      throw new Failure("branch-exists", `${branch} is already in this clone, at another commit`, {
        advice: "import without --with-branch, then pull",
        hint: `git pull ${shellWord(file)} ${shellWord(branch)}`,
      });
    if (fetched) refs.set(`refs/heads/${branch}`, `refs/heads/${branch}`);
    const target = `refs/session-remotes/bundle/${id}`;
    refs.set(ref, `+${target}`);
    const offered = tip !== undefined && own === undefined && !fetched;
    found.push({ id, title: context.title, branch, ref: target, known: ids.has(id), fetched, offered });
  }
  // Fetches too: git then checks that every object reachable from the refs is present.
  if (!dryRun) await fetchBundle(root, file, refs);
  return found;
}

async function contextOf(root: string, commit: string, id: string): Promise<SessionContext> {
  const files = await readTree(root, commit, ["context.json"]);
  const context = parseContext(files.get("context.json") ?? "");
  if (context?.id === id && isBranchName(branchOf(context)) && context.ref.startsWith("refs/heads/"))
    return context;
  throw new Failure("bad-bundle", `the snapshot of ${id} in the bundle does not hold that session`);
}
