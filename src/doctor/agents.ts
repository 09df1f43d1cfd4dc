/** Checks that the installation of each agent is complete, found by the agent, and not held back. */

import { AGENTS } from "../agents/catalog/all.ts";
import { agentLog } from "../agents/hook.ts";
import { gapsAt } from "../agents/hook-gaps.ts";
import { agentSites, onPath, type Site, standingAt } from "../agents/installations.ts";
import type { Agent } from "../agents/shapes/agent.ts";
import { installation } from "../place/installation.ts";
import type { Place } from "../place/place.ts";
import { readSmall } from "../store/files.ts";
import { shellWord } from "../text/shell.ts";
import type { Finding } from "./check.ts";

/**
 * Checks each agent that is installed for this repository or user. Without any, returns one finding that says
 * so.
 */
export async function examineAgents(place: Place | undefined, only: readonly Agent[]): Promise<Finding[]> {
  const sites = await agentSites(place);
  const checks: Finding[] = [];
  for (const agent of AGENTS.filter((each) => only.length === 0 || only.includes(each))) {
    const places = sites.flatMap((site) => {
      const state = standingAt(site, agent);
      return state.state === "no" || isShared(agent, state) ? [] : [{ site, state }];
    });
    if (places.length === 0 && only.length > 0)
      checks.push({
        name: agent.name,
        state: "warning",
        says: "not installed",
        fix: `session agents install ${agent.name}`,
      });
    for (const { site, state } of places) checks.push(...ofSite(place, agent, site, state));
    if (places.length === 2 && !agent.runsOnce)
      checks.push({
        name: agent.name,
        state: "warning",
        says: "installed for the user and in the project: it loads the brief twice",
        fix: `session agents uninstall ${agent.name} --user`,
      });
  }
  if (checks.length === 0)
    return [{ name: "agents", state: "ok", says: "none installed", fix: "session agents install <agent>" }];
  return [program(), ...checks, ...(await failures(place))];
}

/**
 * Returns whether an agent without a program has nothing but AGENTS.md, which another agent's installation
 * wrote.
 */
function isShared(agent: Agent, { files }: ReturnType<typeof standingAt>): boolean {
  return agent.programs.length === 0 && files.slice(1).every((each) => each.state === "none");
}

/** Number of log lines to show. */
const SHOWN = 3;

async function failures(place: Place | undefined): Promise<Finding[]> {
  const text = place && (await readSmall(agentLog(place)).catch(() => undefined));
  const lines = (text ?? "").split("\n").filter((line) => line !== "");
  return lines.slice(-SHOWN).map((says): Finding => ({ name: "hook", state: "warning", says }));
}

function program(): Finding {
  if (onPath("session"))
    return { name: "session", state: "ok", says: "found on PATH, where hooks look for it" };
  return {
    name: "session",
    state: "problem",
    says: "hooks call `session`, which is not on PATH, so they do nothing",
    fix: `put it on PATH: npm install --global ${shellWord(installation().folder)}`,
  };
}

function ofSite(
  place: Place | undefined,
  agent: Agent,
  site: Site,
  { state, files, serverless }: ReturnType<typeof standingAt>,
): Finding[] {
  const { scope } = site.where;
  const name = `${agent.name} (${scope})`;
  const bad = files.filter((each) => each.state !== "whole");
  const words = {
    none: "has no entries of session",
    other: "has another version or was edited",
    unreadable: "cannot be read",
  };
  const whole: Finding =
    state === "installed"
      ? { name, state: "ok", says: `installed${serverless ? ", without the MCP server" : ""}` }
      : {
          name,
          state: "problem",
          says: bad.map((each) => `${each.file} ${words[each.state as keyof typeof words]}`).join("; "),
          fix: `session agents install ${agent.name} --${scope}`,
        };
  const missing = agent.programs.length > 0 && !agent.programs.some(onPath);
  const held = gapsAt(place, agent, site);
  return [
    whole,
    ...(missing ? [{ name, state: "ok" as const, says: `${agent.programs[0]} is not on PATH` }] : []),
    ...held.map((says): Finding => ({ name, state: "warning", says })),
    ...(agent.trust && scope === "project"
      ? [{ name, state: "ok" as const, says: `every user must allow this: ${agent.trust}` }]
      : []),
  ];
}
