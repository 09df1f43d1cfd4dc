/** The environment, clock and streams of a run of the program in a test. */
import { realpathSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import type { Surroundings } from "../../src/surroundings.ts";

export interface Given {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly clock?: () => number;
  /** Ends the run. */
  readonly exit?: (code: number) => void;
}

/** Returns surroundings without a terminal, and the texts that a run writes. */
export function surroundingsOf({ cwd, env, input = "", clock = Date.now, exit = () => {} }: Given) {
  const stdout = collector();
  const stderr = collector();
  const surroundings: Surroundings = {
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    cwd: () => realpathSync(cwd),
    clock,
    stdin: Readable.from(input === "" ? [] : [Buffer.from(input)], { objectMode: false }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    isTerminal: () => false,
    exit,
  };
  return { surroundings, stdout: stdout.text, stderr: stderr.text };
}

function collector() {
  const parts: Buffer[] = [];
  const stream = new Writable({
    decodeStrings: true,
    write: (chunk: Buffer, _encoding, done) => {
      parts.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(parts).toString() };
}
