import { expect, test } from "vitest";
import { projectHistory } from "../support/project-history.ts";
import { type Scratch, scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

/** A clone of this project as it would be without its `.session/`. */
async function clone(): Promise<Scratch> {
  const s = await scratch({ repository: false });
  await s.git("clone", "--quiet", "--shared", await projectHistory(s), "../clone");
  const cloned = s.at("../clone");
  await cloned.git("rm", "--quiet", "-r", ".session");
  await cloned.git("commit", "--quiet", "-m", "chore: begin without a record");
  return cloned;
}

test.each([
  ["a repository of one's own", () => scratch()],
  ["a repository that was cloned", clone],
])("the five README commands run as written, in %s", async (_where, make) => {
  const s = await make();
  const readme = await import("node:fs/promises").then((fs) => fs.readFile("README.md", "utf8"));
  const block = /## Five commands\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const commands = block.split("\n").map((line) => line.replace(/\s+# .*/, "").trim());
  expect(commands.filter(Boolean)).toHaveLength(5);
  for (const command of commands.filter((line) => line !== "" && !line.startsWith("cd "))) {
    if (command.includes("checkpoint")) {
      await s.write("src/login.js", "export const login = () => true;\n");
      await s.write("test/login.test.js", 'it("logs in", () => {});\n');
    }
    const ran = await s.run("sh", [
      "-c",
      `session() { node "${process.cwd()}/dist/cli.js" "$@"; }; ${command}`,
    ]);
    expect(ran.code, `${command}\n${ran.stderr}`).toBe(0);
  }
  expect(await s.git("branch", "--show-current")).toBe("main");
  const message = await s.git("log", "-1", "--format=%B");
  expect(message).toContain("dec-1: Use PKCE");
  expect(message).toContain("[x] obj-1: OAuth login");
  expect(message).toMatch(/^feat: OAuth login\n/);
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Id,valueonly)")).toMatch(
    /^[0-9a-z]{12}$/m,
  );
  expect(await s.git("status", "--porcelain")).not.toMatch(/^[^?]/m);
});

test("the files that init names exist, and a second init changes nothing", async () => {
  const s = await scratch();
  await s.write(
    "package.json",
    JSON.stringify({
      name: "shop",
      description: "A small shop",
      scripts: { test: "vitest run", build: "tsc" },
    }),
  );
  await s.write("src/index.ts", "export const x = 1;\n");
  await s.git("add", "--all");
  const first = await s.json("init", "--yes");
  expect(first.written.length).toBeGreaterThanOrEqual(4);
  for (const file of first.written) expect(s.exists(file), file).toBe(true);
  const architecture = await s.read(".session/architecture.md");
  expect(architecture).toContain("`src`");
  // A model sees the language by itself.
  expect(architecture).not.toContain("Written in");
  expect((await s.read(".session/architecture.md")) + (await s.read(".session/conventions.md"))).toContain(
    "npm test",
  );
  const before = await s.fingerprint();
  const second = await s.json("init", "--yes");
  expect(second.written).toEqual([]);
  expect(await s.fingerprint()).toBe(before);
});

test("init writes no draft without content", async () => {
  const s = await scratch();
  const { written } = await s.json("init", "--yes");
  expect(written).not.toContain(".session/architecture.md");
  expect(written).not.toContain(".session/conventions.md");
});

