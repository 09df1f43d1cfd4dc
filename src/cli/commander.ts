import {
  Command,
  type CommandUnknownOpts,
  type ErrorOptions,
  type OptionValues,
} from "@commander-js/extra-typings";
import type { Action } from "./command.ts";
import { WrongLine } from "./command-line.ts";

/** Runs what a command does, with what commander gives it: arguments, options and the command itself. */
export type Act = (
  action: Action<unknown[]>,
  given: [...unknown[], OptionValues, CommandUnknownOpts],
) => Promise<void>;

/** Somebody asked for the help of a command. */
export class HelpAsked extends Error {
  constructor(readonly command: CommandUnknownOpts) {
    super(`the help of ${command.name()}`);
  }
}

/** A command of which `act` runs what it and its subcommands do. */
export class ThrowingCommand extends Command {
  constructor(
    name?: string,
    private readonly act: Act = async () => {},
  ) {
    super(name);
  }

  override createCommand(name?: string): Command {
    return new ThrowingCommand(name, this.act);
  }

  /** Throws WrongLine in place of printing: what is meant may be another line. */
  override error(message: string, { code = "" }: ErrorOptions = {}): never {
    throw new WrongLine(this, code, message);
  }

  /** Throws HelpAsked in place of printing: the page is drawn by code that is loaded only then. */
  override outputHelp(): void {
    throw new HelpAsked(this);
  }

  override does(action: Action): void {
    this.action((...given) => this.act(action as Action<unknown[]>, given));
  }
}
