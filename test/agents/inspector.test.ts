import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CLI, scratch } from "../support/scratch.ts";

/** The newest one that runs on Node 20. Asked for its version it starts something else, so `program` is not for it. */
const VERSION = "0.15.0";
const folder = path.join(os.tmpdir(), "git-session-agents", `inspector-${VERSION}`);
const inspector = path.join(folder, "node_modules/.bin/mcp-inspector");
if (!existsSync(inspector)) {
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"];
  const options = { stdio: "inherit", timeout: 500_000, cwd: folder } as const;
  spawnSync("npm", [...args, `@modelcontextprotocol/inspector@${VERSION}`], options);
}
const isThere = existsSync(inspector);
if (!isThere) console.warn("skipped: @modelcontextprotocol/inspector cannot be installed here");

describe.skipIf(!isThere)("MCP inspector (a client without the 2026 protocol)", () => {
  test("lists and calls tools, reads resources and prompts", async () => {
    const s = await scratch();
    const inspect = async (...args: string[]) => {
      const ran = await s.run(inspector, ["--cli", process.execPath, CLI, "mcp", ...args]);
      expect(ran.code, ran.stderr + ran.stdout).toBe(0);
      return JSON.parse(ran.stdout);
    };
    const call = (name: string, ...args: string[]) =>
      inspect("--method", "tools/call", "--tool-name", name, ...args.flatMap((each) => ["--tool-arg", each]));

    expect((await inspect("--method", "tools/list")).tools).toHaveLength(readdirSync("src/mcp/tools").length);
    await call("session_start", "branch=work", 'objectives=["First"]');
    await call("session_decisions", "action=add", "text=Use PKCE");
    expect((await call("session_status")).structuredContent).toMatchObject({
      ...{ branch: "work", objectives: [{ text: "First" }], pending: ["dec-1"] },
    });
    expect(await call("session_objectives", "action=complete", 'id=["9"]')).toMatchObject({ isError: true });
    const read = async (uri: string) =>
      JSON.stringify(await inspect("--method", "resources/read", "--uri", uri));
    expect(await read("session://brief")).toContain("Use PKCE");
    expect(await read("session://decisions")).toContain("Use PKCE");
    const prompt = await inspect("--method", "prompts/get", "--prompt-name", "session-wrap-up");
    expect(prompt.messages[0].content.text).toContain("Use PKCE");
  });
});
