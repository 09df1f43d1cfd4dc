import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Outside of the package, and kept: each is 100 to 400 MB. */
const CACHE = path.join(os.tmpdir(), "git-session-agents");

/** The program of an npm package, installed once; undefined where it cannot be. */
export function program(name: string, from: string, bin: string): string | undefined {
  const folder = path.join(CACHE, name);
  const file = path.join(folder, "node_modules/.bin", bin);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const args = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", from];
    spawnSync("npm", args, { stdio: "inherit", timeout: 500_000, cwd: folder });
  }
  // Even asked for its version, each writes into its home.
  const home = path.join(CACHE, "home");
  mkdirSync(home, { recursive: true });
  const env = { PATH: process.env.PATH, HOME: home };
  const ran = existsSync(file)
    ? spawnSync(file, ["--version"], { encoding: "utf8", timeout: 60_000, env })
    : undefined;
  if (ran?.status !== 0) {
    console.warn(`skipped: ${bin} (${from}) cannot be installed or does not start here`);
    return undefined;
  }
  console.info(`${bin} ${ran.stdout.trim()}`);
  return file;
}
