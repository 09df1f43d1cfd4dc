import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { KEEP } from "../cli/options.ts";
import { pickSession } from "../cli/pick-session.ts";
import { otherSessions, switchTo } from "../lifecycle/switch.ts";
import { Failure } from "../session/failure.ts";
import { canAsk } from "../terminal/prompt.ts";
import { switchLines } from "../terminal/screens/session/switch.ts";
import { workLines } from "../terminal/screens/stashed-work.ts";
import { withHint } from "../text/hint.ts";

export const about: About = {
  name: "switch",
  aliases: ["s"],
  group: "Pick up",
  order: 40,
  everyday: true,
  summary: "Switch to another session or branch",
  description:
    "Stashes the unfinished work of this session, checks out the branch of another and restores its work. A paused session becomes active. On a branch without a session, changes are carried over as in git switch.",
  examples: [
    ["session switch", "pick one from a list"],
    ["session switch feature/login", "by branch"],
    ["session switch k3f9", "name it by the start of its id"],
    ["session switch -", "the previous branch"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "branch, id or its start, title, or - (default: pick one)")
    .option(...KEEP)
    .does(async ({ place: open, out }, given, options) => {
      if (given === undefined && (out.json || !canAsk())) throw nobodyToAsk();
      const place = await open();
      const name = given ?? (await pickSession(out, "Switch to", await otherSessions(place)));
      if (name === undefined) return 130;
      const { warnings, away, back, ...switched } = await switchTo(place, name, options.keep);
      for (const warning of warnings) out.warn(warning);
      out.say(
        `${switched.switched ? "Switched to" : "Already on"} ${switched.branch}.${switched.resumed ? " The session was paused, and is active again." : ""}`,
      );
      for (const line of workLines({ ...(away && { away }), ...(back && { back }) })) out.say(line);
      const { ended, elsewhere } = switched;
      if (ended) out.say(withHint(`Its session ${ended.title} has ended.`, `session resume ${ended.id}`));
      if (elsewhere)
        out.say(
          withHint(
            `Its session ${elsewhere.title} is not resumed in this clone.`,
            `session resume ${elsewhere.id}`,
          ),
        );
      const value = { ...switched, away: away ?? null, back: back ?? null };
      out.done(switchLines(switched.status, out.emoji), value, switched.branch);
      return 0;
    });
}

function nobodyToAsk(): Failure {
  return new Failure("usage", "name a session: there is no terminal to pick from", { hint: "session list" });
}
