import { ask } from "../read.ts";

/**
 * Returns the fetch address of each remote, with `insteadOf` applied. It may hold credentials: never
 * show it.
 */
export async function remoteAddresses(root: string): Promise<Map<string, string>> {
  const answer = await ask(root, ["remote", "--verbose"]);
  const found = new Map<string, string>();
  for (const line of answer.stdout.split("\n")) {
    const [, name, address] = /^(.+?)\t(.*) \(fetch\)/.exec(line) ?? [];
    if (name !== undefined && address !== undefined) found.set(name, address);
  }
  return found;
}
