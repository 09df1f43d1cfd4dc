import path from "node:path";
import { CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { openPlace, type Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { isUnwritable, systemFailure } from "../store/system-failure.ts";
import { surroundings } from "../surroundings.ts";
import { createOutput, type Output, type OutputFlags } from "../terminal/output.ts";
import { finish } from "../terminal/print.ts";
import { baseProgram, loadInto } from "./base-program.ts";
import { type Call, type Entry, entryOf } from "./command.ts";
import { firstWord, plainLine, WrongLine } from "./command-line.ts";
import { type Act, HelpAsked } from "./commander.ts";
import { COMMANDS } from "./commands.generated.ts";

interface GlobalOptions extends OutputFlags {
  readonly C?: string[];
  /** Values of `--allow`, for commands that the secret scan may stop. */
  readonly allow?: string[];
  /** Value of `--workspace`, for commands that can send a session's documents. */
  readonly workspace?: boolean;
  readonly transcripts?: boolean;
}

/** Runs one command line. Returns the exit code of the process. */
export async function run(argv: readonly string[]): Promise<number> {
  let out = await createOutput(argv.includes("--json") ? { json: true } : {});
  let code = 0;
  try {
    const act: Act = async (action, given) => {
      const command = given.at(-1) as CommandUnknownOpts;
      const options = command.optsWithGlobals() as GlobalOptions;
      out = await createOutput(outputFlags(options, entryOf(COMMANDS, topOf(command).name())));
      const call = callIn(folderOf(options.C ?? []), out, options, argv);
      try {
        code = (await action(call, ...given)) ?? 0;
      } catch (error) {
        throw error instanceof Failure ? withTool(error, command) : error;
      } finally {
        call.done();
      }
    };
    await obey(asCalled(argv), act);
    return await finish(code);
  } catch (error) {
    if (error instanceof HelpAsked) return await finish(await showHelp(error, argv));
    return await finish(await report(error, out, argv));
  }
}

/** Prints the page of a command. Returns the exit code. */
async function showHelp({ command }: HelpAsked, argv: readonly string[]): Promise<number> {
  const { pageOf, pageText } = await import("./help/help.ts");
  const [json, color] = [argv.includes("--json"), !argv.includes("--no-color")];
  const out = await createOutput({ json, pager: !argv.includes("--no-pager"), ...(color ? {} : { color }) });
  const page = pageOf(command);
  out.data(pageText(page, out.columns), { page, topic: null });
  return 0;
}

/**
 * Runs a command line, or its correction if only one meaning is possible: commander rejects a wrong line
 * before running it.
 */
async function obey(words: readonly string[], act: Act): Promise<void> {
  const line = await withKnownCommand(plainLine(words, COMMANDS));
  const program = baseProgram(act);
  const entry = entryOf(COMMANDS, line[firstWord(line)]);
  if (entry) await loadInto(program, entry);
  try {
    await program.parseAsync([...line], { from: "user" });
  } catch (error) {
    if (!(error instanceof WrongLine)) throw error;
    const { rightLine } = await import("./corrections.ts");
    await obey(rightLine(line, error), act);
  }
}

async function withKnownCommand(line: readonly string[]): Promise<readonly string[]> {
  const name = line[firstWord(line)];
  if (name === undefined || entryOf(COMMANDS, name)) return line;
  const { withCommand } = await import("./corrections.ts");
  return withCommand(line, COMMANDS);
}

/** Commands that are MCP tools too: the MCP server runs outside of a sandbox that makes `.git` read-only. */
const TOOLS = ["checkpoint", "start"];

/** Adds a hint to a failure to write: the name of the MCP tool that does the same. */
function withTool(failure: Failure, command: CommandUnknownOpts): Failure {
  if (!TOOLS.includes(command.name()) || !isUnwritable(failure)) return failure;
  const { code, message, hint = "", cause } = failure;
  const advice = `in an agent's sandbox, call the MCP tool session_${command.name()}`;
  return new Failure(code, message, { advice, hint, cause });
}

/**
 * Completes short lines: a line without a command becomes the short status, `--help` becomes `help`, `help
 * --agents` becomes `agent-help`.
 */
function asCalled(argv: readonly string[]): readonly string[] {
  const at = firstWord(argv);
  if (at >= 0) {
    const isForAgents = argv[at] === "help" && argv[at + 1] === "--agents";
    return isForAgents ? argv.toSpliced(at, 2, "agent-help") : argv;
  }
  const isAsked = argv.findIndex((each) => each === "-h" || each === "--help");
  if (isAsked >= 0) return argv.toSpliced(isAsked, 1, "help");
  return argv.includes("--version") || argv.includes("-V") ? argv : [...argv, "status", "--overview"];
}

/** Returns the command that a subcommand belongs to. */
function topOf(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.parent?.parent ? topOf(command.parent) : command;
}

function outputFlags(options: GlobalOptions, entry: Entry | undefined): OutputFlags {
  return {
    pager: (entry?.pager ?? false) && options.pager !== false,
    json: options.json ?? false,
    quiet: options.quiet ?? false,
    ...(options.verbose ? { verbose: true } : {}),
    // Commander sets `color` to true if the user does not type the option.
    ...(options.color === false ? { color: false } : {}),
  };
}

/**
 * Returns the folder after each `-C`, as git does. @throws Failure `no-folder` if the current folder is
 * gone.
 */
function folderOf(changes: readonly string[]): string {
  try {
    // An absolute `-C` works even if the current folder is gone.
    const isFree = changes.some((each) => path.isAbsolute(each));
    return path.resolve(...(isFree ? [] : [surroundings().cwd()]), ...changes);
  } catch (error) {
    throw new Failure("no-folder", "the current folder is gone", { hint: "cd ~", cause: error });
  }
}

function callIn(
  cwd: string,
  out: Output,
  { allow = [], workspace = false, transcripts = false }: GlobalOptions,
  argv: readonly string[],
): Call & { done: () => void } {
  let opened: Place | undefined;
  return {
    cwd,
    out,
    commands: COMMANDS,
    place: async ({ silent = false, bare = false } = {}) => {
      const place = await openPlace(cwd, bare);
      const called = async () => (await import("./hints.ts")).calledText(argv);
      const accepts = allow.length === 0 ? {} : { allow };
      opened = { ...place, ...accepts, called, travels: { workspace, transcripts } };
      out.apply(opened.config.display);
      for (const problem of silent ? [] : opened.configProblems) {
        out.warn(`${problem.file}:${problem.line}:${problem.column}: ${problem.message}`);
      }
      return opened;
    },
    done: () => {
      for (const notice of new Set(opened?.notices)) out.say(notice);
    },
  };
}

/** Prints an error, in one line if it is a Failure. Returns the exit code. */
async function report(error: unknown, out: Output, argv: readonly string[]): Promise<number> {
  // Commander throws after it printed the version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Failure) {
    const { hintsOf } = await import("./hints.ts");
    out.fail(error, hintsOf(error, argv));
    if (out.verbose && error.cause instanceof Error) out.say(error.cause.stack ?? "");
    return error.exit;
  }
  const system = error as NodeJS.ErrnoException;
  if (system?.syscall !== undefined && system.path !== undefined)
    return report(systemFailure("write", system.path, system), out, argv);
  const bug = error instanceof Error ? error : new Error(String(error));
  return report(
    new Failure("bug", `unexpected: ${bug.message}`, { hint: "--verbose", cause: bug }),
    out,
    argv,
  );
}
