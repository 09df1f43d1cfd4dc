/** Makes system calls of the program and of git fail, with a preloaded library that the local C compiler builds. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { CLI, type Ran, type Scratch } from "./scratch.ts";

/** The reason why this machine cannot inject faults; undefined if it can. */
export const noFaults =
  process.platform !== "linux"
    ? "faults are preloaded, as Linux does it"
    : spawnSync("cc", ["--version"]).status === 0
      ? undefined
      : "there is no C compiler (cc)";

const NUMBERS = { ENOSPC: 28, EIO: 5, EACCES: 13, EROFS: 30 } as const;

export const KINDS = ["ENOSPC", "before", "EIO", "after", "EACCES", "EROFS"] as const;
export type FaultKind = (typeof KINDS)[number];

let library: string | undefined;

function built(): string {
  if (library !== undefined) return library;
  library = path.join(mkdtempSync(path.join(os.tmpdir(), "session-faults-")), "faults.so");
  execFileSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, "test/support/syscall-faults.c", "-ldl"]);
  return library;
}

export interface Struck {
  readonly ran: Ran;
  /** Changes of files that were counted, by all processes. */
  readonly count: number;
  /** The call that failed or was the last one; undefined where there were fewer changes. */
  readonly what?: string;
}

/** Runs the program with a fault at the n-th change below the scratch's folder; 0 counts only. */
export async function withFault(
  s: Scratch,
  args: readonly string[],
  kind: FaultKind,
  at: number,
): Promise<Struck> {
  const folder = path.dirname(s.root);
  const counter = `${folder}-faults`;
  writeFileSync(counter, Buffer.alloc(4096));
  const env = {
    LD_PRELOAD: built(),
    UV_USE_IO_URING: "0",
    FAULT_ROOT: `${folder}/`,
    FAULT_COUNT: counter,
    FAULT_AT: String(at),
    FAULT_KIND: String(kind in NUMBERS ? NUMBERS[kind as keyof typeof NUMBERS] : kind),
  };
  const ran = await s.run("setsid", ["timeout", "60", process.execPath, CLI, ...args], { env });
  const bytes = readFileSync(counter);
  const what = bytes.subarray(8, bytes.indexOf(0, 8)).toString();
  execFileSync("rm", [counter]);
  return { ran, count: bytes.readInt32LE(0), ...(bytes.readInt32LE(4) === 1 && { what }) };
}
