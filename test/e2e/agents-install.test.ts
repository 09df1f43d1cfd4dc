import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { AGENTS } from "../../src/agents/catalog/all.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

/** Returns every file and folder below a path, with its bytes. */
function tree(folder: string, below = ""): Record<string, string> {
  const all: Record<string, string> = {};
  for (const name of readdirSync(path.join(folder, below))) {
    const at = path.join(below, name);
    if (name === ".git") continue;
    const status = lstatSync(path.join(folder, at));
    if (status.isDirectory()) Object.assign(all, { [`${at}/`]: "" }, tree(folder, at));
    else all[at] = `${status.mode.toString(8)} ${readFileSync(path.join(folder, at), "latin1")}`;
  }
  return all;
}

const names = AGENTS.map((each) => each.name);
const ofUsers = names.filter((name) => name !== "agents-md");
const SETTINGS = `{
  // written by hand
  "model": "opus", /* for now */
  "hooks": {
    "Stop": [
      { "hooks": [{ "type": "command", "command": "say done" }] }, // mine
    ],
  },
}
`;

describe.each(["--project", "--user"])("install %s", (scope) => {
  const at = (here: Scratch) => (scope === "--user" ? here.home : here.root);

  test("installs and uninstalls each agent alone without a trace", async () => {
    const here = await scratch();
    const before = tree(at(here));
    for (const name of scope === "--user" ? ofUsers : names) {
      await here.ok("agents", "install", name, scope);
      const after = tree(at(here));
      expect(Object.keys(after).length, name).toBeGreaterThan(Object.keys(before).length);
      expect(JSON.stringify(after), name).toMatch(/session hook|git-session|name: session/);
      await here.ok("agents", "uninstall", name, scope);
      expect(tree(at(here)), name).toEqual(before);
    }
  });

  test("installs all agents over settings with comments, and uninstalls them byte for byte", async () => {
    const here = await scratch();
    const files =
      scope === "--user"
        ? [
            ".claude/settings.json",
            ".gemini/settings.json",
            ".cursor/hooks.json",
            ".claude/CLAUDE.md",
            ".codex/config.toml",
          ]
        : [
            ".claude/settings.json",
            ".gemini/settings.json",
            "opencode.jsonc",
            "CLAUDE.md",
            ".codex/config.toml",
          ];
    const texts = [
      SETTINGS,
      SETTINGS.replace(/\n/g, "\r\n"),
      `\ufeff${SETTINGS.trimEnd()}`,
      "# No end of line",
      'a = "b" # c',
    ];
    for (const [n, file] of files.entries()) {
      mkdirSync(path.dirname(path.join(at(here), file)), { recursive: true });
      writeFileSync(path.join(at(here), file), texts[n] ?? "", { mode: 0o640 });
    }
    mkdirSync(path.join(at(here), ".kiro"));
    const before = tree(at(here));
    await here.ok("agents", "install", "--all", scope);
    const after = tree(at(here));
    for (const [n, file] of files.entries()) {
      const text = readFileSync(path.join(at(here), file), "utf8");
      expect(text, file).toMatch(/session/);
      expect(statSync(path.join(at(here), file)).mode & 0o777, file).toBe(0o640);
      if (n < 3) expect(text.includes("\r\n"), file).toBe(n === 1);
      if (n < 3) expect(text).toContain("// written by hand");
    }
    expect(await here.ok("agents", "install", "--all", scope)).toContain("Nothing to do.");
    expect(tree(at(here))).toEqual(after);
    const states = (await here.json("agents", "list")).map(
      (each: Record<string, string>) => each[scope.slice(2)],
    );
    expect(new Set(states)).toEqual(new Set(scope === "--user" ? ["installed", "-"] : ["installed"]));
    await here.ok("agents", "uninstall", "--all", scope);
    expect(tree(at(here))).toEqual(before);
  });
});

