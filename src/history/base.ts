/** Where branches come from: the remote that has one, and the branch that its work is based on. */

import { mergeBase } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import { baseBranch, listRefs } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { AGAIN, Failure } from "../session/failure.ts";
import type { SessionContext } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { word } from "../text/shell.ts";

export interface Fork {
  /** Where the branch left the branch that it is based on. */
  readonly base: SessionContext["base"];
  /** The refs of that branch, of this clone and of remotes; empty for a default branch. */
  readonly refs: readonly string[];
}

/** Finds where the commit `tip` of a branch left the default branch, here or on a remote, whichever is nearest. */
export async function forkOf(place: Place, branch: string, tip: string | undefined): Promise<Fork> {
  const { root } = place.repository;
  const found = await baseBranch(root, branch);
  if (found === undefined) return { base: {}, refs: [] };
  const commit = tip === undefined ? undefined : await mergeBase(root, tip, ...found.refs);
  return { base: { branch: found.name, ...defined({ commit }) }, refs: found.refs };
}

/** Branches that work begins at beside the default one, whose names tell of it. */
const TRUNK = /(^|\/)(develop|development|dev|next|trunk|integration|staging)$/;
/** So many branches are looked at; one that is shared by all has the work that the others were cut from. */
const MOST = 50;

/**
 * Finds a branch nearer than the default one that a session began at: it has the oldest of the commits, and not `first`,
 * the session's first. Undefined where no branch has.
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
 * Full ref of the branch of that name on a remote, undefined where none has it. Failure `ambiguous-branch` where several
 * have it and `checkout.defaultRemote` does not say which.
 */
export async function remoteBranch(place: Place, branch: string): Promise<string | undefined> {
  const { root } = place.repository;
  const [refs, remotes] = await Promise.all([listRefs(root, "refs/remotes/"), ask(root, ["remote"])]);
  const known = new Set(remotes.stdout.split("\n"));
  const found = [...refs.keys()].flatMap((ref) => {
    if (branch === "HEAD" || !ref.endsWith(`/${branch}`)) return [];
    const remote = ref.slice("refs/remotes/".length, -branch.length - 1);
    return known.has(remote) || !remote.includes("/") ? [{ ref, remote }] : [];
  });
  if (found.length <= 1) return found[0]?.ref;
  const preferred = (await ask(root, ["config", "--get", "checkout.defaultRemote"])).stdout.trim();
  const chosen = found.find((each) => each.remote === preferred);
  if (chosen) return chosen.ref;
  const names = found.map((each) => `${each.remote}/${branch}`);
  throw new Failure("ambiguous-branch", `${branch} is on ${names.length} remotes: ${names.join(" and ")}`, {
    hint: `git switch --create ${word(branch)} --track ${word(names[0] ?? "")}\n${AGAIN}`,
  });
}
