/** The program without its commands: name, version, and the options that every command has. */
import { type Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { print } from "../terminal/print.ts";
import { version } from "../version.ts";
import { addCommand, type Entry } from "./command.ts";
import { type Act, ThrowingCommand } from "./commander.ts";

export const TAGLINE = "A memory of the work for a git repository: objectives, decisions, handoffs.";

/** Commander prints only the version. `report` (program.ts) prints errors. */
const PRINTED = {
  writeOut: (text: string) => print("stdout", text),
  writeErr: () => {},
  outputError: () => {},
};

/** Returns the program without commands. `act` runs the action of the command that is called. */
export function baseProgram(act: Act): Command {
  const program = new ThrowingCommand("session", act)
    .description(TAGLINE)
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput(PRINTED);
  addGlobals(program);
  return program;
}

/** Loads a command's file and adds the command to a program, with the global options. */
export async function loadInto(program: Command, entry: Entry): Promise<Command> {
  const command = addCommand(program, await entry.load());
  shareGlobals(command);
  return command;
}

function addGlobals(command: CommandUnknownOpts): void {
  command
    .addOption(
      new Option("-C <folder>", "run as if started in <folder>").argParser(
        (value: string, before: string[] = []) => [...before, value],
      ),
    )
    .option("--json", "print data as one JSON document")
    .option("--no-color", "print without colors")
    .option("--no-pager", "print long output without a pager")
    .option("-q, --quiet", "print only data, ids of changes, warnings and errors")
    .option("--verbose", "print more, and the stack of an unexpected error");
}

function shareGlobals(command: CommandUnknownOpts): void {
  addGlobals(command.exitOverride().configureOutput(PRINTED).showSuggestionAfterError(false));
  command.helpOption("-h, --help", "show help");
  for (const child of command.commands) shareGlobals(child);
}
