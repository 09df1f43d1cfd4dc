/** The server that has the work's issues. */
import { remoteAddresses } from "../git/remote/addresses.ts";
import type { Place } from "../place/place.ts";
import { type Forge, forgeOf } from "../text/forge.ts";
import type { Gathered } from "./gather.ts";

/** Where the work's issues are: at the repository that it was forked from, the branch's own remote, or the usual one. */
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
