import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Scratch, scratch } from "../support/scratch.ts";

export interface Work {
  readonly here: Scratch;
  /** Main worktree, a folder in it, and a linked worktree, each with what only its branch's brief says, and no answer over MCP. */
  readonly places: readonly (readonly [name: string, folder: string, says: string])[];
  /** The log of the main worktree's session: what agents told, in order. */
  readonly log: () => Promise<
    { type: string; source?: string; transcript?: string; agentSession?: string }[]
  >;
}

/** A repository with two sessions, in which `session` is on PATH, as after an installation of the package. */
export async function agentRepository(agent: string, scope: "--project" | "--user"): Promise<Work> {
  const here = await scratch();
  const bin = path.join(here.home, "bin");
  await mkdir(bin);
  const cli = path.resolve("dist/cli.js");
  await writeFile(path.join(bin, "session"), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
  await chmod(path.join(bin, "session"), 0o755);
  here.env.PATH = `${bin}:${here.env.PATH}`;
  await here.ok("agents", "install", agent, scope);
  await here.write("deep/er/file.txt", "x\n");
  await here.git("add", "--all");
  await here.git("commit", "--quiet", "-m", "agents");
  await here.ok("start", "feature/login", "-o", "Objective of the main worktree");
  await here.ok("start", "fix/crash", "-o", "Objective of the linked worktree", "--worktree", "../linked");
  return {
    here,
    places: [
      ["the main worktree", here.root, "On `feature/login` from"],
      ["a folder below", path.join(here.root, "deep/er"), "On `feature/login` from"],
      ["a linked worktree", path.resolve(here.root, "../linked"), "On `fix/crash` from"],
    ],
    log: async () =>
      (await here.read(".git/sessions/feature/login/events.jsonl"))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
        .filter((each) => each.type.includes(":")),
  };
}
