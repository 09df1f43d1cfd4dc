import { type Surroundings, within } from "./surroundings.ts";
import { finish, print } from "./terminal/print.ts";
import { version } from "./version.ts";

/** Runs the command line of the process, and sets its exit code. */
export async function start(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2));
}

/**
 * Runs one command line in separate surroundings (streams, folder, environment, clock), and returns its exit
 * code.
 */
export function runWithin(given: Surroundings, argv: readonly string[]): Promise<number> {
  return within(given, () => main(argv));
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && ["--version", "-V", "version"].includes(argv[0] ?? "")) {
    print("stdout", `${version()}\n`);
    return finish(0);
  }
  const { askFirst } = await import("./cli/early-questions.ts");
  // Starts git before the rest of the program is loaded.
  askFirst(argv);
  const { run } = await import("./cli/program.ts");
  return run(argv);
}
