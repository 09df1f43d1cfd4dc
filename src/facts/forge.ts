/** Finds the server that hosts the issues of a branch. */
import { remoteAddresses } from "../git/remote/addresses.ts";
import type { Place } from "../place/place.ts";
import { type Forge, forgeOf } from "../text/forge.ts";
import type { Gathered } from "./gather.ts";

/**
 * Returns the first known forge among the remotes: `upstream` (the parent of a fork), the branch's own
 * remote, `origin`, a single remote.
 */
export async function forgeHere(
  place: Place,
  { status }: Partial<Pick<Gathered, "status">>,
): Promise<Forge | undefined> {
  const remotes = await remoteAddresses(place.repository.root);
  const tracked = [...remotes.keys()].filter((each) => status?.upstream?.startsWith(`${each}/`));
  const only = remotes.size === 1 ? [...remotes.keys()] : [];
  for (const name of ["upstream", ...tracked, "origin", ...only]) {
    const forge = forgeOf(remotes.get(name) ?? "");
    if (forge) return forge;
  }
  return undefined;
}
