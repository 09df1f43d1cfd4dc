/** Finds the branch that a session's work is measured against and merged into. */
import { aheadBehind, isAncestor, mergeBase } from "../git/commits.ts";
import { mergeThatBrought } from "../git/history/ancestry.ts";
import { baseBranch, branchCopies } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { branchOf, isLive, type SessionContext } from "../session/state.ts";
import { squashIn } from "./squashes.ts";
import { storedSession } from "./stored-session.ts";

export interface Base {
  /** Name of the branch, without its remote. */
  readonly name: string;
  /** The ref that contains most of the work: the branch of this clone, or a remote's copy. */
  readonly ref: string;
  readonly counts: { readonly ahead: number; readonly behind: number };
  /** Refs whose commits are not the session's work. */
  readonly exclude: readonly string[];
}

/**
 * Returns the base that a session was started from, or the default branch once the session's branch contains
 * the merge of that base, or the base is gone. Undefined without a base in this clone or at a remote.
 */
export async function baseInForce(
  place: Place,
  context: SessionContext,
  tip: string,
): Promise<Base | undefined> {
  const { root } = place.repository;
  const { base, parent } = context;
  if (base.branch === undefined || base.branch === branchOf(context)) return undefined;
  const recorded = await nearest(root, tip, base.branch);
  if (recorded && parent === undefined) return recorded;
  const usual = await baseBranch(root, branchOf(context));
  if (!usual || usual.name === base.branch) return recorded;
  const trunk = await nearest(root, tip, usual.name);
  if (!recorded || !trunk) return recorded ?? trunk;
  if (trunk.counts.ahead < recorded.counts.ahead && (await hasLanded(place, context, recorded, trunk, tip)))
    return trunk;
  return { ...recorded, exclude: [...recorded.exclude, ...trunk.exclude] };
}

/** Returns the base of a name, with that of its refs that leaves the fewest commits as work. */
async function nearest(root: string, tip: string, name: string): Promise<Base | undefined> {
  const copies = await branchCopies(root, name);
  // Counts once per commit: most copies are at the same commit.
  const isFirst = (oid: string, at: number) => copies.findIndex((each) => each.oid === oid) === at;
  const refs = copies.flatMap(({ ref, oid }, at) => (isFirst(oid, at) ? [ref] : []));
  const counted = await Promise.all(refs.map((ref) => aheadBehind(root, tip, ref)));
  const found = refs.flatMap((ref, at) => {
    const counts = counted[at];
    return counts ? [{ ref, counts }] : [];
  });
  const [first] = found.toSorted((one, other) => one.counts.ahead - other.counts.ahead);
  const exclude = found.flatMap(({ ref, counts }) => (counts.ahead > 0 ? [ref] : []));
  return first && { name, ...first, exclude };
}

/** Reports whether the commit `tip` contains the parent's work as the default branch has it. */
async function hasLanded(
  place: Place,
  { base, parent = "" }: SessionContext,
  recorded: Base,
  trunk: Base,
  tip: string,
): Promise<boolean> {
  if (trunk.counts.ahead === 0) return true;
  const { root } = place.repository;
  const shared = await mergeBase(root, tip, trunk.ref);
  if (shared === undefined) return false;
  const [squash, merge, contained, above] = await Promise.all([
    squashIn(root, parent, shared, recorded.ref),
    mergeThatBrought(root, recorded.ref, shared),
    isAncestor(root, recorded.ref, shared),
    storedSession(place, base.branch ?? "").catch(() => undefined),
  ]);
  // A parent that goes on, and has no commits yet, is contained in the default branch without a merge.
  const goesOn = above?.state.context.id === parent && isLive(above.state.context.state);
  return squash !== undefined || merge !== undefined || (contained && !goesOn);
}
