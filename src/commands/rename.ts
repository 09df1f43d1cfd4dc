import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { filedValue, SESSION, sessionIn } from "../cli/session-argument.ts";
import { contextOf, rename } from "../record/metadata.ts";
import { Failure } from "../session/failure.ts";
import { bold } from "../terminal/style.ts";
import { shellWord } from "../text/shell.ts";

export const about: About = {
  name: "rename",
  aliases: ["name", "session-name"],
  group: "Keep order",
  order: 30,
  summary: "Change the title of a session",
  description:
    "Changes the title of a session, ended ones included; without a title, prints it. The branch keeps its name.",
  examples: [
    ['session rename "Google login"', "this branch's session"],
    ['session rename k3f9 "Google login"', "another session"],
  ],
};

export function define(command: Command): void {
  command
    .usage("[<session>] [<title>] [options]")
    .argument("[session]", SESSION)
    .argument("[title]", "1 to 256 characters")
    .option(...ALLOW)
    .does(async ({ place: open, out }, name, title) => {
      const place = await open({ bare: true });
      if (name === undefined) {
        const { id, title: now } = await contextOf(place, (await sessionIn(place, [])).session);
        return out.data(now, { id, title: now });
      }
      const { session, rest } =
        title === undefined ? await sessionIn(place, [name]) : { session: name, rest: [title] };
      const [words] = rest;
      if (words === undefined)
        throw new Failure("usage", `missing required argument 'title': ${name} is a session`, {
          hint: `session rename ${shellWord(name)} "<title>"`,
        });
      const filed = await rename(place, session, words);
      out.done(`${bold(filed.context.title)} (${filed.context.id})`, filedValue(filed), filed.context.id);
    });
}
