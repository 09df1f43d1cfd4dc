/** Runs this program in a new process. */
import { spawn } from "node:child_process";
import path from "node:path";
import { environment, preciseClock } from "../surroundings.ts";
import { templatesDir } from "./templates.ts";

/** Returns the absolute paths of Node and of this program, however it was started. */
export function programPaths(): readonly [string, string] {
  return [process.execPath, path.join(path.dirname(templatesDir()), "dist", "cli.js")];
}

/** Files for the measurements of a run: git's trace, and the peak memory in megabytes. */
export interface Watched {
  readonly trace: string;
  readonly memory: string;
}

/**
 * Runs a command in a folder, without input and output; without arguments, starts Node and nothing else.
 * Returns its duration in milliseconds, with any exit code.
 */
export function runSelf(
  cwd: string,
  args: readonly string[] | undefined,
  watched?: Watched,
): Promise<number> {
  const [node, program] = programPaths();
  const env = { ...environment(), ...(watched ? { GIT_TRACE2_EVENT: watched.trace } : {}) };
  const probe = watched ? [`--import=${probeOf(watched.memory)}`] : [];
  const line = args === undefined ? ["-e", "0"] : [...probe, program, ...args];
  return new Promise((resolve) => {
    const begin = preciseClock();
    const child = spawn(node, line, { cwd, env, stdio: "ignore", windowsHide: true });
    const done = () => resolve(preciseClock() - begin);
    child.once("error", done);
    child.once("close", done);
  });
}

/**
 * Returns the source of a module that writes the peak memory of its process into a file when the process
 * ends.
 */
function probeOf(file: string): string {
  const code = `import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(${JSON.stringify(file)},String(Math.round(process.resourceUsage().maxRSS/1024))))`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
