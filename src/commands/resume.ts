import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { KEEP } from "../cli/options.ts";
import { resume } from "../lifecycle/resume.ts";
import { workLines } from "../terminal/screens/work.ts";
import { defined } from "../text/defined.ts";
import { briefText } from "../views/texts.ts";

const CAME_FROM = {
  local: "",
  kept: " It was ended, and is active again.",
  snapshot: " Its state came from its snapshot.",
  commits: " Its state was rebuilt from the trailers on the branch.",
} as const;

export const about: About = {
  name: "resume",
  group: "Pick up",
  order: 30,
  summary: "Take up a session: its branch, its state, its brief",
  description:
    "Checks the session's branch out, brings its state back where this clone has none, and its unfinished work where that was put away, and prints the brief.",
  examples: [
    ["session resume", "the session of what is checked out, or the last one"],
    ["session resume -", "the branch before this one"],
    ["session resume feature/login", "also in a fresh clone, from the commits"],
    ['session resume feature/login "Now the tests"', "and its last agent goes on with that"],
  ],
};

export function define(command: Command): void {
  command
    .argument(
      "[session]",
      "id or the start of one, branch, title, @ or - (default: that of HEAD, else the last one)",
    )
    .argument("[prompt]", "for the last agent of the session, which is started again: session continue")
    .option(...KEEP)
    .does(async (call, name, prompt, options) => {
      const { place: open, out } = call;
      if (prompt !== undefined) {
        const { runAgain } = await import("../cli/running.ts");
        return runAgain(call, prompt, defined({ session: name }));
      }
      const resumed = await resume(await open(), name, options.keep ?? false);
      const { context } = resumed.state;
      for (const warning of resumed.warnings) out.warn(warning);
      out.say(
        `Session ${context.title} (${context.id}) on ${resumed.place.repository.branch}.${CAME_FROM[resumed.from]}`,
      );
      for (const line of workLines(resumed)) out.say(line);
      if (resumed.taken.length > 0)
        out.say(`Taken over from checkpoints of another clone: ${resumed.taken.join(", ")}.`);
      if (resumed.shallow)
        out.warn(
          "this clone is shallow, so decisions of older commits are missing: git fetch --unshallow, then session resume",
        );
      const brief = await briefText(resumed.place);
      const { from, taken, away = null, back = null } = resumed;
      out.data(brief.text, { session: context, from, taken, away, back, brief: brief.view });
      return 0;
    });
}
