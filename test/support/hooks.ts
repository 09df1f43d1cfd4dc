import type { Scratch } from "./scratch.ts";

/** Puts the hooks into a repository. */
export async function installHooks(repo: Scratch): Promise<void> {
  await repo.ok("hooks", "install");
}
