import { describe, expect, test } from "vitest";
import { agentRepository } from "./agent-repository.ts";
import { modelServer } from "./model-server.ts";
import { program } from "./programs.ts";

const claude = program("claude-code", "@anthropic-ai/claude-code", "claude") ?? "";

describe.skipIf(claude === "")("claude", () => {
  async function begun(scope: "--project" | "--user") {
    const { here, places, log } = await agentRepository("claude", scope);
    const api = await modelServer();
    Object.assign(here.env, {
      ANTHROPIC_BASE_URL: api.url,
      ANTHROPIC_API_KEY: "made-up",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
    });
    const ask = async (cwd: string, ...args: string[]) => {
      const ran = await here.run(claude, ["-p", "--output-format", "json", ...args], { cwd });
      expect(ran.code, ran.stderr + ran.stdout).toBe(0);
      return JSON.parse(ran.stdout) as { session_id: string; result: string };
    };
    // It reads settings of the project in the folder that it is started in, not in those above.
    const folders = places.filter(([name]) => scope === "--user" || name !== "a folder below");
    return { here, folders, log, api, ask };
  }

  test.each(["--project", "--user"] as const)(
    "%s: gets the brief at start, on resume and after compaction",
    async (scope) => {
      const { here, folders, api, ask, log } = await begun(scope);
      for (const [name, folder, says] of folders) {
        const { session_id: id } = await ask(folder, "hello");
        const sent = api.since();
        expect(sent, name).toContain(says);
        expect(sent, name).toContain("SessionStart");
        await here.at(folder).ok("objectives", "add", "Came up meanwhile");
        await ask(folder, "again", "--resume", id);
        expect(api.since(), name).toContain("Came up meanwhile");
        // A short conversation is not compacted.
        for (let n = 0; /Not enough/.test((await ask(folder, "/compact", "--resume", id)).result); n++) {
          expect(n, name).toBeLessThan(5);
          await ask(folder, `turn ${n}`, "--resume", id);
        }
        api.since();
        await ask(folder, "more", "--resume", id);
        expect(api.since(), name).toContain(says);
      }
      const events = await log();
      expect(events[0]).toMatchObject({
        ...{ type: "session:start", source: "startup", transcript: expect.stringMatching(/^~\/\.claude\//) },
      });
      const starts = new Set(
        events.filter((each) => each.type === "session:start").map((each) => each.source),
      );
      expect(starts).toEqual(new Set(["startup", "resume", "compact"]));
      const types = new Set(events.map((each) => each.type));
      expect([...types]).toEqual(expect.arrayContaining(["turn:end", "context:compact", "session:end"]));
    },
  );

  test("gets the record of the branch that its own worktree was cut from", async () => {
    const { here, api, ask } = await begun("--user");
    await here.ok("decisions", "add", "Tokens live an hour");
    await here.write("src/login.ts", "export {};\n");
    await here.ok("checkpoint", "-A", "-m", "feat: login");
    // From HEAD, as its documentation has it for a worktree of a local branch.
    await here.write(".claude/settings.json", JSON.stringify({ worktree: { baseRef: "head" } }));
    await ask(here.root, "hello", "--worktree", "by-claude");
    const sent = api.since();
    expect(await here.git("worktree", "list")).toContain("by-claude");
    expect(sent).toContain("inherited from");
    expect(sent).toContain("Objective of the main worktree");
    expect(sent).toContain("Tokens live an hour");
    expect(sent).not.toContain("this is a guess");
  });

  test("reads our block in AGENTS.md and lists the MCP server", async () => {
    const { here, api, ask } = await begun("--project");
    await ask(here.root, "hello");
    const sent = api.since();
    const version = (await here.run(claude, ["--version"])).stdout;
    // Older ones read no AGENTS.md at all.
    if (/^2\.1\.3\d\d|^2\.[2-9]/.test(version)) expect(sent).toContain("session agent-help");
    await here.ok("agents", "install", "claude", "--user");
    const list = await here.run(claude, ["mcp", "list"]);
    expect(list.stdout + list.stderr).toMatch(/session: session mcp - . Connected/);
  });
});
