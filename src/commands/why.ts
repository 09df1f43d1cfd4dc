import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { folderOfPaths } from "../place/place.ts";
import { whyLines } from "../terminal/screens/why.ts";
import { formatTime } from "../text/time/format-time.ts";
import { whyOf } from "../views/why.ts";

export const about: About = {
  name: "why",
  group: "Look back",
  order: 35,
  pager: true,
  summary: "Show the decisions behind the lines of a file",
  description:
    "Shows the commits that wrote these lines, by git blame, with the session, objectives and decisions of each, newest first.",
  examples: [
    ["session why src/auth.ts:12-20", "some lines"],
    ["session why src/auth.ts:login", "a function"],
    ["session why src/auth.ts --json", "a whole file, as data"],
  ],
  asks: ["repository", "snapshots"],
};

export function define(command: Command): void {
  command
    .argument("<file>", "<file>, <file>:<line>, <file>:<line>-<line> or <file>:<function>")
    .does(async ({ place: open, out, cwd }, target) => {
      const place = await open();
      const why = await whyOf(place, folderOfPaths(place, cwd), target);
      const { emoji } = place.config.display;
      out.screen(whyLines(why, emoji, (iso) => formatTime(place.config, iso)).join("\n"), why);
    });
}
