/** Asks git the first questions of a command while the rest of the program loads. */
import {
  askEarly,
  BRANCHES_QUERY,
  REFS_QUERY,
  REPOSITORY_QUERY,
  SETTINGS_QUERY,
  SNAPSHOT_REFS_QUERY,
  STATUS_QUERY,
} from "../git/read.ts";
import { entryOf, type Question } from "./command.ts";
import { COMMANDS } from "./commands.generated.ts";

const QUERIES: Readonly<Record<Question, readonly string[]>> = {
  repository: REPOSITORY_QUERY,
  status: STATUS_QUERY,
  branches: BRANCHES_QUERY,
  refs: REFS_QUERY,
  snapshots: SNAPSHOT_REFS_QUERY,
  settings: SETTINGS_QUERY,
};

/** Starts the git queries that a command line always needs. */
export function askFirst(argv: readonly string[]): void {
  if (argv.includes("-C") || argv.includes("--help")) return;
  for (const each of queriesOf(argv)) askEarly(each);
}

/** Returns the queries that the command's file lists in `asks`. */
function queriesOf(argv: readonly string[]): readonly (readonly string[])[] {
  const { asks = [] } = entryOf(COMMANDS, argv[0] ?? "status") ?? {};
  return asks.flatMap((each) => {
    if (typeof each === "string") return [QUERIES[each]];
    return argv.includes(each.unless) ? [] : [QUERIES[each.question]];
  });
}
