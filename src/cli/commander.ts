import {
  Command,
  type CommandUnknownOpts,
  type ErrorOptions,
  type OptionValues,
} from "@commander-js/extra-typings";
import type { Action } from "./command.ts";
import { WrongLine } from "./command-line.ts";

/** Runs a command's action with the values that commander passes: arguments, options, the command itself. */
export type Act = (
  action: Action<unknown[]>,
  given: [...unknown[], OptionValues, CommandUnknownOpts],
) => Promise<void>;

/** Thrown if the user asks for the help of a command. */
export class HelpAsked extends Error {
  constructor(readonly command: CommandUnknownOpts) {
    super(`the help of ${command.name()}`);
  }
}

/**
 * A commander command that throws instead of printing. `act` runs its action and those of its subcommands.
 */
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

  /**
   * Throws WrongLine instead of printing an error: `rightLine` (corrections.ts) may know the correct line.
   */
  override error(message: string, { code = "" }: ErrorOptions = {}): never {
    throw new WrongLine(this, code, message);
  }

  /**
   * Throws HelpAsked instead of printing help, so that only a help request loads the code that renders the
   * page.
   */
  override outputHelp(): void {
    throw new HelpAsked(this);
  }

  override does(action: Action): void {
    this.action((...given) => this.act(action as Action<unknown[]>, given));
  }
}
