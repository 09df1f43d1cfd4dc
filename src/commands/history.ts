import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { period } from "../cli/date-options.ts";
import { also, calledWith, wholeNumber } from "../cli/options.ts";
import { oneLine } from "../render/escape-markdown.ts";
import { historyLines } from "../terminal/screens/history.ts";
import { defined } from "../text/defined.ts";
import { formatTime } from "../text/time/format-time.ts";
import { endedSessions } from "../views/ended-sessions.ts";
import { filterRows } from "../views/shapes/listing.ts";

export const about: About = {
  name: "history",
  group: "Look back",
  order: 20,
  pager: true,
  summary: "Show ended sessions as a timeline",
  description:
    "Lists ended and archived sessions, newest first, with the objectives that each completed and the time it took.",
  examples: [
    ["session history", "the last ten"],
    ["session history --since '3 months ago' --metrics", "a quarter in numbers"],
  ],
  asks: ["repository", "snapshots"],
};

export function define(command: Command): void {
  command
    .option("-n, --count <n>", "show at most <n> sessions", "10")
    .option("--since <date>", 'show those ended since: 2024-01-31, "2 weeks ago"')
    .option("--metrics", "show numbers of each session and of all together")
    .option("--search <words>", "find words in title, branch, id, tags or metadata")
    .does(async ({ place: open, out }, options, called) => {
      const count = wholeNumber("--count", options.count);
      const filter = {
        ...period(options),
        ...defined({ search: options.search }),
        states: ["ended", "archived"],
      };
      const place = await open({ bare: true });
      const history = await endedSessions(place, {
        metrics: options.metrics ?? false,
        count,
        choose: (rows) => filterRows(rows, filter),
      });
      if (history.sessions.length === 0) return out.none("No ended sessions match.", history.sessions);
      const shown = history.sessions.map((each) => ({ ...each, title: oneLine(each.title) }));
      const lines = historyLines(shown, (iso) => formatTime(place.config, iso), out.width);
      out.screen(lines, history.sessions);
      if (history.more > 0)
        out.more(`${history.more} more`, calledWith(called, "-n", Math.max(50, count * 5)));
    });
  also(command, { "--limit": "--count" });
}
