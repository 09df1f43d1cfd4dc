/** Writes the usage line of a command. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { AliasOption, each, eachMeta, eachTag } from "../options.ts";

const REPEATED: readonly unknown[] = [each, eachMeta, eachTag];

/** Returns the command names from the top command down to this subcommand: `["blockers", "add"]`. */
export function pathOf(command: CommandUnknownOpts): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

/** Returns the command with its arguments: `session blockers resolve <id...>`. */
export function signature(command: CommandUnknownOpts): string {
  const named = command.registeredArguments.map((each) => {
    const name = `${each.name()}${each.variadic ? "..." : ""}`;
    return each.required ? `<${name}>` : `[${name}]`;
  });
  return ["session", ...pathOf(command), ...named].join(" ");
}

/** Returns whether an option is another tool's name for an option of the command. */
export const isAlias = (option: object): boolean => option instanceof AliasOption;

/** Returns the options in one line: `[-m|--message <text>] [--complete <id>]... [--result passed|failed]`. */
export function optionsOf(command: CommandUnknownOpts, without: readonly string[]): string {
  const visible = command.options.filter(
    (option) => !option.hidden && !isAlias(option) && !without.includes(option.long ?? ""),
  );
  return visible
    .map(({ flags, argChoices, parseArg }) => {
      const name = flags.replace(", ", "|");
      const call = argChoices ? name.replace(/<.*/, argChoices.join("|")) : name;
      return `[${call}]${REPEATED.includes(parseArg) ? "..." : ""}`;
    })
    .join(" ");
}
