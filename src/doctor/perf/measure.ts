/** Times the everyday commands in the user's repository against git's own commands. Changes nothing. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { SNAPSHOTS_QUERY, STATUS_QUERY, spentOn } from "../../git/read.ts";
import type { Place } from "../../place/place.ts";
import { runSelf } from "../../place/self.ts";
import { defined } from "../../text/defined.ts";
import { type Fact, factsOf } from "./facts.ts";

/** The minimum, median and maximum of some values. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The measurements of one command, timed as a whole process, in milliseconds. */
interface TimedCommand {
  readonly command: string;
  /** Git commands that every implementation of this command must run. */
  readonly floor: readonly string[];
  readonly own: Spread;
  /** Time for starting Node and running the `floor` commands one after the other. */
  readonly least: Spread;
  /** Ratios of `own` to `least`, measured in pairs. */
  readonly ratio: Spread;
  /** Number of git processes that the command starts. */
  readonly processes: number;
  /** Peak memory of the command's own process, in megabytes. */
  readonly memory?: number;
}

export interface Performance {
  readonly runs: number;
  readonly commands: readonly TimedCommand[];
  readonly facts: readonly Fact[];
}

const LOG = ["log", "-n", "30", "--format=%H%n%B"];

/** The git command of `search`, which reads the messages of all commits. */
const GREP = ["log", "--all", "--fixed-strings", "--regexp-ignore-case", "--grep=session", "--format=%H"];

/** The measured commands: everyday commands that only read. */
const COMMANDS: readonly {
  readonly args: readonly string[];
  readonly floor: readonly (readonly string[])[];
}[] = [
  { args: ["status"], floor: [STATUS_QUERY] },
  { args: ["log"], floor: [LOG] },
  { args: ["brief"], floor: [STATUS_QUERY, LOG] },
  { args: ["list"], floor: [SNAPSHOTS_QUERY] },
  { args: ["search", "session"], floor: [SNAPSHOTS_QUERY, GREP] },
  { args: ["stats"], floor: [STATUS_QUERY, LOG] },
];

/**
 * Measures each command `runs` times next to its floor, and finds properties that make the repository slow.
 */
export async function measurePerformance(
  place: Place,
  runs: number,
  onCommand: (command: string) => void = () => {},
): Promise<Performance> {
  const commands: TimedCommand[] = [];
  for (const { args, floor } of COMMANDS) {
    onCommand(args.join(" "));
    commands.push(await timed(place, args, floor, runs));
  }
  return { runs, commands, facts: await factsOf(place) };
}

async function timed(
  { repository: { root } }: Place,
  args: readonly string[],
  floor: readonly (readonly string[])[],
  runs: number,
): Promise<TimedCommand> {
  const counted = await countedRun(root, args);
  const pairs: { own: number; least: number }[] = [];
  for (let n = 0; n < runs; n++) {
    const own = await runSelf(root, args);
    let least = await runSelf(root, undefined);
    for (const each of floor) least += await spentOn(root, each);
    pairs.push({ own, least });
  }
  return {
    command: args.join(" "),
    floor: floor.map((each) => `git ${each[0]}`),
    own: spreadOf(pairs.map((each) => each.own)),
    least: spreadOf(pairs.map((each) => each.least)),
    ratio: spreadOf(pairs.map((each) => each.own / each.least)),
    ...counted,
  };
}

/** Runs a command once more, with git's trace, and measures its memory. */
async function countedRun(root: string, args: readonly string[]) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "session-perf-"));
  try {
    const [trace, memory] = [path.join(folder, "trace"), path.join(folder, "memory")];
    await runSelf(root, args, { trace, memory });
    const [events, most] = await Promise.all(
      [trace, memory].map((file) => readFile(file, "utf8").catch(() => "")),
    );
    return { processes: startedIn(events ?? ""), ...defined({ memory: Number(most) || undefined }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the number of git processes in a trace, without processes that git itself started. */
function startedIn(events: string): number {
  const isOurs = (line: string) => /"event":"start"/.test(line) && !/"sid":"[^"]*\//.test(line);
  return events.split("\n").filter(isOurs).length;
}

/** Returns minimum, median and maximum of at least one value. */
function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  return { min: sorted[0] ?? 0, median: sorted[sorted.length >> 1] ?? 0, max: sorted.at(-1) ?? 0 };
}
