import { listRefs } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { remoteSessions } from "../record/remote-branches.ts";
import { knownSessions } from "../record/resolve.ts";

type Named = readonly [name: string, about: string];

/** Sessions by their branches, or ids where a branch had several, those on remotes last; and the branches of this clone. */
export async function namesToComplete(place: Place): Promise<{ sessions: Named[]; branches: Named[] }> {
  const [known, refs] = await Promise.all([
    knownSessions(place, { light: true }),
    listRefs(place.repository.root, "refs/heads/", "refs/remotes/"),
  ]);
  const remote = await remoteSessions(place, new Set(known.map((each) => each.id)), refs);
  const taken = new Set<string>();
  const sessions = known.map(({ id, title, branch, state }): Named => {
    const name = taken.has(branch) ? id : branch;
    taken.add(branch);
    return [name, `${title.replace(/\s+/g, " ")} (${state})`];
  });
  for (const each of remote) {
    if (taken.has(each.branch)) continue;
    taken.add(each.branch);
    sessions.push([each.branch, `${each.title.replace(/\s+/g, " ")} (on ${each.remote})`]);
  }
  const branches = [...refs.keys()].filter((ref) => ref.startsWith("refs/heads/"));
  return { sessions, branches: branches.map((ref): Named => [ref.slice(11), "branch"]) };
}
