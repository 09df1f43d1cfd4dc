/** Runs the user's programs to get information. Never runs a program that a repository provides. */

import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { environment, homeFolder } from "../surroundings.ts";

/**
 * Finds a program on PATH, as a full path. Skips relative entries of PATH and entries in the given work tree:
 * a clone could have created them.
 */
export function findProgram(
  name: string,
  root?: string,
  env: NodeJS.ProcessEnv = environment(),
): string | undefined {
  const names = process.platform === "win32" ? [`${name}.exe`] : [name];
  const folders = (env.PATH ?? env.Path ?? "").split(path.delimiter);
  for (const folder of folders.filter(
    (each) => path.isAbsolute(each) && (root === undefined || !isInside(each, root)),
  )) {
    const file = names.map((each) => path.join(folder, each)).find(isProgram);
    if (file !== undefined) return file;
  }
  return undefined;
}

function isInside(folder: string, root: string): boolean {
  const way = path.relative(root, folder);
  return way === "" || (!way.startsWith("..") && !path.isAbsolute(way));
}

/** Reports whether a file is executable for this user. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

export interface Answer {
  /** Exit code; undefined if the program could not start or was too slow. */
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly late: boolean;
}

/** Maximum bytes of a program's answer. */
const MAX_ANSWER = 8 * 1024 * 1024;

/**
 * Runs a program without a shell, outside of the repository, with empty standard input. Ends it after
 * `milliseconds`. Never throws.
 */
export function askProgram(
  file: string,
  args: readonly string[],
  milliseconds: number,
  env: NodeJS.ProcessEnv = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    let size = 0;
    let late = false;
    const text = (parts: Buffer[]) => Buffer.concat(parts).toString("utf8");
    const child = spawn(file, args, {
      cwd: homeFolder(),
      env: { ...environment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      // Starts a separate process group, so that the program's children end with it.
      detached: process.platform !== "win32",
    });
    const end = () => {
      try {
        if (child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, "SIGKILL");
        else child.kill("SIGKILL");
      } catch {
        // The process has already ended, so the error is ignored.
      }
    };
    const timer = setTimeout(() => {
      late = true;
      end();
    }, milliseconds);
    const collect = (parts: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_ANSWER) end();
      else parts.push(chunk);
    };
    child.stdout.on("data", collect(stdout));
    child.stderr.on("data", collect(stderr));
    const done = (code: number | null) => {
      clearTimeout(timer);
      resolve({ ...(code === null ? {} : { code }), stdout: text(stdout), stderr: text(stderr), late });
    };
    child.on("error", () => done(null));
    child.on("close", done);
  });
}
