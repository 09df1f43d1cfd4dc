/** Runs this program as a process of its own. */
import { spawn } from "node:child_process";
import path from "node:path";
import { environment, preciseClock } from "../surroundings.ts";
import { templatesDir } from "./templates.ts";

/** Returns the absolute paths of Node and of this program, however it was started. */
export function programPaths(): readonly [string, string] {
  return [process.execPath, path.join(path.dirname(templatesDir()), "dist", "cli.js")];
}

/** Files into which a run writes git's trace, and its most memory in megabytes. */
export interface Watched {
  readonly trace: string;
  readonly memory: string;
}

/**
 * Runs a command in a folder, without input and output; without arguments, starts Node and nothing else.
 * Returns the milliseconds that it took, whatever its exit code.
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

/** Returns a module that writes the most memory of its process into a file when the process ends. */
function probeOf(file: string): string {
  const code = `import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(${JSON.stringify(file)},String(Math.round(process.resourceUsage().maxRSS/1024))))`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
