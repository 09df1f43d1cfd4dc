import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { KEEP } from "../cli/options.ts";
import { fork } from "../lifecycle/fork.ts";
import { Failure } from "../session/failure.ts";
import { workLines } from "../terminal/screens/work.ts";
import { defined } from "../text/defined.ts";
import { word } from "../text/shell.ts";
import { briefText } from "../views/texts.ts";

export const about: About = {
  name: "fork",
  group: "Keep order",
  order: 10,
  summary: "Start a session and a branch at a point of another",
  description:
    "Creates a branch at a commit of a session, and starts a session on it with the open objectives, decisions, tags and values of that one, which stays as it is.",
  examples: [
    ["session fork @ feature/login-magic-link", "another way, from here"],
    ["session fork feature/login --at oauth-complete", "from one of its checkpoints"],
    ["session fork @ try-redis --worktree", "in a folder of its own, beside this one"],
  ],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or the start of one, branch, title, @ or -")
    .argument("[branch]", "the new branch (default: the other one's with a number)")
    .option("--at <checkpoint>", "a label or a commit of that session (default: where it is now)")
    .option("--title <text>", "title of the new session")
    .option("--worktree [path]", "check it out in a new linked worktree (default: beside the main one)")
    .option("--no-switch", "do not check the branch out")
    .option(...KEEP)
    .does(async ({ cwd, place: open, out }, session, branch, options) => {
      const { at, title, worktree, keep } = options;
      if (worktree !== undefined && !options.switch)
        throw new Failure("usage", "--worktree checks the branch out, and --no-switch does not");
      const forked = await fork(await open(), {
        session,
        switch: options.switch,
        ...defined({ branch, at, title, keep }),
        ...(worktree === undefined
          ? {}
          : { worktree: worktree === true ? worktree : path.resolve(cwd, worktree) }),
      });
      for (const note of forked.notes) out.warn(note);
      const { parent, commit, state } = forked;
      out.say(
        `Session ${state.context.title} (${state.context.id}) forked from ${parent.title} (${parent.id}) at ${commit.slice(0, 8)}, on the new branch ${forked.branch}.`,
      );
      const value = { session: state.context, parent, commit };
      if (!options.switch) return out.data("", value);
      const { root } = forked.place.repository;
      if (worktree !== undefined) return out.data(`cd ${word(root)}`, { ...value, worktree: root });
      const brief = await briefText(forked.place);
      out.data(brief.text, { ...value, brief: brief.view });
      for (const line of workLines(forked)) out.say(line);
    });
}
