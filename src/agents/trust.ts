/** What stands between an installation and an agent that loads it, as far as the agent's own files tell. It is only reported. */
import path from "node:path";
import { parse as parseJson } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import type { Agent, Where } from "./agent.ts";

/** Sentences about what keeps hooks from running; `root` is the work tree, or undefined outside of one. */
export function gaps(agent: Agent, where: Where, home: string, root: string | undefined, see: See): string[] {
  if (agent.name === "claude") return claudeGaps(see, where, home);
  if (agent.name === "codex") return codexGaps(see, where, home, root);
  if (agent.name === "gemini") return geminiGaps(see, where, home, root);
  return [];
}

/** Text of a file, empty where there is none. */
type See = (file: string) => string;

function object(text: string): Record<string, unknown> {
  const value: unknown = parseJson(text.replace(/^\ufeff/, ""), [], { allowTrailingComma: true });
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function inside(value: unknown, ...keys: string[]): unknown {
  let found = value;
  for (const key of keys) found = (found as Record<string, unknown> | undefined)?.[key];
  return found;
}

function claudeGaps(see: See, { root, env, scope }: Where, home: string): string[] {
  const folder = env.CLAUDE_CONFIG_DIR || path.join(home, ".claude");
  const files = [path.join(folder, "settings.json")];
  if (scope === "project")
    files.push(path.join(root, ".claude/settings.json"), path.join(root, ".claude/settings.local.json"));
  const off = files.filter((file) => object(see(file)).disableAllHooks === true);
  return off.map((file) => `hooks are switched off by disableAllHooks in ${file}`);
}

function codexGaps(see: See, { env, scope }: Where, home: string, root: string | undefined): string[] {
  const folder = env.CODEX_HOME || path.join(home, ".codex");
  let settings: unknown;
  try {
    settings = parseToml(see(path.join(folder, "config.toml")).replace(/^\ufeff/, ""));
  } catch {
    return [`${path.join(folder, "config.toml")} cannot be read as TOML`];
  }
  const hooks = path.join(scope === "user" ? folder : path.join(root ?? "", ".codex"), "hooks.json");
  const states = Object.entries(inside(settings, "hooks", "state") ?? {});
  const reviewed = states.filter(
    ([key, value]) => key.startsWith(`${hooks}:`) && typeof inside(value, "trusted_hash") === "string",
  );
  const untrusted =
    scope === "project" &&
    root !== undefined &&
    inside(settings, "projects", root, "trust_level") !== "trusted";
  return [
    ...(untrusted
      ? ["Codex does not trust this project yet, and loads nothing of .codex: start codex here once"]
      : []),
    ...(reviewed.length === 0
      ? ["none of the hooks was reviewed in Codex, and it skips them: /hooks, then t for each"]
      : []),
    ...(inside(settings, "features", "hooks") === false ? ["hooks are switched off by features.hooks"] : []),
  ];
}

function geminiGaps(see: See, where: Where, home: string, root: string | undefined): string[] {
  const settings = [
    path.join(home, ".gemini/settings.json"),
    path.join(where.root, ".gemini/settings.json"),
  ].map((file) => object(see(file)));
  const off = settings.some((each) => inside(each, "hooksConfig", "enabled") === false);
  const trusted = object(see(path.join(home, ".gemini/trustedFolders.json")));
  const isTrusted = Object.entries(trusted).some(([folder, level]) => {
    if (root === undefined || typeof level !== "string") return false;
    const top = level === "TRUST_PARENT" ? path.dirname(folder) : folder;
    return level !== "DO_NOT_TRUST" && (root === top || root.startsWith(top + path.sep));
  });
  const asks =
    where.scope === "project" && inside(settings[0], "security", "folderTrust", "enabled") !== false;
  return [
    ...(off ? ["hooks are switched off by hooksConfig.enabled"] : []),
    ...(asks && !isTrusted ? ["Gemini does not trust this folder yet: start gemini here once"] : []),
  ];
}
