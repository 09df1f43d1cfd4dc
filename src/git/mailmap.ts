import path from "node:path";
import { ask } from "./read.ts";
import type { Repository } from "./repository.ts";

/** The files that say who is who, there or not. `settings`: git's list of them, to see whether it has to be asked. */
export async function mailmapFiles({ root, bare }: Repository, settings: string): Promise<string[]> {
  const own = bare ? [] : [path.join(root, ".mailmap")];
  if (!/^mailmap\.file\b/m.test(settings.replaceAll("\0", "\n"))) return own;
  const answer = await ask(root, ["config", "--type=path", "--get-all", "mailmap.file"]);
  const named = answer.stdout.split("\n").filter(Boolean);
  return [...own, ...named.map((each) => path.resolve(root, each))];
}
