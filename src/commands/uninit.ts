import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { isSure, requireConfirmed } from "../cli/confirm-deletion.ts";
import { YES } from "../cli/options.ts";
import { isNothing, planRemoval } from "../setup/removal.ts";
import { undoUninit, uninit } from "../setup/uninit.ts";
import { removalLines, removalValue } from "../terminal/screens/uninit.ts";
import { fittedLines } from "../terminal/wrap.ts";

export const about: About = {
  name: "uninit",
  group: "Set up",
  order: 15,
  summary: "Remove session from this clone, after a preview",
  description:
    "Removes git hooks, agents, sessions with their refs, and .session/ from this clone, after showing them and asking. --undo restores them from a copy in .git/session-uninit/. Commits and branches are kept.",
  examples: [
    ["session uninit --dry-run", "preview"],
    ["session uninit", "remove everything"],
    ["session uninit --keep-files", "keep .session/ for the team"],
    ["session uninit --undo", "restore everything"],
  ],
};

export function define(command: Command): void {
  command
    .option(...YES)
    .option("-n, --dry-run", "show what would be removed and remove nothing")
    .option("--keep-hooks", "leave the git hooks")
    .option("--keep-agents", "leave agents' settings and the lines in AGENTS.md")
    .option("--keep-sessions", "leave sessions, snapshots and stashed work")
    .option("--keep-files", "leave .session/ and agents' files in the work tree")
    .option("--no-backup", "keep no copy for --undo")
    .option("--undo", "restore what the last uninit removed")
    .does(async ({ place: open, out }, options) => {
      const place = await open({ silent: true });
      if (options.undo) {
        const { folder, hooks, agents, refs } = await undoUninit(place);
        out.done("Restored everything.", { undone: true, hooks, agents, refs: refs.length, from: folder });
        return 0;
      }
      const { keepHooks = false, keepAgents = false, keepSessions = false, keepFiles = false } = options;
      const keeping = {
        hooks: keepHooks,
        agents: keepAgents || keepFiles,
        sessions: keepSessions,
        files: keepFiles,
      };
      const plan = await planRemoval(place, keeping);
      if (isNothing(plan)) {
        out.none("Session is not set up in this clone.", { ...removalValue(plan), removed: false });
        return 0;
      }
      const lines = removalLines(plan);
      if (options.dryRun) {
        out.screen(lines, { ...removalValue(plan), removed: false });
        return 0;
      }
      const sure = isSure(options);
      if (!out.json && !sure) out.say(fittedLines(lines, out.columns).join("\n"));
      await requireConfirmed("Remove all of it from this clone?", sure, lines, "nothing was removed");
      const { backup, stays } = await uninit(place, plan, options.backup);
      for (const each of stays) out.warn(each);
      out.done("Removed session from this clone.", {
        ...removalValue(plan),
        removed: true,
        backup: backup ?? null,
        stays,
      });
      if (plan.tracked > 0) out.hint('git commit -m "chore: remove session" -- :/.session');
      if (backup !== undefined) out.hint("session uninit --undo");
      return stays.length > 0 ? 1 : 0;
    });
}
