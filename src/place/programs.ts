/** Programs of the user's that are asked for what they know. Nothing that a repository brings is ever one of them. */

import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { environment, homeFolder } from "../surroundings.ts";

/**
 * The program on PATH, as a full path. Relative entries of PATH, and those inside of the work tree where that is given, do
 * not count: a clone could have put it there.
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

/** Whether it is a file that we may run. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

export interface Answer {
  /** Undefined where it could not be started or did not answer in time. */
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly late: boolean;
}

/** No answer that we can use is longer, in bytes. */
const MAX_ANSWER = 8 * 1024 * 1024;

/**
 * Runs a program without a shell, away from the repository, with nothing to read, so that it asks nobody. After
 * `milliseconds` it is ended. Never throws.
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
      // With a group of its own, what it started ends with it.
      detached: process.platform !== "win32",
    });
    const end = () => {
      try {
        if (child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, "SIGKILL");
        else child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
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
