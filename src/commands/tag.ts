import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { filedValue, SESSION, sessionIn } from "../cli/session-argument.ts";
import { type ChangedRecord, contextOf, tag } from "../record/metadata.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { bold } from "../terminal/style.ts";

export const about: About = {
  name: "tag",
  group: "Keep order",
  order: 40,
  summary: "List, add or remove tags of a session",
  description: "Adds tags to a session or removes them. Without a tag, lists them.",
  examples: [
    ["session tag security", "tag this branch's session"],
    ["session tag k3f9 security --remove", "remove it from another"],
    ["session tag security --on k3f9 docs/api", "on several sessions"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", SESSION)
    .argument("[tag...]", "up to 100 characters each, no commas")
    .option(...ALLOW)
    .option("--remove", "remove these tags")
    .option("--on <session...>", "tag these sessions; all other words are tags")
    .does(async ({ place: open, out }, name, tags, options) => {
      const place = await open({ bare: true });
      if (options.on) {
        const all = [name, ...tags].filter((each) => each !== undefined);
        if (all.length === 0) throw new Failure("usage", "--on needs tags", { hint: "session help tag" });
        for (const each of options.on) await resolveSession(place, each);
        const filed: ChangedRecord[] = [];
        for (const each of options.on) filed.push(await tag(place, each, all, options.remove ?? false));
        const lines = filed.map(({ context }) => `${bold(context.title)}  ${context.tags.join(", ")}`);
        return out.done(lines, filed.map(filedValue));
      }
      const { session, rest } = await sessionIn(place, [name, ...tags]);
      if (rest.length === 0) {
        const { tags: all } = await contextOf(place, session);
        return all.length > 0 ? out.data(all.join("\n"), all) : out.none("No tags.", all);
      }
      const filed = await tag(place, session, rest, options.remove ?? false);
      out.done(filed.context.tags, filedValue(filed));
    });
}
