import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { filedValue, SESSION, sessionIn } from "../cli/filed.ts";
import { ALLOW } from "../cli/options.ts";
import { contextOf, tag } from "../record/keeping.ts";
import { dim } from "../terminal/style.ts";

export const about: About = {
  name: "tag",
  group: "Keep order",
  order: 40,
  summary: "List, add or remove tags of a session",
  description: "Adds tags to a session or removes them. Without a tag, lists them.",
  examples: [
    ["session tag security", "tag this branch's session"],
    ["session tag k3f9 security --remove", "remove it from another"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", SESSION)
    .argument("[tag...]", "up to 100 characters each, no commas")
    .option(...ALLOW)
    .option("--remove", "remove these tags")
    .does(async ({ place: open, out }, name, tags, options) => {
      const place = await open({ bare: true });
      const { session, rest } = await sessionIn(place, [name, ...tags]);
      if (rest.length === 0) {
        const { tags: all } = await contextOf(place, session);
        return out.data(all.length > 0 ? all.join("\n") : dim("No tags."), all);
      }
      const filed = await tag(place, session, rest, options.remove ?? false);
      out.data(filed.context.tags.join("\n"), filedValue(filed));
    });
}
