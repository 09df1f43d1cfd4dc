/** Lists agents and the state of their installations in this repository and for the user. */

import { accessSync, constants, readFileSync } from "node:fs";
import path from "node:path";
import type { Place } from "../place/place.ts";
import { templatesDir } from "../place/templates.ts";
import { Failure } from "../session/failure.ts";
import { userFolder } from "../store/settings/user.ts";
import { environment, homeFolder } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { AGENTS, agentOf } from "./catalog/all.ts";
import { settingsText } from "./settings-files.ts";
import type { Agent, Scope, Target, Where } from "./shapes/agent.ts";
import { serverOf, standing, withoutServer } from "./shapes/edit.ts";
import { Unfit } from "./shapes/json.ts";

/** A place to install an agent's parts into, with the folder of its record. */
export interface Site {
  readonly where: Where;
  /** Folder of the installation record. */
  readonly state: string;
  readonly place?: Place;
}

async function siteOf(scope: Scope, place: Place | undefined): Promise<Site> {
  const folder = path.join(templatesDir(), "agents");
  const env = environment();
  const home = homeFolder();
  const root = scope === "project" && place ? place.repository.root : home;
  const state =
    scope === "project" && place
      ? path.join(place.sessionsDir, ".agents")
      : path.join(userFolder("state", { ...env, HOME: home }), "agents");
  const within = scope === "project" ? root : undefined;
  const text = (name: string) => readFileSync(path.join(folder, name), "utf8");
  const see = (file: string) => settingsText(file, within);
  const where: Where = { scope, root, env, see, text };
  return { where, state, ...defined({ place }) };
}

/**
 * Returns the site of the project, or of the user if `user` is set.
 * @throws Failure `not-a-repository`.
 */
export function siteFor(place: Place | undefined, project: boolean, user: boolean): Promise<Site> {
  if (!place && project) throw new Failure("not-a-repository", "--project needs a git repository");
  if (!place && !user) throw new Failure("not-a-repository", "not in a git repository", { hint: "--user" });
  return siteOf(user ? "user" : "project", place);
}

/**
 * Returns agents by their names, or with `all` every agent that has something to install at the site.
 * @throws Failure `usage` without a name, `unknown-agent`.
 */
export function chosenAgents({ where }: Site, names: readonly string[], all: boolean): Agent[] {
  if (all) return AGENTS.filter((each) => each.targets(where).length > 0);
  if (names.length > 0) return [...new Set(names)].map(agentOf);
  const found = AGENTS.filter((each) => each.programs.some(onPath)).map((each) => each.name);
  throw new Failure("usage", "name an agent", {
    hint: found.length > 0 ? found.join(" ") : "session agents list",
  });
}

/** Returns every agent with the state of its installations. */
export async function listAgents(place: Place | undefined) {
  const sites = await agentSites(place);
  return AGENTS.map((agent) => {
    const at = Object.fromEntries(
      sites.flatMap((site) =>
        agent.targets(site.where).length === 0 ? [] : [[site.where.scope, standingAt(site, agent)] as const],
      ),
    );
    return {
      name: agent.name,
      label: agent.label,
      found: agent.programs.some(onPath),
      ...(at.project === undefined ? {} : { project: at.project.state }),
      user: at.user?.state ?? "-",
      files: sites.flatMap((site) => at[site.where.scope]?.files ?? []),
    };
  });
}

/** Returns the site of the project, if there is one, and the site of the user. */
export async function agentSites(place: Place | undefined): Promise<Site[]> {
  const scopes = place ? (["project", "user"] as const) : (["user"] as const);
  return Promise.all(scopes.map((scope) => siteOf(scope, place)));
}

/** Reports whether a program is on PATH. */
export function onPath(program: string): boolean {
  const names =
    process.platform === "win32" ? [".exe", ".cmd", ".bat"].map((each) => program + each) : [program];
  return (environment().PATH ?? "").split(path.delimiter).some((folder) =>
    names.some((name) => {
      try {
        accessSync(path.join(folder, name), constants.X_OK);
        return folder !== "";
      } catch {
        return false;
      }
    }),
  );
}

/** The state of an agent's installation at a site. */
export interface Standing {
  readonly state: "installed" | "partly" | "no";
  /** True if every part except the optional MCP server is installed. */
  readonly serverless: boolean;
  readonly files: readonly {
    readonly file: string;
    readonly state: "whole" | "other" | "none" | "unreadable";
  }[];
}

/** Returns the state of an agent's installation at a site. */
export function standingAt({ where }: Site, agent: Agent): Standing {
  let serverless = false;
  const files = agent.targets(where).flatMap((target) => {
    const state = seen(where, target);
    // The MCP server is optional.
    const rest = state === "whole" ? target : withoutServer(target);
    const isWithout = rest !== target && (rest ? seen(where, rest) === "whole" : state === "none");
    serverless ||= isWithout;
    if (rest === undefined && isWithout) return [];
    const own = isWithout ? "whole" : state;
    return [{ file: shown(where, target.file), state: own }];
  });
  const [main] = files;
  const whole = files.length > 0 && files.every((each) => each.state === "whole");
  return { state: whole ? "installed" : main && main.state !== "none" ? "partly" : "no", serverless, files };
}

/** Returns the files in which agents have our MCP server at a site. */
export function serverFiles({ where }: Site, agents: readonly Agent[]): string[] {
  const servers = agents.flatMap((agent) => agent.targets(where).flatMap((each) => serverOf(each) ?? []));
  const there = servers.filter((each) => ["whole", "other"].includes(seen(where, each)));
  return [...new Set(there.map((each) => shown(where, each.file)))];
}

/**
 * Returns how much of our part a file has: all of it, another version or some of it, nothing, or unreadable.
 */
export function seen(where: Where, target: Target): "whole" | "other" | "none" | "unreadable" {
  try {
    return standing(target, where.see(target.file));
  } catch (error) {
    if (error instanceof Unfit || error instanceof Failure) return "unreadable";
    throw error;
  }
}

/** Returns the path of a file relative to the work tree, or as `~/…`. */
export function shown({ scope, root }: Where, file: string): string {
  const below = path.relative(root, file).split(path.sep).join("/");
  if (below.startsWith("..")) return file;
  return scope === "user" ? `~/${below}` : below;
}
