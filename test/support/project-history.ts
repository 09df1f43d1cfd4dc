import type { Scratch } from "./scratch.ts";

/** Makes a bare repository beside a scratch, with this project's own history on `main`. Returns its path. */
export async function projectHistory(s: Scratch): Promise<string> {
  const project = process.cwd();
  const up = s.at("../up.git");
  await s.git("clone", "--quiet", "--bare", "--shared", "--no-tags", project, up.root);
  await up.git("update-ref", "--no-deref", "HEAD", await s.git("-C", project, "rev-parse", "HEAD"));
  for (const ref of (await up.git("for-each-ref", "--format=%(refname)")).split("\n").filter(Boolean))
    await up.git("update-ref", "-d", ref);
  await up.git("branch", "main", "HEAD");
  await up.git("symbolic-ref", "HEAD", "refs/heads/main");
  return up.root;
}
