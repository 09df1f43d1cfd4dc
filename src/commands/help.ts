import type { Command } from "@commander-js/extra-typings";
import { baseProgram, loadInto } from "../cli/base-program.ts";
import { type About, type Entry, entryOf } from "../cli/command.ts";
import { unknownCommand } from "../cli/corrections.ts";
import { type HelpPage, pageOf, pageText, visibleCommands } from "../cli/help/help.ts";
import { allText, everydayText } from "../cli/help/help-lists.ts";
import { topics } from "../cli/help/topics.ts";
import { Failure } from "../session/failure.ts";

export const about: About = {
  name: "help",
  group: "Set up",
  order: 80,
  pager: true,
  summary: "Show help on a command or a topic",
  description: "Shows the everyday commands, all of them, or help on one command or topic.",
  examples: [
    ["session help", "the everyday commands"],
    ["session help --all", "every command"],
    ["session help objectives add", "one command"],
    ["session help commits", "a topic: the trailers of a checkpoint"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[words...]", "a command, its subcommand, or a topic")
    .option("-a, --all", "list every command")
    .does(async ({ out, commands }, words, { all }) => {
      const width = out.columns;
      const found = topics();
      const [name] = words;
      if (name === undefined && all) {
        const pages = (await Promise.all(commands.map(pagesOf))).flat();
        const globals = pages[0]?.globals ?? [];
        return out.data(allText(commands, found, globals, width), { commands, pages, topics: found });
      }
      if (name === undefined)
        return out.data(everydayText(commands, found, width), { commands, topics: found });
      const topic = found.find((each) => each.name === name);
      const entry = entryOf(commands, name);
      if (!entry && !topic) throw unknownCommand(name, commands, found);
      const page = entry && pageNamed(await pagesOf(entry), words.slice(1));
      const texts = [...(page ? [pageText(page, width)] : []), ...(topic ? [topic.text] : [])];
      out.data(texts.join("\n\n"), { page: page ?? null, topic: topic ?? null });
    });
}

/** Returns the page of a command, followed by those of its subcommands. */
async function pagesOf(entry: Entry): Promise<HelpPage[]> {
  const command = await loadInto(
    baseProgram(async () => {}),
    entry,
  );
  return [pageOf(command), ...visibleCommands(command).map(pageOf)];
}

/**
 * Returns the page of the subcommand that words name; ignores arguments after it.
 * @throws Failure `unknown-command` for a word that is no subcommand
 */
function pageNamed([page, ...below]: readonly HelpPage[], [word]: readonly string[]): HelpPage | undefined {
  if (word === undefined || below.length === 0) return page;
  const named = (each: HelpPage) => each.name.split(" ")[1] === word || each.aliases.includes(word);
  const found = below.find(named);
  if (found) return found;
  throw new Failure("unknown-command", `there is no command "${page?.name} ${word}"`, {
    hint: `session help ${page?.name}`,
  });
}
