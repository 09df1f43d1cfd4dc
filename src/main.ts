import { entryOf, type Question } from "./cli/command.ts";
import { COMMANDS } from "./cli/commands.generated.ts";
import {
  askEarly,
  REFS_QUERY,
  REPOSITORY_QUERY,
  SETTINGS_QUERY,
  SNAPSHOT_REFS_QUERY,
  STATUS_QUERY,
} from "./git/read.ts";
import { type Surroundings, within } from "./surroundings.ts";
import { finish, print } from "./terminal/print.ts";
import { version } from "./version.ts";

const QUERIES: Readonly<Record<Question, readonly string[]>> = {
  repository: REPOSITORY_QUERY,
  status: STATUS_QUERY,
  refs: REFS_QUERY,
  snapshots: SNAPSHOT_REFS_QUERY,
  settings: SETTINGS_QUERY,
};

/** Runs the command line of the process, and sets its exit code. */
export async function start(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2));
}

/** Runs one command line in surroundings of its own, and returns its exit code. */
export function runWithin(given: Surroundings, argv: readonly string[]): Promise<number> {
  return within(given, () => main(argv));
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    print("stdout", `${version()}\n`);
    return finish(0);
  }
  // git answers while the rest is loaded.
  if (!argv.includes("-C") && !argv.includes("--help")) for (const each of early(argv)) askEarly(each);
  const { run } = await import("./cli/program.ts");
  return run(argv);
}

/** Returns the queries that the command asks git first, as its own file lists them. */
function early(argv: readonly string[]): readonly (readonly string[])[] {
  const { asks = [] } = entryOf(COMMANDS, argv[0] ?? "status") ?? {};
  return asks.flatMap((each) => {
    if (typeof each === "string") return [QUERIES[each]];
    return argv.includes(each.unless) ? [] : [QUERIES[each.question]];
  });
}
