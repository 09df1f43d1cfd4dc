import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { pause } from "../lifecycle/pause.ts";
import { workLines } from "../terminal/screens/stashed-work.ts";
import { bold } from "../terminal/style.ts";

export const about: About = {
  name: "pause",
  group: "Pick up",
  order: 50,
  summary: "Pause this session and stash its unfinished work",
  description:
    "Pauses the session of this branch and stashes uncommitted changes, staged and untracked files included. The branch stays checked out; session resume restores both.",
  examples: [
    ["session pause", "leaves a clean work tree"],
    ["session resume", "restores everything"],
  ],
};

export function define(command: Command): void {
  command
    .option("--keep", "leave uncommitted changes in the work tree")
    .does(async ({ place: open, out }, options) => {
      const { session, before, away } = await pause(await open(), options.keep ?? false);
      out.say(`Session ${bold(session.title)} ${before ? "is already paused" : "is paused"}.`);
      for (const line of workLines(away ? { away } : {})) out.say(line);
      out.done("", { session, away: away ?? null }, session.id);
      out.hint("session resume");
    });
}
