import {
  askEarly,
  REFS_QUERY,
  REPOSITORY_QUERY,
  SETTINGS_QUERY,
  SNAPSHOT_REFS_QUERY,
  STATUS_QUERY,
} from "./git/read.ts";
import { version } from "./version.ts";

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  process.stdout.write(`${version()}\n`);
} else {
  // git answers while the rest is loaded.
  if (!argv.includes("-C") && !argv.includes("--help")) for (const each of questions()) askEarly(each);
  import("./commands/program.ts").then(async ({ run }) => {
    process.exitCode = await run(argv);
  });
}

/** What the command is going to ask of git, as far as its name tells. */
function questions(): readonly (readonly string[])[] {
  switch (argv[0]) {
    case "status":
    case "st":
      return argv.includes("--all") ? [REPOSITORY_QUERY] : [REPOSITORY_QUERY, STATUS_QUERY];
    case "list":
    case "ls":
    case "sessions":
    case "history":
    case "search":
      return [REPOSITORY_QUERY, SNAPSHOT_REFS_QUERY];
    case "report":
      return [REPOSITORY_QUERY, REFS_QUERY, SETTINGS_QUERY];
    default:
      return [];
  }
}
