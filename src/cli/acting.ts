import {
  Command,
  type CommandUnknownOpts,
  type ErrorOptions,
  type OptionValues,
} from "@commander-js/extra-typings";
import type { Action } from "./command.ts";
import { WrongLine } from "./line.ts";

/** Runs what a command does, with what commander gives it: arguments, options and the command itself. */
export type Act = (
  action: Action<unknown[]>,
  given: [...unknown[], OptionValues, CommandUnknownOpts],
) => Promise<void>;

/** A command of which `act` runs what it and its subcommands do. */
export class ActingCommand extends Command {
  constructor(
    name?: string,
    private readonly act: Act = async () => {},
  ) {
    super(name);
  }

  override createCommand(name?: string): Command {
    return new ActingCommand(name, this.act);
  }

  /** Throws WrongLine in place of printing: what is meant may be another line. */
  override error(message: string, { code = "" }: ErrorOptions = {}): never {
    throw new WrongLine(this, code, message);
  }

  override does(action: Action): void {
    this.action((...given) => this.act(action as Action<unknown[]>, given));
  }
}
