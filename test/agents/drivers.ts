/** How to connect each agent from npm to the test's model server, start it, resume it, and make it compact. */
import type { Scratch } from "../support/scratch.ts";
import type { Service } from "./model-server.ts";

export interface Driver {
  readonly name: string;
  /** Folder in the cache, npm package, program. */
  readonly from: readonly [folder: string, npm: string, bin: string];
  /** Settings that send it to the service, with a made-up key. */
  readonly set: (here: Scratch, url: string) => Promise<void>;
  /** Allows the MCP server, as the user is asked to. */
  readonly approve?: (here: Scratch, program: string) => Promise<unknown>;
  /** A command for the shell in the first turn: the MCP server may start beside the first request. */
  readonly busy?: string;
  /** Options that `session run` has from the user's settings. */
  readonly words?: readonly string[];
  readonly first: (prompt: string) => readonly string[];
  /** The same conversation again. */
  readonly again: (prompt: string, id: string) => readonly string[];
  /** Makes it compact before the next turn; `say` is a turn of the same conversation. */
  readonly compact?: (say: (prompt: string) => Promise<string>, api: Service) => Promise<void>;
  /** Compacts only at a terminal: arguments, and what is typed after the first prompt. */
  readonly typed?: readonly [args: readonly string[], command: string];
}

const MODEL = { baseURL: "/v1", apiKey: "made-up" };

function openCode(name: string): Driver {
  return {
    name,
    from: name === "kilo" ? ["kilo", "@kilocode/cli", "kilo"] : ["opencode", "opencode-ai", "opencode"],
    set: (here, url) => {
      const models = { m: { name: "m", limit: { context: 20_000, output: 1_000 } } };
      const options = { ...MODEL, baseURL: `${url}/v1` };
      const mock = { npm: "@ai-sdk/openai-compatible", name: "mock", options, models };
      const settings = { model: "mock/m", small_model: "mock/m", autoupdate: false, provider: { mock } };
      return here.write(`../home/.config/${name}/${name}.json`, JSON.stringify(settings));
    },
    first: (prompt) => ["run", prompt],
    again: (prompt, id) => ["run", "--session", id, prompt],
    compact: full(30_000),
  };
}

/**
 * Returns a turn whose first answer says that the context is full, and one more: the agent compacts before the next turn.
 * Only the first answer says so, else it would find its context full again after each compaction.
 */
function full(tokens: number): NonNullable<Driver["compact"]> {
  return async (say, api) => {
    api.tokens = tokens;
    const before = api.asked.length;
    const turn = say("much");
    let isOver = false;
    turn.finally(() => {
      isOver = true;
    });
    while (!isOver && !api.asked.slice(before).some((each) => each.body.includes("much")))
      await new Promise((resolve) => setTimeout(resolve, 50));
    api.tokens = 10;
    await turn;
    await say("more");
  };
}

