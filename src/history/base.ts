/** Finds the remote of a branch, and the branch that its work is based on. */

import { mergeBase } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import { baseBranch, defaultBranch, listRefs } from "../git/refs.ts";
import { remoteNames, settingOf } from "../git/settings.ts";
import type { Place } from "../place/place.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import type { SessionContext } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";

/** The point at which a branch left its base. */
export interface Fork {
  /** Branch and commit at which the branch left its base. */
  readonly base: SessionContext["base"];
  /** Refs of the base branch, in this clone and on remotes; empty for a default branch. */
  readonly refs: readonly string[];
}

/**
 * Finds the commit at which the branch with the commit `tip` left the default branch, of this clone or a
 * remote, whichever is nearest.
 */
export async function forkOf(place: Place, branch: string, tip: string | undefined): Promise<Fork> {
  const { root } = place.repository;
  const found = await baseBranch(root, branch);
  if (found === undefined) return { base: {}, refs: [] };
  const commit = tip === undefined ? undefined : await mergeBase(root, tip, ...found.refs);
  return { base: { branch: found.name, ...defined({ commit }) }, refs: found.refs };
}

/** Matches names of branches, other than the default branch, on which work is usually based. */
const TRUNK = /(^|\/)(develop|development|dev|next|trunk|integration|staging)$/;
/** Maximum branches to compare. A branch from which all of them began is a base. */
const MOST = 50;

/**
 * Finds a branch from which a session began and which is nearer than the default branch: it contains the
 * `oldest` of the commits, but not the `first` commit of the session. Undefined without such a branch.
 */
export async function nearerFork(
  place: Place,
  branch: string,
  { tip, first, oldest }: { readonly tip: string; readonly first: string; readonly oldest: string },
): Promise<Fork | undefined> {
  if (first === oldest) return undefined;
  const { root } = place.repository;
  const query = ["for-each-ref", "--format=%(refname) %(symref)", `--count=${MOST}`];
  const which = [`--contains=${oldest}`, `--no-contains=${first}`, "refs/heads/", "refs/remotes/"];
  const lines = (await ask(root, [...query, ...which])).stdout.split("\n");
  const refs = lines.flatMap((line) => {
    const [ref = "", symbolic] = line.split(" ");
    return ref === "" || symbolic || ref.endsWith(`/${branch}`) ? [] : [ref];
  });
  const commit = refs.length === 0 ? undefined : await mergeBase(root, tip, ...refs);
  const named = refs.find((ref) => TRUNK.test(ref)) ?? refs[0];
  if (commit === undefined || named === undefined) return undefined;
  return { base: { branch: named.replace(/^refs\/(heads|remotes\/[^/]+)\//, ""), commit }, refs };
}

/**
 * Returns the full ref of a remote's branch; undefined if no remote has it.
 * @throws Failure `ambiguous-branch` if several remotes have it and `checkout.defaultRemote` does not decide
 */
export async function remoteBranch(place: Place, branch: string): Promise<string | undefined> {
  const { root } = place.repository;
  const [refs, remotes] = await Promise.all([listRefs(root, "refs/remotes/"), remoteNames(root)]);
  const known = new Set(remotes);
  const found = [...refs.keys()].flatMap((ref) => {
    if (branch === "HEAD" || !ref.endsWith(`/${branch}`)) return [];
    const remote = ref.slice("refs/remotes/".length, -branch.length - 1);
    return known.has(remote) || (remote !== "" && !remote.includes("/")) ? [{ ref, remote }] : [];
  });
  if (found.length <= 1) return found[0]?.ref;
  const preferred = await settingOf(root, "checkout.defaultRemote");
  const chosen = found.find((each) => each.remote === preferred);
  if (chosen) return chosen.ref;
  const names = found.map((each) => `${each.remote}/${branch}`);
  throw new Failure("ambiguous-branch", `${branch} is on ${names.length} remotes: ${names.join(" and ")}`, {
    hint: `git switch --create ${shellWord(branch)} --track ${shellWord(names[0] ?? "")}\n${SAME_COMMAND}`,
  });
}

/**
 * Refuses the name of a remote's branch, such as `origin/main`: a branch of this clone with that name would
 * hide the remote's. `verb`: the command that the hint names.
 * @throws Failure `bad-branch`
 */
export async function refuseRemoteName(
  place: Place,
  name: string,
  verb: "start" | "switch" | "resume",
): Promise<void> {
  const { root } = place.repository;
  if (!(await listRefs(root, "refs/remotes/")).has(`refs/remotes/${name}`)) return;
  const remotes = await remoteNames(root);
  const remote = remotes.find((each) => name.startsWith(`${each}/`)) ?? name.split("/", 1)[0] ?? "";
  const main = await defaultBranch(root);
  const branch = name.slice(remote.length + 1).replace(/^HEAD$/, main ?? "HEAD");
  const isMain = branch === main && verb === "start";
  throw new Failure("bad-branch", `${name} is a branch of the remote ${remote}, not of this clone`, {
    hint: isMain
      ? `session start <branch> --from ${shellWord(name)}`
      : `session ${verb} ${shellWord(branch)}`,
  });
}
