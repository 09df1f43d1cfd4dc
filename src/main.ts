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
import { version } from "./version.ts";

const QUERIES: Readonly<Record<Question, readonly string[]>> = {
  repository: REPOSITORY_QUERY,
  status: STATUS_QUERY,
  refs: REFS_QUERY,
  snapshots: SNAPSHOT_REFS_QUERY,
  settings: SETTINGS_QUERY,
};

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  process.stdout.write(`${version()}\n`);
} else {
  // git answers while the rest is loaded.
  if (!argv.includes("-C") && !argv.includes("--help")) for (const each of early()) askEarly(each);
  import("./cli/program.ts").then(async ({ run }) => {
    process.exitCode = await run(argv);
  });
}

/** Returns the queries that the command asks git first, as its own file lists them. */
function early(): readonly (readonly string[])[] {
  const { asks = [] } = entryOf(COMMANDS, argv[0]) ?? {};
  return asks.flatMap((each) => {
    if (typeof each === "string") return [QUERIES[each]];
    return argv.includes(each.unless) ? [] : [QUERIES[each.question]];
  });
}
