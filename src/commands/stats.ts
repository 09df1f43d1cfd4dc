import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { measureSession } from "../facts/metrics.ts";
import { totalsOf } from "../insight/counting/metrics.ts";
import { measuredSessions } from "../insight/report-sessions.ts";
import { sessionNamed } from "../record/find-session.ts";
import { statsLines, totalsLines } from "../terminal/screens/metrics.ts";
import { conversationFigures } from "../terminal/screens/transcripts.ts";
import { formatTime } from "../text/time/format-time.ts";
import { conversationsOf } from "../transcripts/transcripts.ts";

export const about: About = {
  name: "stats",
  group: "Look back",
  order: 40,
  pager: true,
  summary: "Show the numbers of a session, or of all sessions",
  description:
    "Shows time, checkpoints, objectives, decisions, files, lines, tests and coverage of a session, from git as it is now. --all sums up every session of this clone.",
  examples: [
    ["session stats", "this branch's session"],
    ["session stats feature/login --json", "another, as data"],
    ["session stats --all", "all sessions together"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or its start, branch, title, @ or - (default: this branch's)")
    .option("--all", "sum up all sessions")
    .does(async ({ place: open, out }, name, options) => {
      const place = await open({ bare: true });
      if (options.all) {
        const totals = totalsOf((await measuredSessions(place)).rows);
        return out.screen(totalsLines(totals, (iso) => formatTime(place.config, iso)).join("\n"), totals);
      }
      const known = await sessionNamed(place, name);
      const [metrics, { sum }] = await Promise.all([measureSession(place, known), conversationsOf(known)]);
      const figures = conversationFigures(sum, (iso) => formatTime(place.config, iso));
      out.screen(statsLines(metrics, figures).join("\n"), { ...metrics, transcripts: sum });
    });
}
