import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { cloneSession } from "../sharing/clone.ts";
import { defined } from "../text/defined.ts";
import { briefText } from "../views/texts.ts";

export const about: About = {
  name: "clone",
  group: "Share",
  order: 50,
  summary: "Start a session from the context of another",
  description:
    "Starts a session on a new branch, or on one that has none, with the open objectives and blockers, decisions, notes, tags and values of another, which stays as it is. Its commits need not be here: session fork begins at one of them.",
  examples: [
    ["session clone k3f9q feature/login-2", "after session pull: go on from a colleague's session"],
    ["session clone - --no-switch", "of the branch before this one"],
  ],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or the start of one, branch, title, @ or -; also one that was pulled")
    .argument("[branch]", "where it starts (default: the other one's with a number)")
    .option("--from <ref>", "where a new branch begins (default: here)")
    .option("--title <text>", "title of the new session")
    .option("--no-switch", "do not check the branch out")
    .does(async ({ place: open, out }, session, branch, options) => {
      const { from, title } = options;
      const cloned = await cloneSession(await open(), {
        session,
        switch: options.switch,
        ...defined({ branch, from, title }),
      });
      for (const note of cloned.notes) out.warn(note);
      const { parent, state } = cloned;
      out.say(
        `Session ${state.context.title} (${state.context.id}) starts on ${cloned.branch} from ${parent.title} (${parent.id}).`,
      );
      const value = { session: state.context, parent };
      if (!options.switch) return out.data("", value);
      const brief = await briefText(cloned.place);
      out.data(brief.text, { ...value, brief: brief.view });
    });
}