test("agents install says which agent only reads AGENTS.md", async () => {
  const here = await scratch();
  const ran = await here.session("agents", "install", "amp", "aider");
  expect([ran.code, here.exists("AGENTS.md")]).toEqual([0, true]);
  expect(ran.stderr).toContain("Amp reads AGENTS.md and takes no text from hooks: using agents-md");
  expect(ran.stderr).toContain("read: AGENTS.md` in .aider.conf.yml");
  expect((await here.session("agents", "install", "agents-md", "--user")).code).toBe(1);
  expect(here.exists(path.join(here.home, ".local/state/session/agents"))).toBe(false);
  expect((await here.json("agents", "install", "goos")).error.message).toContain("did you mean goose?");
});

test("agents install --no-mcp installs everything but the server, and doctor accepts that", async () => {
  const here = await scratch();
  const before = tree(here.root);
  const agents = ["claude", "codex", "gemini", "opencode", "pi"];
  await here.ok("agents", "install", "--no-mcp", ...agents);
  const files = tree(here.root);
  expect(Object.keys(files)).not.toEqual(expect.arrayContaining([".mcp.json"]));
  for (const file of [".codex/config.toml", "opencode.json", ".pi/mcp.json"])
    expect(here.exists(file)).toBe(false);
  expect(files[".gemini/settings.json"]).toContain("session hook gemini");
  expect(files[".gemini/settings.json"]).not.toContain("mcpServers");
  const rows: { name: string; project: string }[] = await here.json("agents", "list");
  for (const { name, project } of rows.filter((each) => agents.includes(each.name)))
    expect([name, project]).toEqual([name, "installed"]);
  expect(await here.ok("agents", "install", "--no-mcp", ...agents)).toContain("Nothing to do.");
  await here.ok("agents", "install", ...agents);
  expect(here.exists(".mcp.json")).toBe(true);
  const again = await here.session("agents", "install", "--no-mcp", "claude");
  expect(again.stdout).not.toContain("Nothing to do.");
  expect(again.stderr).toContain(".mcp.json: it keeps the MCP server of an earlier installation");
  expect(again.stderr).toContain("hint: session agents uninstall claude\n");
  await here.ok("agents", "uninstall", ...agents);
  expect(tree(here.root)).toEqual(before);
});

test("another clone uninstalls what this clone installed", async () => {
  const here = await scratch();
  await here.write(".claude/settings.json", SETTINGS);
  await here.git("add", "--all");
  await here.git("commit", "--quiet", "-m", "settings");
  await here.ok("agents", "install", "claude", "codex", "agents-md");
  await here.git("add", "--all");
  await here.git("commit", "--quiet", "-m", "agents");
  await here.git("clone", "--quiet", ".", "../clone");
  const clone = here.at("../clone");
  await clone.ok("agents", "uninstall", "--all");
  expect(await clone.git("diff", "HEAD~1")).toBe("");
  expect(tree(clone.root)).toEqual({
    ".claude/": "",
    ".claude/settings.json": expect.anything(),
    "README.md": expect.anything(),
  });
});

test("a part that two agents share stays until the last of them is uninstalled", async () => {
  const here = await scratch();
  await here.ok("agents", "install", "claude", "codex", "copilot");
  await here.ok("agents", "uninstall", "codex");
  expect(here.exists("AGENTS.md")).toBe(true);
  expect(here.exists(".agents/skills/session/SKILL.md")).toBe(true);
  expect(here.exists(".codex")).toBe(false);
  await here.ok("agents", "uninstall", "copilot");
  expect(here.exists(".mcp.json")).toBe(true);
  expect(here.exists(".agents")).toBe(false);
  await here.ok("agents", "uninstall", "claude");
  expect(Object.keys(tree(here.root))).toEqual(["README.md"]);
});

test("uninstall keeps what the user added", async () => {
  const here = await scratch();
  await here.write("AGENTS.md", "# Rules");
  await here.ok("agents", "install", "claude");
  await here.write("AGENTS.md", `${await here.read("AGENTS.md")}\nMore rules.\n`);
  const settings = JSON.parse(await here.read(".claude/settings.json"));
  settings.hooks.Stop.push({ hooks: [{ type: "command", command: "mine" }] });
  await here.write(".claude/settings.json", JSON.stringify(settings));
  await here.write(".claude/skills/session/SKILL.md", "mine now\n");
  const ran = await here.session("agents", "uninstall", "claude");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain(".claude/skills/session/SKILL.md: it was changed by hand");
  expect(await here.read("AGENTS.md")).toBe("# Rules\n\nMore rules.\n");
  expect(JSON.parse(await here.read(".claude/settings.json"))).toEqual({
    hooks: { Stop: [{ hooks: [{ type: "command", command: "mine" }] }] },
  });
  expect(await here.read(".claude/skills/session/SKILL.md")).toBe("mine now\n");
});

