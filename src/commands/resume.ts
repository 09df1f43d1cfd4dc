import type { Command } from "@commander-js/extra-typings";
import type { About, Call } from "../cli/command.ts";
import { isGlance, standing } from "../cli/first-screen.ts";
import { BRIEF, KEEP } from "../cli/options.ts";
import { hasSession, pickSession } from "../cli/pick-session.ts";
import { resume } from "../lifecycle/resume.ts";
import { otherSessions } from "../lifecycle/switch.ts";
import type { Place } from "../place/place.ts";
import { asks } from "../terminal/prompt.ts";
import { workLines } from "../terminal/screens/stashed-work.ts";
import { defined } from "../text/defined.ts";
import { withHint } from "../text/hint.ts";
import { briefText } from "../views/brief/brief-text.ts";

const CAME_FROM = {
  local: "",
  kept: "",
  snapshot: " Restored from its snapshot.",
  commits: " Restored from the commits of the branch.",
} as const;

export const about: About = {
  name: "resume",
  group: "Pick up",
  order: 30,
  everyday: true,
  summary: "Resume a session: check out its branch, show its brief",
  description:
    "Checks out the branch of a session, restores its state and its stashed work, and prints the brief. On a terminal it prints a summary; session brief shows the rest.",
  examples: [
    ["session resume", "this branch's, or the last one"],
    ["session resume -", "the previous branch"],
    ["session resume feature/login", "also in a fresh clone"],
    ['session resume feature/login "Now the tests"', "continue its last agent"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or its start, branch, title, @ or - (default: this branch's, or pick one)")
    .argument("[prompt]", "prompt for the last agent, as in session continue")
    .option(...KEEP)
    .option(...BRIEF)
    .does(async (call, name, prompt, options) => {
      const { place: open, out } = call;
      if (prompt !== undefined) {
        const { runAgain } = await import("../cli/run-agent.ts");
        return runAgain(call, prompt, defined({ session: name }));
      }
      const place = await open();
      const session = name ?? (await pickedToResume(place, out));
      if (session === null) return 130;
      const resumed = await resume(place, session, options.keep ?? false);
      const { context } = resumed.state;
      for (const warning of resumed.warnings) out.warn(warning);
      const reopened = resumed.ended ? " It had ended and is active again." : "";
      out.say(
        `Session ${context.title} (${context.id}) on ${resumed.place.repository.branch}.${CAME_FROM[resumed.from]}${reopened}`,
      );
      for (const line of workLines(resumed)) out.say(line);
      if (resumed.taken.length > 0)
        out.say(`Updated from checkpoints of another clone: ${resumed.taken.join(", ")}.`);
      if (resumed.shallow)
        out.warn(
          withHint(
            "this clone is shallow: decisions of older commits are missing",
            "git fetch --unshallow && session resume",
          ),
        );
      if (out.quiet && !out.json) {
        out.data(context.id, undefined);
        return 0;
      }
      if (isGlance(out, options.brief)) {
        out.data(await standing(out, resumed.place), undefined);
        out.hint("session brief");
        return 0;
      }
      const brief = await briefText(resumed.place);
      const { from, taken, away = null, back = null } = resumed;
      out.data(brief.text, { session: context, from, taken, away, back, brief: brief.view });
      return 0;
    });
}

/**
 * Lets the user pick a session on a branch without one, the last touched first.
 * Returns undefined if no choice is needed, null if they left the picker.
 */
async function pickedToResume(place: Place, out: Call["out"]): Promise<string | undefined | null> {
  if (!asks(out) || (await hasSession(place))) return undefined;
  const sessions = await otherSessions(place).catch(() => []);
  if (sessions.length < 2) return sessions[0]?.name;
  return (await pickSession(out, "Resume", sessions)) ?? null;
}
