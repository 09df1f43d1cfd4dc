import { chmod, symlink } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import type { Scratch } from "../support/scratch.ts";
import { agentRepository } from "./agent-repository.ts";
import { modelServer } from "./model-server.ts";
import { program } from "./programs.ts";

/** Settings that send the agent to a service of ours, with a made-up key. */
const AGENTS: readonly [
  name: string,
  from: readonly [string, string, string],
  set: (here: Scratch, url: string) => Promise<void>,
][] = [
  [
    "claude",
    ["claude-code", "@anthropic-ai/claude-code", "claude"],
    async (here, url) => {
      Object.assign(here.env, {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: "made-up",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        DISABLE_AUTOUPDATER: "1",
      });
    },
  ],
  [
    "codex",
    ["codex", "@openai/codex", "codex"],
    (here, url) =>
      here.write(
        "../home/.codex/config.toml",
        `model = "m"\nmodel_provider = "mock"\n[model_providers.mock]\nname = "mock"\nbase_url = "${url}/v1"\nwire_api = "responses"\n[projects."${here.root}"]\ntrust_level = "trusted"\n`,
      ),
  ],
  [
    "gemini",
    ["gemini", "@google/gemini-cli", "gemini"],
    async (here, url) => {
      Object.assign(here.env, {
        GEMINI_API_KEY: "made-up",
        GOOGLE_GEMINI_BASE_URL: url,
        GEMINI_CLI_TRUST_WORKSPACE: "true",
      });
      // Which model it takes would be asked of the service otherwise, again and again.
      await here.write(
        "../home/.config/session/config.yaml",
        "agents: { gemini: { command: [gemini, -m, gemini-2.5-flash] } }\n",
      );
      const settings = { security: { auth: { selectedType: "gemini-api-key" } } };
      await here.write("../home/.gemini/settings.json", JSON.stringify(settings));
    },
  ],
];

test.each(AGENTS)(
  "%s starts with brief and prompt, and resumes its conversation",
  async (name, from, set) => {
    const file = program(...from);
    if (file === undefined) return;
    const { here } = await agentRepository(name, "--project");
    const bin = path.join(here.home, "bin", name);
    await symlink(file, bin);
    await chmod(file, 0o755);
    const api = await modelServer();
    await set(here, api.url);
    // Without our hooks, nothing else brings the brief.
    await here.ok("agents", "uninstall", name);
    const ran = await here.session("run", name, "-m", "- a prompt that begins with a dash");
    expect(ran.code, ran.stderr + ran.stdout).toBe(0);
    const sent = api.since();
    expect(sent).toContain("Objective of the main worktree");
    expect(sent).toContain("- a prompt that begins with a dash");
    const background = JSON.parse(
      (await here.session("continue", "The second prompt", "--background", "--json")).stdout,
    );
    expect(background.error).toBeUndefined();
    const followed = await here.session("background", "logs", "--follow", background.run.id);
    expect(await here.json("background"), followed.stdout).toMatchObject([{ state: "done" }]);
    const again = api.since();
    expect(again).toContain("The second prompt");
    // Codex tells its conversation only to hooks; the other two took its name from us.
    if (name === "codex") expect(again).toContain("Objective of the main worktree");
    else expect(again).toContain("- a prompt that begins with a dash");
  },
);
