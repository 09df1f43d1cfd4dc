import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { pause } from "../lifecycle/pause.ts";
import { workLines } from "../terminal/screens/work.ts";
import { bold } from "../terminal/style.ts";

export const about: About = {
  name: "pause",
  group: "Pick up",
  order: 50,
  summary: "Put this session aside with its unfinished work",
  description:
    "Pauses the session of this branch and puts away what is not committed, staged and untracked files included (ignored ones stay). The branch stays checked out; session resume brings both back.",
  examples: [
    ["session pause", "the work tree is clean afterwards"],
    ["session resume", "and everything is as it was"],
  ],
};

export function define(command: Command): void {
  command.option("--keep", "leave the work tree as it is").does(async ({ place: open, out }, options) => {
    const { session, before, away } = await pause(await open(), options.keep ?? false);
    out.say(`Session ${bold(session.title)} ${before ? "was paused already" : "is paused"}.`);
    for (const line of workLines(away ? { away } : {})) out.say(line);
    out.say("To take it up again: session resume");
    out.data("", { session, away: away ?? null });
  });
}
