import { askEarly, REPOSITORY_QUERY, STATUS_QUERY } from "./git/read.ts";
import { version } from "./version.ts";

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  process.stdout.write(`${version()}\n`);
} else {
  // What people type all day: git answers while the rest is loaded.
  if ((argv[0] === "status" || argv[0] === "st") && !argv.includes("-C") && !argv.includes("--help")) {
    askEarly(REPOSITORY_QUERY);
    if (!argv.includes("--all")) askEarly(STATUS_QUERY);
  }
  import("./commands/program.ts").then(async ({ run }) => {
    process.exitCode = await run(argv);
  });
}
