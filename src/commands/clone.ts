import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { cloneSession } from "../sharing/clone.ts";
import { defined } from "../text/defined.ts";
import { briefText } from "../views/brief/brief-text.ts";

export const about: About = {
  name: "clone",
  group: "Share",
  order: 50,
  summary: "Start a session with the context of another",
  description:
    "Starts a session on a new branch with the open objectives, blockers, decisions, notes, tags and metadata of another session, which is not changed. The commits of the other session are not needed; session fork starts at one of them.",
  examples: [
    ["session clone k3f9q feature/login-2", "continue from a colleague's session"],
    ["session clone - --no-switch", "of the previous branch"],
  ],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or its start, branch, title, @ or -")
    .argument("[branch]", "new branch (default: the name of the other, numbered)")
    .option("--from <ref>", "start the branch at <ref> (default: HEAD)")
    .option("--title <text>", "set the title of the new session")
    .option("--no-switch", "leave the current branch checked out")
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
        `Session ${state.context.title} (${state.context.id}) started on ${cloned.branch} from ${parent.title} (${parent.id}).`,
      );
      const value = { session: state.context, parent };
      if (!options.switch || (out.quiet && !out.json)) return out.done("", value, state.context.id);
      const brief = await briefText(cloned.place);
      out.data(brief.text, { ...value, brief: brief.view });
    });
}