test("on a terminal init asks for files, hooks and agents one by one, and commits only what it wrote", async () => {
  const s = await scratch();
  await s.write("src/index.ts", "export const x = 1;\n");
  await s.write("bin/claude", "#!/bin/sh\n");
  await s.run("chmod", ["755", "bin/claude"]);
  await s.write("staged.txt", "mine\n");
  await s.git("add", "staged.txt");
  const env = { PATH: `${s.root}/bin:${s.env.PATH}` };
  const keys = ["y\r", "n\r", "y\r", "y\r"].join(",");
  const { code, stdout } = await runAtTerminal(s, { keys, until: "Write them? [Y/n]", env }, "init");
  expect(code).toBe(0);
  const questions = [...stdout.matchAll(/\x1b\[0J([A-Z][^\n\x1b[]*\?[^\n\x1b[]*) \[[yY]\/[nN]\]/g)];
  expect([...new Set(questions.map((each) => each[1]))]).toEqual([
    "Write them?",
    "Install git hooks?",
    "Install session for these agents?",
    "Commit these files as well? You can correct the drafts later.",
  ]);
  expect(stdout).toContain("Agents claude: each reads the brief when it starts.");
  expect(s.exists(".git/hooks/commit-msg")).toBe(false);
  const files = (await s.git("show", "--name-only", "--format=%s", "HEAD")).split("\n");
  expect(files[0]).toBe("chore: set up session");
  expect(files).toContain(".session/architecture.md");
  expect(files).toContain(".claude/settings.json");
  expect(await s.git("status", "--porcelain")).toBe("A  staged.txt\n?? bin/\n?? src/");
});

test.each([40, 80, 120])("init wraps at words on a terminal of %i columns", async (columns) => {
  const s = await scratch();
  await s.write("src/index.ts", "export const x = 1;\n");
  const { stdout } = await runAtTerminal(s, { columns, keys: "n\r,n\r", until: "Write them? [Y/n]" }, "init");
  const text = stdout.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");
  const part = text.split("\n").filter((line) => /^(Files|Hooks| {7})/.test(line));
  expect(part.filter((line) => line.length > columns)).toEqual([]);
  expect(text).toContain("Nothing was written.\n");
  expect(part.join(" ").replace(/ +/g, " ")).toContain(
    "Settings, drafts on this project, and the decision log. Commit them: the team shares them. Hooks A plain git commit then carries the session's trailers.",
  );
});

test("init and uninit print commands that commit their files, in each folder and until they are committed", async () => {
  const s = await scratch();
  await s.write("lib/a.js", "1\n");
  await s.git("add", "--all");
  const lib = s.at("lib");
  const hinted = (text: string) => /^hint: (git .*)$/m.exec(text)?.[1] ?? "";
  await lib.session("init", "--yes", "--no-hooks");
  const again = await lib.session("init", "--yes", "--no-hooks");
  expect(again.stdout).toContain("Nothing to write.\n");
  expect(await lib.run("sh", ["-c", hinted(again.stderr)])).toMatchObject({ code: 0 });
  const { stderr } = await lib.session("uninit", "--yes");
  expect(await lib.run("sh", ["-c", hinted(stderr)])).toMatchObject({ code: 0 });
  expect(await s.git("status", "--porcelain")).toBe("");
});

test("init prints commands as one can copy them", async () => {
  const s = await scratch();
  await s.write("shop.py", "x = 1\n");
  await s.write("pyproject.toml", '[project]\nname = "shop"\n[tool.ruff]\n');
  const { stderr } = await s.session("init", "--yes", "--no-hooks");
  expect(stderr).toContain("Found Python.\nCommands: ruff check . · ruff format .\n");
});

test("init --force writes drafts again and keeps edited files", async () => {
  const s = await scratch();
  await s.write("src/index.ts", "export const x = 1;\n");
  await s.ok("init", "--yes");
  await s.write(".session/architecture.md", "# Ours\n\nHexagonal.\n");
  await s.write(".session/decision-log.md", "# Decision log\n\n- one of ours\n");
  const done = await s.json("init", "--yes", "--force");
  expect(done.aside).toEqual([{ from: ".session/architecture.md", to: ".session/architecture.old.md" }]);
  expect(await s.read(".session/architecture.old.md")).toBe("# Ours\n\nHexagonal.\n");
  expect(await s.read(".session/architecture.md")).not.toContain("Hexagonal.");
  expect(await s.read(".session/decision-log.md")).toContain("- one of ours");
});
