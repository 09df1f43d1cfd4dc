/** Reads processes from /proc, or from `ps` on systems without it. */

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Process } from "../session/holder.ts";
import { isAlive, startOf } from "../store/processes.ts";
import { environment } from "../surroundings.ts";

interface Entry extends Process {
  readonly parent: number;
}

const hasProc = () => existsSync("/proc/self/stat");

/** Returns the ancestor processes of this process, the parent first; at most 30. */
export async function parentProcesses(): Promise<Process[]> {
  const table = hasProc() ? undefined : new Map((await ps(["-A"])).map((each) => [each.pid, each]));
  const above: Process[] = [];
  for (let pid = process.ppid; pid > 0 && above.length < 30; ) {
    const entry = table ? table.get(pid) : fromProc(pid);
    if (!entry) break;
    above.push({ pid: entry.pid, started: entry.started, args: entry.args });
    pid = entry.parent;
  }
  return above.length > 0 ? above : [{ pid: process.ppid, started: null, args: [] }];
}

/**
 * Returns those of the given processes that are running, with their start times. Starts `ps` at most once.
 */
export async function runningProcesses(
  pids: readonly number[],
): Promise<Map<number, Pick<Process, "started">>> {
  const alive = [...new Set(pids)].filter(isAlive);
  if (alive.length === 0) return new Map();
  if (hasProc()) return new Map(alive.map((pid) => [pid, { started: startOf(pid) }]));
  const told = await ps(["-p", alive.join(",")]);
  return new Map([
    ...alive.map((pid) => [pid, { started: null }] as const),
    ...told.map(({ pid, started }) => [pid, { started }] as const),
  ]);
}

/** Returns the id of a process with this text in its arguments; undefined without one. */
export async function processNaming(text: string): Promise<number | undefined> {
  if (!hasProc()) {
    const found = await ps(["-A"]);
    return found.find((each) => each.pid !== process.pid && each.args.some((arg) => arg.includes(text)))?.pid;
  }
  return readdirSync("/proc")
    .map(Number)
    .find((pid) => pid > 0 && pid !== process.pid && fromProc(pid)?.args.some((arg) => arg.includes(text)));
}

/** Returns the id of a process that has this file open; undefined if the system does not show it. */
export async function processWithOpen(file: string): Promise<number | undefined> {
  if (!hasProc()) return lsof(file);
  return readdirSync("/proc")
    .map(Number)
    .find((pid) => {
      if (!(pid > 0)) return false;
      try {
        return readdirSync(`/proc/${pid}/fd`).some((each) => {
          try {
            return readlinkSync(`/proc/${pid}/fd/${each}`) === file;
          } catch {
            return false;
          }
        });
      } catch {
        // The process belongs to another user, or ended meanwhile.
        return false;
      }
    });
}

/**
 * Finds a process that has a file open, with `lsof`. Undefined without `lsof`, as on Windows, where an open
 * file cannot be removed anyway.
 */
async function lsof(file: string): Promise<number | undefined> {
  return Number.parseInt(await outputOf("lsof", ["-t", "--", file]), 10) || undefined;
}

/** Parses /proc/<pid>/stat: the name in parentheses may hold parentheses and line ends. @see proc(5) */
function fromProc(pid: number): Entry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0$/, "").split("\0");
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    return {
      pid,
      parent: Number(fields[1]),
      started: fields[19] ?? null,
      args: args[0] === "" ? [name] : args,
    };
  } catch {
    return undefined;
  }
}

/** Lists all processes; empty without `ps`, as on Windows. */
async function ps(which: readonly string[]): Promise<Entry[]> {
  return parsePs(await outputOf("ps", ["-ww", ...which, "-o", "pid=,ppid=,lstart=,args="]));
}

/** Returns what a program prints; nothing if it cannot be started. */
function outputOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...environment(), LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
      windowsHide: true,
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    child.on("error", () => resolve(""));
    child.on("close", () => resolve(text));
  });
}

/**
 * Parses `ps -o pid=,ppid=,lstart=,args=`, with lines such as ` 42 1 Mon Nov 2 10:00:00 2026 /bin/zsh -l`.
 */
export function parsePs(text: string): Entry[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+ +\S+ +\d+ +[\d:]+ +\d{4})\s+(.*)$/.exec(line);
    if (!match?.[3] || match[4] === undefined) return [];
    return [
      {
        pid: Number(match[1]),
        parent: Number(match[2]),
        started: match[3].replace(/ +/g, " "),
        args: match[4].trim().split(" "),
      },
    ];
  });
}
