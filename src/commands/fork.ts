import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { KEEP } from "../cli/options.ts";
import { fork } from "../lifecycle/fork.ts";
import { Failure } from "../session/failure.ts";
import { workLines } from "../terminal/screens/stashed-work.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import { briefText } from "../views/brief/brief-text.ts";

export const about: About = {
  name: "fork",
  group: "Keep order",
  order: 10,
  summary: "Start a branch and a session from another session",
  description:
    "Creates a branch at a commit of a session and starts a session on it with the open objectives, decisions, tags and metadata of the other, which is not changed.",
  examples: [
    ["session fork @ feature/login-magic-link", "try another way"],
    ["session fork feature/login --at oauth-complete", "from a checkpoint"],
    ["session fork @ try-redis --worktree", "in its own worktree"],
  ],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or its start, branch, title, @ or -")
    .argument("[branch]", "new branch (default: the name of the other, numbered)")
    .option("--at <checkpoint>", "start at a label or commit (default: its last commit)")
    .option("--title <text>", "set the title of the new session")
    .option("--worktree [path]", "check it out in a new worktree (default: next to this)")
    .option("--no-switch", "leave the current branch checked out")
    .option(...KEEP)
    .does(async ({ cwd, place: open, out }, session, branch, options) => {
      const { at, title, worktree, keep } = options;
      if (worktree !== undefined && !options.switch)
        throw new Failure("usage", "--worktree and --no-switch cannot be used together");
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
      if (!options.switch) return out.done("", value, state.context.id);
      const { root } = forked.place.repository;
      if (worktree !== undefined) return out.data(`cd ${shellWord(root)}`, { ...value, worktree: root });
      const brief = await briefText(forked.place);
      if (out.quiet && !out.json) return out.data(state.context.id, undefined);
      out.data(brief.text, { ...value, brief: brief.view });
      for (const line of workLines(forked)) out.say(line);
    });
}