test("unreadable settings are refused with file and line, and nothing changes", async () => {
  const here = await scratch();
  for (const [agent, file, text, line] of [
    ["claude", ".claude/settings.json", '{\n  "a": 1\n  "b": 2\n}\n', 3],
    ["claude", ".mcp.json", '{ "mcpServers": { "session": { "command": "other" } } }\n', 1],
    ["codex", ".codex/config.toml", "a = 1\nb = = 2\n", 2],
    ["codex", "AGENTS.md", "# Rules\n<!-- git-session:begin -->\n", 2],
  ] as const) {
    await here.write(file, text);
    const before = tree(here.root);
    const ran = await here.session("agents", "install", agent);
    expect(ran.code, file).toBe(1);
    expect(ran.stderr).toContain(`${file}:${line}: `);
    expect(tree(here.root)).toEqual(before);
    await here.run("rm", ["-r", file]);
  }
});

test("install follows links inside the work tree and refuses links out of it", async () => {
  const here = await scratch();
  await here.write("docs/rules.md", "# Rules\n");
  symlinkSync("docs/rules.md", path.join(here.root, "AGENTS.md"));
  await here.ok("agents", "install", "agents-md");
  expect(await here.read("docs/rules.md")).toContain("<!-- git-session:begin -->");
  expect(lstatSync(path.join(here.root, "AGENTS.md")).isSymbolicLink()).toBe(true);
  await here.ok("agents", "uninstall", "agents-md");
  expect(await here.read("docs/rules.md")).toBe("# Rules\n");
  await here.write("../home/.bashrc", "mine\n");
  for (const [link, to] of [
    [".claude", "../home"],
    ["opencode.json", "../home/.bashrc"],
    [".cursor", "/nowhere"],
  ] as const) {
    symlinkSync(to, path.join(here.root, link));
    const agent = { ".claude": "claude", "opencode.json": "opencode", ".cursor": "cursor" }[link];
    const before = tree(here.home);
    const ran = await here.session("agents", "install", agent);
    expect(ran.code, link).toBe(1);
    expect(ran.stderr, link).toMatch(/is a link out of|a broken link/);
    expect(tree(here.home)).toEqual(before);
  }
});

test("a read-only settings file stops the installation before any file changes", async () => {
  const here = await scratch();
  await here.write(".mcp.json", "{}\n");
  chmodSync(path.join(here.root, ".mcp.json"), 0o444);
  const before = tree(here.root);
  const ran = await here.session("agents", "install", "claude");
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining(".mcp.json is read-only") });
  expect(tree(here.root)).toEqual(before);
});

test("agents install --dry-run shows the lines and writes nothing", async () => {
  const here = await scratch();
  await here.write("AGENTS.md", "# Rules\n");
  const before = tree(here.root);
  const text = await here.ok("agents", "install", "claude", "--dry-run");
  expect(text).toContain("~ AGENTS.md\n    + <!-- git-session:begin -->");
  expect(text).toContain("+ .mcp.json");
  expect(text).toContain('    +       "command": "session",');
  expect(text).toContain("Nothing was written.");
  expect(tree(here.root)).toEqual(before);
  await here.ok("agents", "install", "claude");
  expect(await here.ok("agents", "uninstall", "claude", "-n")).toContain("- .mcp.json");
});

