import type { Command } from "@commander-js/extra-typings";
import { AGENTS, agentOf, readerText } from "../agents/catalog/all.ts";
import {
  type FileChange,
  installAgents,
  planInstall,
  planUninstall,
  uninstallAgents,
} from "../agents/install.ts";
import { chosenAgents, listAgents, serverFiles, siteFor } from "../agents/installations.ts";
import type { About, Call } from "../cli/command.ts";
import { examineAgents } from "../doctor/agents.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { agentChanges, agentTable } from "../terminal/screens/agents.ts";
import { checkLines } from "../terminal/screens/checks.ts";
import { defined } from "../text/defined.ts";

export const about: About = {
  name: "agents",
  aliases: ["agent"],
  group: "Set up",
  order: 30,
  pager: true,
  summary: "Install hooks, MCP and a skill into agents; check them",
  description:
    "Installs hooks, the MCP server, a skill and a few lines of instructions into an agent's settings. Other settings are not changed.",
  examples: [
    ["session agents list", "see what is installed where"],
    ["session agents install claude codex", "install for everybody on this project"],
    ["session agents install gemini --user", "install for yourself, everywhere"],
    ["session agents install claude --dry-run", "see the changes first"],
    ["session agents doctor", "check what is installed"],
    ["session agents uninstall claude", "restore every file"],
  ],
};

export function define(agents: Command): void {
  agents.does(list);
  agents.command("list").alias("ls").description("List agents and what is installed where").does(list);
  changing("install", "Install into agents; safe to run again", planInstall, installAgents);
  changing("uninstall", "Uninstall; files are restored as they were", planUninstall, uninstallAgents);
  agents
    .command("doctor [agent...]")
    .description("Check that installations work and what agents must allow")
    .does(async (call, names) => {
      const checks = await examineAgents(await placeIfAny(call), names.map(agentOf));
      call.out.screen(checkLines(checks, call.out.emoji), checks);
      return checks.some((check) => check.state === "problem") ? 1 : 0;
    });

  function changing(name: string, what: string, plan: typeof planInstall, change: typeof installAgents) {
    const command = agents
      .command(name)
      .description(what)
      .argument("[agent...]", AGENTS.map(({ name }) => name).join(", "))
      .option("--all", "select every known agent")
      .option("--project", "install in this repository, for everybody (the default)")
      .option("--user", "install in your own settings, for every repository")
      .option("-n, --dry-run", "show the changes and write nothing");
    if (change === installAgents) command.option("--no-mcp", "install without the MCP server");
    command.does(async (call, names, options) => {
      if (options.user && options.project)
        throw new Failure("usage", "--user and --project cannot be used together");
      const place = options.user ? undefined : await placeIfAny(call);
      const site = await siteFor(place, options.project ?? false, options.user ?? false);
      const chosen = chosenAgents(site, names, options.all ?? false);
      for (const text of new Set(names.flatMap((each) => readerText(each) ?? []))) call.out.say(text);
      // Only one of the two commands has the option.
      const { mcp = true } = options as { mcp?: boolean };
      const changes = await (options.dryRun ? plan : change)(site, chosen, { mcp });
      const servers = mcp ? [] : serverFiles(site, chosen);
      const code = shown(call, changes, options.dryRun ?? false, servers.length > 0);
      for (const each of servers)
        call.out.warn(`${each}: it keeps the MCP server of an earlier installation`);
      const all = chosen.map((each) => each.name).join(" ");
      if (servers.length > 0)
        call.out.hint(`session agents uninstall ${all}${options.user ? " --user" : ""}`);
      return code;
    });
  }
}

async function list(call: Call): Promise<void> {
  const rows = await listAgents(await placeIfAny(call));
  call.out.screen(agentTable(rows, call.out.width), rows);
}

/** Opens the place; with `--user`, also outside of a repository. */
async function placeIfAny({ place }: Call): Promise<Place | undefined> {
  try {
    return await place();
  } catch (error) {
    if (error instanceof Failure && ["not-a-repository", "bare-repository"].includes(error.code))
      return undefined;
    throw error;
  }
}

/**
 * Prints the changes that were made or planned. `hasServer`: something stays that the user did not ask for.
 * Returns the exit code: 1 if a file could not be changed.
 */
function shown({ out }: Call, changes: readonly FileChange[], dryRun: boolean, hasServer: boolean): number {
  const nothing = !hasServer && changes.every((each) => each.action === "same");
  const lines = [
    agentChanges(changes, dryRun),
    ...(nothing ? ["Nothing to do."] : dryRun ? ["Nothing was written."] : []),
  ];
  const report = dryRun ? out.screen : out.done;
  report.call(
    out,
    lines.filter((each) => each !== "").join("\n"),
    changes.map(({ file, action, why, ...texts }) => ({
      file,
      action,
      ...defined({ why }),
      ...(dryRun ? texts : {}),
    })),
  );
  for (const each of changes.filter((change) => change.action === "kept"))
    out.warn(`${each.file}: ${each.why}`);
  return changes.some((each) => each.action === "kept") ? 1 : 0;
}
