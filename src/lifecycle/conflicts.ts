/** Conflicts before they happen: each two branches that are worked on, merged without touching index or work tree. */
import { mergeResult } from "../git/move/merge.ts";
import { baseBranch } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { listedSessions } from "../record/resolve.ts";
import { inTurns } from "../text/turns.ts";
import type { ConflictPair, ConflictSide, Conflicts } from "../views/shapes/conflicts.ts";

/** Merges that git works out in one moment. */
const AT_ONCE = 4;

/** Merges the branches of all sessions that have not ended, in pairs and with the default branch, as committed. */
export async function conflictsOf(place: Place): Promise<Conflicts> {
  const { repository, sessionsDir } = place;
  const [{ sessions, refs }, base] = await Promise.all([
    listedSessions(place),
    // No branch is called HEAD: the default one is meant.
    baseBranch(repository.root, "HEAD"),
  ]);
  const sides = new Map<string, ConflictSide & { readonly tip: string }>();
  for (const { branch, id, title, state, touched, where, gone } of sessions) {
    const tip = refs.get(`refs/heads/${branch}`);
    const isOpen = where === "local" && !gone && (state === "active" || state === "paused");
    if (isOpen && tip !== undefined)
      sides.set(branch, { branch, session: { id, title, state, touched }, tip });
  }
  const tip = refs.get(base?.refs[0] ?? "");
  if (base && tip !== undefined && !sides.has(base.name))
    sides.set(base.name, { branch: base.name, session: null, tip });
  const all = [...sides.values()];
  const pairs = all.flatMap((one, at) => all.slice(at + 1).map((other) => ({ one, other })));
  const found = await inTurns(pairs, AT_ONCE, async ({ one, other }): Promise<ConflictPair[]> => {
    const result = await mergeResult({ repository, scratch: sessionsDir }, one.tip, other.tip);
    if (result.how !== "conflicts" && result.how !== "unrelated") return [];
    const files = result.how === "conflicts" ? result.paths : [];
    return [{ one: sideView(one), other: sideView(other), how: result.how, files }];
  });
  return { branches: all.map(sideView), pairs: pairs.length, conflicts: found.flat() };
}

function sideView({ branch, session }: ConflictSide): ConflictSide {
  return { branch, session };
}