describe("the instructions file for Claude Code", () => {
  const withBlock = async (here: Scratch) => {
    await here.ok("agents", "install", "claude");
    const found = ["AGENTS.md", "CLAUDE.md", ".claude/CLAUDE.md", ".claude/rules/session.md"].filter((file) =>
      here.exists(file),
    );
    return Promise.all(found.map(async (file) => [file, (await here.read(file)).includes("## Sessions")]));
  };

  test("is AGENTS.md without a CLAUDE.md, because a new CLAUDE.md would hide it", async () => {
    const here = await scratch();
    expect(await withBlock(here)).toEqual([["AGENTS.md", true]]);
  });
  test("is CLAUDE.md if it exists", async () => {
    const here = await scratch();
    await here.write("CLAUDE.md", "# Mine\n");
    expect(await withBlock(here)).toEqual([["CLAUDE.md", true]]);
  });
  test("is AGENTS.md if CLAUDE.md imports it", async () => {
    const here = await scratch();
    await here.write("CLAUDE.md", "@AGENTS.md\n");
    expect(await withBlock(here)).toEqual([
      ["AGENTS.md", true],
      ["CLAUDE.md", false],
    ]);
  });
  test("is a rule if a personal CLAUDE.local.md hides AGENTS.md", async () => {
    const here = await scratch();
    await here.write("CLAUDE.local.md", "# Mine\n");
    expect(await withBlock(here)).toEqual([[".claude/rules/session.md", true]]);
  });
});

test("doctor names missing parts and what the user has to allow in the agent", async () => {
  const here = await scratch();
  expect(await here.ok("agents", "doctor")).toContain("none installed");
  await here.ok("agents", "install", "codex", "gemini", "claude");
  const says = async () =>
    ((await here.json("agents", "doctor")) as { name: string; says: string }[])
      .map((each) => `${each.name}: ${each.says}`)
      .join("\n");
  expect(await says()).toContain("codex (project): Codex does not trust this project yet");
  expect(await says()).toContain("codex (project): Codex skips hooks until you review them");
  expect(await says()).toContain("gemini (project): Gemini does not trust this folder yet");
  await here.write(
    "../home/.codex/config.toml",
    `[projects."${here.root}"]\ntrust_level = "trusted"\n[hooks.state."${here.root}/.codex/hooks.json:session_start:0:0"]\ntrusted_hash = "sha256:0"\n`,
  );
  await here.write("../home/.gemini/trustedFolders.json", JSON.stringify({ [here.root]: "TRUST_FOLDER" }));
  await here.write("../home/.claude/settings.json", '{ "disableAllHooks": true }');
  const after = await says();
  expect(after).not.toMatch(/does not trust this|skips hooks/);
  expect(after).toContain(
    "codex (project): every user must allow this: it loads .codex only in a trusted project",
  );
  expect(after).toContain("whether the MCP server of .mcp.json may be used");
  expect(after).toContain("claude (project): hooks are switched off by disableAllHooks");
  await here.run("rm", [".mcp.json"]);
  const ran = await here.session("agents", "doctor", "claude");
  expect(ran.code).toBe(1);
  expect(await says()).toContain("claude (project): installed, without the MCP server");
  await here.run("rm", [".claude/skills/session/SKILL.md"]);
  expect(await says()).toContain("SKILL.md has no entries of session");
  await here.ok("agents", "install", "codex", "--user");
  expect(await says()).toContain("it loads the brief twice");
});

test("a usage error names the correct command", async () => {
  const here = await scratch({ repository: false });
  expect(await here.session("agents", "install", "claude")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--user"),
  });
  expect(await here.session("agents", "install", "cluade", "--user")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("did you mean claude?"),
  });
  expect((await here.session("agents", "install", "--user")).code).toBe(2);
  expect((await here.session("agents", "install", "agents-md", "--user")).code).toBe(1);
  await here.ok("agents", "install", "claude", "--user");
  expect((await here.json("agents"))[0]).toMatchObject({ name: "claude", user: "installed" });
});

test("doctor accepts an AGENTS.md block that another agent's installation wrote", async () => {
  const here = await scratch();
  await here.ok("agents", "install", "claude");
  const names = (await here.json("agents", "doctor")).map((each: { name: string }) => each.name);
  expect(names.filter((each: string) => each.startsWith("agents-md"))).toEqual([]);
});
