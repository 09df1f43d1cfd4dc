import { listRefs } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { knownSessions } from "../record/resolve.ts";

type Named = readonly [name: string, about: string];

/** Sessions by their branches, or ids where a branch had several, and the branches of this clone. */
export async function namesToComplete(place: Place): Promise<{ sessions: Named[]; branches: Named[] }> {
  const [known, refs] = await Promise.all([
    knownSessions(place, { light: true }),
    listRefs(place.repository.root, "refs/heads/"),
  ]);
  const taken = new Set<string>();
  const sessions = known.map(({ id, title, branch, state }): Named => {
    const name = taken.has(branch) ? id : branch;
    taken.add(branch);
    return [name, `${title.replace(/\s+/g, " ")} (${state})`];
  });
  return { sessions, branches: [...refs.keys()].map((ref): Named => [ref.slice(11), "branch"]) };
}
