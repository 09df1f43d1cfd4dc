import { describe, expect, test } from "vitest";
import { agentRepository } from "./agent-repository.ts";
import { modelServer } from "./model-server.ts";
import { program } from "./programs.ts";

const codex = program("codex", "@openai/codex", "codex") ?? "";

describe.skipIf(codex === "")("codex", () => {
  async function begun(more = "") {
    const { here, places, log } = await agentRepository("codex", "--project");
    const api = await modelServer();
    const trusted = [here.root, `${here.root}/../linked`].map((each) => here.at(each).root);
    await here.write(
      "../home/.codex/config.toml",
      `model = "m"
model_provider = "mock"
${more}
[model_providers.mock]
name = "mock"
base_url = "${api.url}/v1"
wire_api = "responses"
${trusted.map((root) => `[projects."${root}"]\ntrust_level = "trusted"\n`).join("")}`,
    );
    // The flag means that the user has reviewed the hooks.
    const flags = ["exec", "--dangerously-bypass-hook-trust", "--skip-git-repo-check"];
    const ask = async (cwd: string, ...args: string[]) => {
      const ran = await here.run(codex, [...flags, ...args], { cwd });
      expect(ran.code, ran.stderr + ran.stdout).toBe(0);
      return ran.stdout + ran.stderr;
    };
    return { here, places, log, api, ask };
  }

  test("gets the brief at start in every kind of folder", async () => {
    const { places, api, ask, log } = await begun();
    for (const [name, folder, says] of places) {
      await ask(folder, "hello");
      expect(api.since(), name).toContain(says);
    }
    const [start, ...rest] = await log();
    expect(start).toMatchObject({
      type: "session:start",
      source: "startup",
      transcript: expect.stringMatching(/^~\/\.codex\//),
    });
    expect(rest.map((each) => each.type)).toEqual(expect.arrayContaining(["turn:end"]));
  });

  test("gets the record from the commits on a detached HEAD", async () => {
    const { here, api, ask } = await begun();
    await here.ok("decisions", "add", "Tokens live an hour");
    await here.write("src/login.ts", "export {};\n");
    await here.ok("checkpoint", "-A", "-m", "feat: login");
    await here.git("switch", "--quiet", "--detach");
    await ask(here.root, "hello");
    const sent = api.since();
    expect(sent).toContain("Objective of the main worktree");
    expect(sent).toContain("Tokens live an hour");
    expect(sent).not.toContain("this is a guess");
  });

  test("gets the brief on resume and after compaction", async () => {
    const { here, places, api, ask, log } = await begun("model_auto_compact_token_limit = 5000\n");
    for (const [name, folder, says] of places) {
      api.tokens = 10;
      await ask(folder, "hello");
      api.since();
      await ask(folder, "resume", "--last", "again");
      expect(api.since(), name).toContain(says);
      // The answer says that the context is full, so it compacts before the next turn.
      api.tokens = 9_000;
      await ask(folder, "resume", "--last", "much");
      api.tokens = 10;
      expect(await ask(folder, "resume", "--last", "more"), name).toContain("context compacted");
      expect(api.last(), name).toContain(says);
      expect(api.last(), name).not.toContain("CONTEXT CHECKPOINT COMPACTION");
    }
    const events = await log();
    expect(events.filter((each) => each.source === "resume").length).toBeGreaterThan(0);
    expect(events.some((each) => each.type === "context:compact")).toBe(true);
    expect(events.some((each) => each.type === "session:start" && each.source === "compact")).toBe(true);
    expect(here.exists("AGENTS.md")).toBe(true);
  });

  test("reads our block in AGENTS.md", async () => {
    const { here, api, ask } = await begun();
    await ask(here.root, "hello");
    expect(api.since()).toContain("session agent-help");
  });

  test("records of the sandboxed agent are in the session after the end of its turn", async () => {
    const { here, api, ask } = await begun();
    // A login shell of its has a PATH of its own.
    api.command = `${here.home}/bin/session note 'from the sandbox' 2>&1; touch .git/in-sandbox 2>&1; true`;
    const said = await ask(here.root, "--sandbox", "workspace-write", "record it");
    expect(said + api.last()).toContain("saved in .session/.spool");
    expect(here.exists(".git/in-sandbox")).toBe(false);
    expect(here.exists(".session/.spool")).toBe(true);
    const notes = (await here.json("note", "list")) as { text: string }[];
    expect(notes.map((each) => each.text)).toEqual(["from the sandbox"]);
    expect(await here.read(".git/sessions/feature/login/events.jsonl")).toContain("from the sandbox");
  });
});
