import type { Command } from "@commander-js/extra-typings";
import { agentOf } from "../agents/catalog/all.ts";
import { installAgents } from "../agents/install.ts";
import { listAgents, siteFor } from "../agents/installations.ts";
import type { About } from "../cli/command.ts";
import { YES } from "../cli/options.ts";
import { hooksStatus, installHooks } from "../hooks/install.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { canCommit, commitSetup } from "../setup/commit.ts";
import { applyInit, isWritten, planInit } from "../setup/init.ts";
import { asks, confirm } from "../terminal/prompt.ts";
import { foundLines, initReport, PARTS } from "../terminal/screens/init.ts";
import { fittedLines } from "../terminal/wrap.ts";

export const about: About = {
  name: "init",
  group: "Start here",
  order: 10,
  everyday: true,
  summary: "Set up this repository: settings, drafts, hooks",
  description:
    "Creates .session/ with settings and drafts made from the files of the repository. On a terminal it asks separately about files, git hooks and agents, and offers the commit. Safe to run again.",
  examples: [
    ["session init", "ask about each step"],
    ["session init --yes --no-hooks", "ask nothing, leave git hooks alone"],
    ["session init --force", "new drafts; your edits are kept as *.old.md"],
    ["session uninit", "remove everything again"],
  ],
};

export function define(command: Command): void {
  command
    .option("--force", "rewrite the drafts; your edited files become *.old.md")
    .option(...YES)
    .option("--no-hooks", "leave git hooks alone")
    .does(async ({ place: open, out }, options) => {
      const place = await open();
      const [plan, before] = await Promise.all([
        planInit(place),
        options.hooks ? hooksStatus(place) : undefined,
      ]);
      const { force = false, yes = false } = options;
      const say = (lines: readonly string[]) => {
        for (const line of fittedLines(lines, out.columns)) out.say(line);
      };
      say(foundLines(plan));
      const asked = !yes && asks(out);
      const wants = async (what: readonly string[], question: string, otherwise: boolean) => {
        say(what);
        return confirm(question, otherwise);
      };
      const missing = plan.files.filter((each) => each.state === "missing").map((each) => each.path);
      const files =
        !asked || missing.length === 0 || (await wants(PARTS.files(missing), "Write them?", true));
      const lacking = before !== undefined && before.how !== "off" && !before.installed;
      const hooking = lacking && (yes || (asked && (await wants(PARTS.hooks, "Install git hooks?", true))));
      const offered = asked ? await agentsFound(place) : [];
      const chosen =
        offered.length > 0 && (await wants(PARTS.agents(offered), "Install session for these agents?", false))
          ? offered
          : [];
      // Asks every question before the first change, so that an interruption changes nothing.
      const writes = chosen.length > 0 || (files && plan.files.some((each) => isWritten(each, force)));
      const commits =
        asked && writes && !plan.ignored && (await canCommit(place))
          ? await confirm("Commit these files as well? You can correct the drafts later.", true)
          : false;
      const done = files ? await applyInit(place, plan, force) : { written: [], kept: [], aside: [] };
      const hooks = hooking ? await installHooks(place) : before;
      const agentFiles = chosen.length > 0 ? await installInto(place, chosen) : [];
      if (plan.ignored) out.warn(".session is ignored by git; remove it from .gitignore to share it");
      const paths = [...done.written, ...agentFiles];
      const committed =
        commits && paths.length > 0 ? await committing(place, paths, (text) => out.warn(text)) : undefined;
      const value = { ...done, ...(hooks ? { hooks: { how: hooks.how, installed: hooks.installed } } : {}) };
      const untracked = !plan.tracked && !plan.ignored;
      const answers = { writes: files, untracked, installed: hooking, committed };
      const report = initReport(done, agentFiles, hooks, answers);
      out.done(report.lines, value);
      for (const each of report.hints) out.hint(each);
    });
}

/** Returns agents on PATH that are not set up in this project. */
async function agentsFound(place: Place): Promise<string[]> {
  const rows = await listAgents(place);
  return rows.filter((each) => each.found && each.project === "no").map((each) => each.name);
}

async function installInto(place: Place, names: readonly string[]): Promise<string[]> {
  const changes = await installAgents(await siteFor(place, true, false), names.map(agentOf));
  return changes.filter((each) => ["create", "change"].includes(each.action)).map((each) => each.file);
}

/** Commits the setup; warns if git refuses, and keeps the setup. */
async function committing(place: Place, paths: readonly string[], warn: (text: string) => void) {
  try {
    return await commitSetup(place, paths);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(`not committed: ${error.message}`);
    return undefined;
  }
}
