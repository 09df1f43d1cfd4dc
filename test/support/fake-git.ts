import { chmod } from "node:fs/promises";
import path from "node:path";
import type { Scratch } from "./scratch.ts";

/** Writes a `git` that runs a script, and then the real git, which the script has as `$git`. Returns a PATH with it. */
export async function fakeGit(s: Scratch, script: string): Promise<string> {
  const bin = path.join(s.home, "bin");
  const real = (await s.run("sh", ["-c", "command -v git"])).stdout.trim();
  await s.write(path.join(bin, "git"), `#!/bin/sh\ngit="${real}"\n${script}\nexec "$git" "$@"\n`);
  await chmod(path.join(bin, "git"), 0o755);
  return `${bin}:${s.env.PATH}`;
}

/** Returns a PATH with a git whose scan begins late and never ends. */
export function slowGit(s: Scratch): Promise<string> {
  const slow = `sleep 0.6; "$git" "$@"; : > "$HOME/reading"; exec sleep 60`;
  return fakeGit(s, `case " $* " in *" --numstat "*) ${slow} ;; esac`);
}
