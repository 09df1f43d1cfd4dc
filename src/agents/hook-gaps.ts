/**
 * Finds reasons why an installation does not work: a hook may be installed and still untrusted or switched
 * off.
 */
import { parse as parseJson } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import type { Place } from "../place/place.ts";
import { homeFolder } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { agentSites, type Site, seen } from "./installations.ts";
import { settingsText } from "./settings-files.ts";
import type { Agent } from "./shapes/agent.ts";

/** Returns sentences about the reasons why hooks installed at a site do not run. */
export function gapsAt(place: Place | undefined, agent: Agent, { where }: Site): readonly string[] {
  const root = place?.repository.root;
  return agent.gaps?.({ where, home: homeFolder(), ...defined({ root }), json, toml }) ?? [];
}

/**
 * The result of a search for working hooks: whether they bring an agent the brief, else the reason why they
 * do not run.
 */
export interface Bringing {
  readonly works: boolean;
  readonly why?: string;
}

/** Returns whether hooks of the project or of the user bring the brief to an agent that starts in a place. */
export async function briefByHooks(place: Place, agent: Agent): Promise<Bringing> {
  const installed = (await agentSites(place)).filter(({ where }) => {
    const [main] = agent.targets(where);
    return main !== undefined && main.kind !== "block" && seen(where, main) === "whole";
  });
  const gaps = installed.map((site) => gapsAt(place, agent, site));
  return { works: gaps.some((each) => each.length === 0), ...defined({ why: gaps.flat()[0] }) };
}

function json(file: string): Readonly<Record<string, unknown>> {
  const value: unknown = parseJson(textOf(file), [], { allowTrailingComma: true });
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

const toml = (file: string): unknown => parseToml(textOf(file));

/** Returns the text of a file without its BOM; empty if the file is missing. */
function textOf(file: string): string {
  try {
    return (settingsText(file, undefined) ?? "").replace(/^\ufeff/, "");
  } catch {
    return "";
  }
}
