/** Provides environment, clock and streams of a run. No other file reads those of the process. */
import { AsyncLocalStorage } from "node:async_hooks";
import os from "node:os";
import type { Readable, Writable } from "node:stream";
import { isatty } from "node:tty";

type Input = Readable & { readonly fd?: number; unref?(): unknown };

type Output = Writable & { readonly columns?: number; readonly rows?: number };

/** The environment, the streams and the terminal of one run of the program. */
export interface Surroundings {
  /** A copy of the environment: a run changes it for the programs that it starts. */
  readonly env: NodeJS.ProcessEnv;
  /** Returns the current folder. Throws if it is gone. */
  readonly cwd: () => string;
  /** Returns the time in milliseconds since the epoch. */
  readonly clock: () => number;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Returns whether a descriptor is a terminal, without opening its stream, which takes a millisecond. */
  readonly isTerminal: (descriptor: 0 | 1 | 2) => boolean;
  /** Ends the run at once with an exit code. */
  readonly exit: (code: number) => void;
}

let ofProcess: Surroundings | undefined;
let runs: AsyncLocalStorage<Surroundings> | undefined;

/** Runs an action with separate surroundings. */
export function within<T>(surroundings: Surroundings, action: () => T): T {
  runs ??= new AsyncLocalStorage();
  return runs.run(surroundings, action);
}

/** Returns the surroundings of the current run: the process's own, unless the run began with `within`. */
export function surroundings(): Surroundings {
  const given = runs?.getStore();
  if (given) return given;
  ofProcess ??= processSurroundings();
  return ofProcess;
}

/** Returns the environment of the current run. */
export function environment(): NodeJS.ProcessEnv {
  return surroundings().env;
}

/** Returns the time of the current run, in milliseconds since the epoch. */
export function clock(): number {
  return surroundings().clock();
}

/** Returns the time of the current run in ISO 8601. */
export function now(): string {
  return new Date(clock()).toISOString();
}

/** Returns milliseconds since the process started, with fractions: for durations, not for dates. */
export function preciseClock(): number {
  return performance.now();
}

/** Returns the user's home folder. */
export function homeFolder(): string {
  return environment().HOME || os.homedir();
}

/** Returns a getter of a value that is created once per run. */
export function perRun<T>(make: () => T): () => T {
  const values = new WeakMap<Surroundings, T>();
  return () => {
    const run = surroundings();
    const known = values.get(run);
    if (known !== undefined) return known;
    const made = make();
    values.set(run, made);
    return made;
  };
}

const looks = perRun(() => ({ count: 0, writes: 0 }));

/** Returns the number of `invalidateReads` calls in this run: a value read at a lower number may be stale. */
export function readGeneration(): number {
  return looks().count;
}

/** Records that the repository may have changed, by a command of this run or by another process. */
export function invalidateReads(): void {
  looks().count++;
}

/** Returns a number that changes whenever this run may have written a file of a work tree. */
export function writeNumber(): number {
  return looks().writes;
}

/**
 * Records that this run writes a file. For a file outside of `.git`, git's answers about the work tree become
 * stale.
 */
export function noteWrite(file: string): void {
  if (!/[\\/]\.git[\\/]/.test(file)) looks().writes++;
}

/** Calls `action` for signals that ask the process to stop. Returns a function that stops calling it. */
export function onSignals(
  action: (signal: NodeJS.Signals) => void,
  signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"],
): () => void {
  for (const each of signals) process.on(each, action);
  return () => {
    for (const each of signals) process.off(each, action);
  };
}

/** Resolves when a signal asks the process to stop. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const off = onSignals(() => {
      off();
      resolve();
    });
  });
}

function processSurroundings(): Surroundings {
  return {
    env: { ...process.env },
    cwd: () => process.cwd(),
    clock: () => Date.now(),
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    isTerminal: isatty,
    exit: (code) => process.exit(code),
  };
}