export const DRIVERS: readonly Driver[] = [
  {
    name: "claude",
    from: ["claude-code", "@anthropic-ai/claude-code", "claude"],
    set: async (here, url) => {
      Object.assign(here.env, {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: "made-up",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        DISABLE_AUTOUPDATER: "1",
        // On a busy machine the MCP server is not ready when the first request would go out.
        CLAUDE_CODE_MCP_STARTUP_WAIT_MS: "120000",
        MCP_CONNECTION_NONBLOCKING: "0",
      });
    },
    first: (prompt) => ["-p", prompt],
    again: (prompt, id) => ["-p", "--resume", id, prompt],
    compact: async (say) => {
      // A short conversation is not compacted.
      for (let n = 0; n < 5 && /Not enough/.test(await say("/compact")); n++) await say(`turn ${n}`);
    },
  },
  {
    name: "codex",
    from: ["codex", "@openai/codex", "codex"],
    set: (here, url) => {
      const trusted = [here.root, `${here.root}/../linked`].map((each) => here.at(each).root);
      const trust = trusted.map((root) => `[projects."${root}"]\ntrust_level = "trusted"\n`).join("");
      const provider = `[model_providers.mock]\nname = "mock"\nbase_url = "${url}/v1"\nwire_api = "responses"\n`;
      const head = 'model = "m"\nmodel_provider = "mock"\nmodel_auto_compact_token_limit = 5000\n';
      return here.write("../home/.codex/config.toml", head + provider + trust);
    },
    // The flag means that the user has reviewed the hooks.
    first: (prompt) => ["exec", "--dangerously-bypass-hook-trust", "--skip-git-repo-check", prompt],
    again: (prompt, id) => [
      ...["exec", "--dangerously-bypass-hook-trust", "--skip-git-repo-check"],
      ...["resume", id, prompt],
    ],
    compact: full(9_000),
    busy: "sleep 20",
    words: ["--dangerously-bypass-hook-trust"],
  },
  {
    name: "gemini",
    from: ["gemini", "@google/gemini-cli", "gemini"],
    set: async (here, url) => {
      const env = {
        GEMINI_API_KEY: "made-up",
        GOOGLE_GEMINI_BASE_URL: url,
        GEMINI_CLI_TRUST_WORKSPACE: "true",
      };
      Object.assign(here.env, env);
      const settings = { security: { auth: { selectedType: "gemini-api-key" } } };
      await here.write("../home/.gemini/settings.json", JSON.stringify(settings));
    },
    first: (prompt) => ["-m", "gemini-2.5-flash", "-p", prompt],
    again: (prompt, id) => ["-m", "gemini-2.5-flash", "--resume", id, "-p", prompt],
    typed: [["-m", "gemini-2.5-flash"], "/compress"],
    words: ["-m", "gemini-2.5-flash"],
  },
  {
    name: "copilot",
    from: ["copilot", "@github/copilot", "copilot"],
    set: async (here, url) => {
      Object.assign(here.env, {
        COPILOT_OFFLINE: "true",
        COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
        COPILOT_MODEL: "mock",
        COPILOT_ALLOW_ALL: "true",
        COPILOT_AUTO_UPDATE: "false",
      });
    },
    first: (prompt) => ["-p", prompt],
    again: (prompt, id) => ["-p", prompt, `--resume=${id}`],
    typed: [[], "/compact"],
  },
  openCode("opencode"),
  openCode("kilo"),
  {
    name: "pi",
    from: ["pi", "@earendil-works/pi-coding-agent", "pi"],
    set: async (here, url) => {
      const models = [{ id: "m", contextWindow: 20_000, maxTokens: 1_000 }];
      const mock = { baseUrl: `${url}/v1`, api: "openai-completions", apiKey: "made-up", models };
      await here.write("../home/.pi/agent/models.json", JSON.stringify({ providers: { mock } }));
      const settings = {
        ...{ defaultProvider: "mock", defaultModel: "m", defaultProjectTrust: "always" },
        compaction: { reserveTokens: 5_000, keepRecentTokens: 10 },
      };
      await here.write("../home/.pi/agent/settings.json", JSON.stringify(settings));
      Object.assign(here.env, { PI_OFFLINE: "1", PI_SKIP_VERSION_CHECK: "1" });
    },
    first: (prompt) => ["-p", prompt],
    again: (prompt, id) => ["-p", "--session", id, prompt],
    compact: full(19_500),
  },
  {
    name: "qwen",
    from: ["qwen", "@qwen-code/qwen-code", "qwen"],
    set: async (here, url) => {
      Object.assign(here.env, { OPENAI_API_KEY: "made-up", OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: "m" });
      const settings = {
        security: { auth: { selectedType: "openai" } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
      };
      await here.write("../home/.qwen/settings.json", JSON.stringify(settings));
    },
    approve: (here, program) => here.run(program, ["mcp", "approve", "session"]),
    first: (prompt) => [prompt],
    again: (prompt, id) => ["--resume", id, prompt],
    compact: async (say, api) => {
      api.tokens = 90_000;
      await say(`much ${"of it ".repeat(2_000)}`);
      await say("/compress");
      api.tokens = 10;
    },
  },
  {
    name: "droid",
    from: ["droid", "droid", "droid"],
    set: async (here, url) => {
      const mock = {
        ...{ model: "m", displayName: "mock", baseUrl: `${url}/v1`, apiKey: "made-up" },
        ...{ provider: "generic-chat-completion-api", maxOutputTokens: 1_000 },
      };
      await here.write(
        "../home/.factory/settings.json",
        JSON.stringify({ customModels: [mock], model: "custom:mock-0" }),
      );
      Object.assign(here.env, {
        ...{ FACTORY_API_KEY: "fk-made-up", FACTORY_API_BASE_URL: url, FACTORY_DISABLE_KEYRING: "1" },
      });
    },
    first: (prompt) => ["exec", "--model", "custom:mock-0", prompt],
    again: (prompt, id) => ["exec", "--model", "custom:mock-0", "--session-id", id, prompt],
    compact: full(900_000),
  },
];
