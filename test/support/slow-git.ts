import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Scratch } from "./scratch.ts";

/** Returns a folder with a git whose scan begins late and never ends. */
export async function slowGit(s: Scratch): Promise<string> {
  const bin = path.join(s.home, "bin");
  await mkdir(bin);
  const real = (await s.run("sh", ["-c", "command -v git"])).stdout.trim();
  const slow = `sleep 0.6; "${real}" "$@"; : > "$HOME/reading"; exec sleep 60`;
  const script = `#!/bin/sh\ncase " $* " in *" --numstat "*) ${slow} ;; esac\nexec "${real}" "$@"\n`;
  await writeFile(path.join(bin, "git"), script);
  await chmod(path.join(bin, "git"), 0o755);
  return bin;
}
