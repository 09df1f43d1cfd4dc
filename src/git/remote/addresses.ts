import { ask } from "../read.ts";

/** Remotes with the addresses that git fetches from, `insteadOf` applied. They may hold credentials: never show one. */
export async function remoteAddresses(root: string): Promise<Map<string, string>> {
  const answer = await ask(root, ["remote", "--verbose"]);
  const found = new Map<string, string>();
  for (const line of answer.stdout.split("\n")) {
    const [, name, address] = /^(.+?)\t(.*) \(fetch\)/.exec(line) ?? [];
    if (name !== undefined && address !== undefined) found.set(name, address);
  }
  return found;
}
