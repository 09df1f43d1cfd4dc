import path from "node:path";
import { ask } from "./read.ts";
import type { Repository } from "./repository.ts";

/**
 * Returns the paths of the mailmap files, existing or not. `settings`: git's settings, to skip a git
 * process if none names a mailmap.
 */
export async function mailmapFiles({ root, bare }: Repository, settings: string): Promise<string[]> {
  const own = bare ? [] : [path.join(root, ".mailmap")];
  if (!/^mailmap\.file\b/m.test(settings.replaceAll("\0", "\n"))) return own;
  const answer = await ask(root, ["config", "--type=path", "--get-all", "mailmap.file"]);
  const named = answer.stdout.split("\n").filter(Boolean);
  return [...own, ...named.map((each) => path.resolve(root, each))];
}
