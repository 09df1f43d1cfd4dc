/** Finds out whether a process runs, and since when. */
import { readFileSync } from "node:fs";

/** Reports whether a process runs; false for a zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Returns the start time of a process in clock ticks since boot, on Linux; null on other systems.
 * @see proc(5), field 22
 */
export function startOf(pid: number): string | null {
  return statOf(pid)[19] ?? null;
}

/** Reports whether a process ended without its parent waiting for it, as in containers. */
function isZombie(pid: number): boolean {
  return /^[ZX]/.test(statOf(pid)[0] ?? "");
}

/** Returns the fields of /proc/<pid>/stat after the name, from the state on. @see proc(5) */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
