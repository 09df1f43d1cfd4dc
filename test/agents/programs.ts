import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Outside of the package, and kept: each is 100 to 400 MB. */
const CACHE = path.join(os.tmpdir(), "git-session-agents");

/** Older versions that are tried where the newest one cannot be had: a platform's part may come later than the package. */
const OLDER = 4;

export interface Program {
  readonly file: string;
  readonly version: string;
}

/** The file of `installed`. */
export const program = (name: string, from: string, bin: string): string | undefined =>
  installed(name, from, bin)?.file;

/** The program of an npm package at its newest version, installed once; undefined where none can be had or starts. */
export function installed(name: string, from: string, bin: string): Program | undefined {
  for (const version of newest(from)) {
    const file = startable(name, from, bin, version);
    if (file === undefined) continue;
    console.info(`${bin} ${version}`);
    return { file, version };
  }
  console.warn(`skipped: ${bin} (${from}) cannot be installed or does not start here`);
  return undefined;
}

/** Versions to try, the newest first. */
function newest(from: string): string[] {
  const view = (what: string) => {
    const ran = spawnSync("npm", ["view", from, what, "--json"], { encoding: "utf8", timeout: 60_000 });
    return ran.status === 0 ? JSON.parse(ran.stdout) : undefined;
  };
  const latest = view("version");
  if (typeof latest !== "string") return [];
  const all: readonly string[] = view("versions") ?? [];
  return [latest, ...all.slice(0, all.indexOf(latest)).slice(-OLDER).reverse()];
}

function startable(name: string, from: string, bin: string, version: string): string | undefined {
  const folder = path.join(CACHE, `${name}-${version}`);
  const file = path.join(folder, "node_modules/.bin", bin);
  if (!existsSync(folder)) npmInstall(folder, `${from}@${version}`);
  if (!existsSync(file)) return undefined;
  if (starts(file)) return file;
  // It may need a newer Node than this one.
  const wrapped = path.join(folder, bin);
  const node = newerNode();
  if (node === undefined) return undefined;
  writeFileSync(wrapped, `#!/bin/sh\nPATH="${path.dirname(node)}:$PATH" exec "${file}" "$@"\n`);
  chmodSync(wrapped, 0o755);
  return starts(wrapped) ? wrapped : undefined;
}

/** Even asked for its version, each writes into its home. */
function starts(file: string): boolean {
  const home = path.join(CACHE, "home");
  mkdirSync(home, { recursive: true });
  const env = { PATH: process.env.PATH, HOME: home };
  return spawnSync(file, ["--version"], { timeout: 60_000, env }).status === 0;
}

/** A Node of its own from npm. */
function newerNode(): string | undefined {
  const from = `node-${process.platform}-${process.arch}`;
  const folder = path.join(CACHE, "node");
  if (!existsSync(folder)) npmInstall(folder, `${from}@24`);
  const file = path.join(folder, "node_modules", from, "bin/node");
  return existsSync(file) ? file : undefined;
}

function npmInstall(folder: string, what: string): void {
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", what];
  spawnSync("npm", args, { stdio: "inherit", timeout: 500_000, cwd: folder });
}
