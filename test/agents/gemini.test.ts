import { describe, expect, test } from "vitest";
import { agentRepository } from "./agent-repository.ts";
import { modelServer } from "./model-server.ts";
import { program } from "./programs.ts";

const gemini = program("gemini", "@google/gemini-cli", "gemini") ?? "";

describe.skipIf(gemini === "")("gemini", () => {
  async function begun() {
    const { here, places, log } = await agentRepository("gemini", "--project");
    const api = await modelServer();
    Object.assign(here.env, {
      GEMINI_API_KEY: "made-up",
      GOOGLE_GEMINI_BASE_URL: api.url,
      GEMINI_CLI_TRUST_WORKSPACE: "true",
    });
    await here.write(
      "../home/.gemini/settings.json",
      '{ "security": { "auth": { "selectedType": "gemini-api-key" } }, "privacy": { "usageStatisticsEnabled": false } }',
    );
    const ask = async (cwd: string, ...args: string[]) => {
      const ran = await here.run(gemini, ["-m", "gemini-2.5-flash", ...args], { cwd });
      expect(ran.code, ran.stderr + ran.stdout).toBe(0);
    };
    return { here, places, log, api, ask };
  }

  test("gets the brief at start and on resume, from each place it reads settings from", async () => {
    const { places, api, ask, log } = await begun();
    for (const [name, folder, says] of places) {
      // It reads the settings of the folder that it is started in, not of those above.
      if (name === "a folder below") continue;
      await ask(folder, "-p", "hello");
      expect(api.since(), name).toContain(says);
      await ask(folder, "--resume", "latest", "-p", "again");
      expect(api.since(), name).toContain(says);
    }
    const events = await log();
    expect(events[0]).toMatchObject({ type: "session:start", source: "startup" });
    expect(events.map((each) => each.type)).toEqual(
      expect.arrayContaining(["context:compact", "turn:end", "session:end"]),
    );
  });

  test("gets the brief in every folder when installed for the user", async () => {
    const { here, places, api, ask } = await begun();
    await here.ok("agents", "uninstall", "gemini");
    await here.ok("agents", "install", "gemini", "--user");
    for (const [name, folder, says] of places) {
      await ask(folder, "-p", "hello");
      expect(api.since(), name).toContain(says);
    }
  });
});
