import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const PACKAGES = ["husky@9.1.7", "husky4@npm:husky@4.3.8", "lefthook@2.2.2", "simple-git-hooks@2.14.0"];

/** Returns the folder of hook managers, installed once from npm; undefined without a registry. */
export function managersFromNpm(): string | undefined {
  const folder = path.join(os.tmpdir(), "session-test-hook-managers-1");
  if (existsSync(folder)) return path.join(folder, "node_modules");
  const fresh = mkdtempSync(`${folder}-`);
  const args = ["install", "--prefix", fresh, "--no-audit", "--no-fund", "--ignore-scripts", ...PACKAGES];
  const { status } = spawnSync("npm", args, { stdio: "ignore", timeout: 120_000 });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    return undefined;
  }
  try {
    renameSync(fresh, folder);
  } catch {
    // Another run was quicker.
    rmSync(fresh, { recursive: true, force: true });
  }
  return path.join(folder, "node_modules");
}

/** Returns whether a program is on PATH. */
export const isInstalled = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;
