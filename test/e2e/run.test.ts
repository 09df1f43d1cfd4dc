import { chmod, mkdir } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { runEvents, withAgents } from "../support/fake-agents.ts";
import { forgeToken } from "../support/fake-secrets.ts";
import { CLI } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

test("run starts the agent in the session's folder with brief and prompt, and exits with its code", async () => {
  const { s, session, said } = await withAgents("claude", "codex");
  const { id } = (await s.json("status")).session;
  const ran = await session({ CODE: "7" }, "run", "claude", "-m", "Do the thing");
  expect(ran).toMatchObject({ code: 7, stdout: "at work\n" });
  const first = await said();
  expect(first.cwd).toBe(s.root);
  expect(first.input).toBe("Do the thing");
  expect(first.args.slice(0, 2)).toEqual(["-p", "--session-id"]);
  expect(first.args[3]).toBe("--append-system-prompt");
  expect(first.args[4]).toContain("One");
  expect(first.env).toMatchObject({ SESSION_ID: id, SESSION_NAME: `${id}_claude`, SESSION_PARENT: "" });
  // One that takes no brief as an option has it before the prompt.
  await s.run(process.execPath, [CLI, "run", "codex"], { input: "Piped in" });
  const second = await said();
  expect(second.args).toEqual(["exec", "-"]);
  expect(second.input).toMatch(/^# X\n[\s\S]*One[\s\S]*\n---\n\nPiped in$/);
  expect(await runEvents(s, "x")).toMatchObject([
    { type: "run:start", agent: "claude", background: false },
    { type: "run:end", agent: "claude", code: 7 },
    { type: "run:start", agent: "codex" },
    { type: "run:end", agent: "codex", code: 0 },
  ]);
});

test("run omits the brief if our hook delivers it", async () => {
  const { s, session, said } = await withAgents("claude", "gemini");
  await s.ok("agents", "install", "claude");
  await session({}, "run", "claude", "-m", "Go");
  expect((await said()).args.join(" ")).not.toContain("One");
  await session({}, "run", "gemini", "-m", "Go");
  expect((await said()).args.join(" ")).toMatch(/--prompt=# X\n[\s\S]*One/);
});

test("run passes the brief and says why if installed hooks do not run", async () => {
  const { s, session, said } = await withAgents("codex", "gemini");
  await s.ok("agents", "install", "codex", "gemini");
  const ran = await session({}, "run", "codex", "-m", "Go");
  expect(ran.stderr).toMatch(
    /the brief is added to the prompt for Codex CLI: Codex does not trust this project yet/,
  );
  expect((await said()).input).toMatch(/^# X\n[\s\S]*One[\s\S]*\n---\n\nGo$/);
  const trusted = `[projects."${s.root}"]\ntrust_level = "trusted"\n`;
  const config = path.join(s.home, ".codex/config.toml");
  await s.write(config, trusted);
  expect((await session({}, "run", "codex", "-m", "Go")).stderr).toContain(
    "Codex skips hooks until you review them",
  );
  const state = `[hooks.state."${s.root}/.codex/hooks.json:session_start:0:0"]\ntrusted_hash = "sha256:0"\n`;
  await s.write(config, trusted + state);
  const quiet = await session({}, "run", "codex", "-m", "Go");
  expect([quiet.stderr, (await said()).input]).toEqual(["", "Go"]);
  expect((await session({}, "run", "gemini", "-m", "Go")).stderr).toContain(
    "Gemini does not trust this folder",
  );
  expect((await session({ GEMINI_CLI_TRUST_WORKSPACE: "true" }, "run", "gemini", "-m", "Go")).stderr).toBe(
    "",
  );
  expect((await said()).args.at(-1)).toBe("--prompt=Go");
});

test("the prompt becomes the first objective of a session without one, otherwise a note", async () => {
  const { s, session } = await withAgents("claude");
  await session({}, "run", "claude", "fix/a", "--worktree", "../a", "-m", "Reproduce it\n\nIn a test.");
  const there = s.at("../a");
  expect((await there.json("objectives")).map((each: { text: string }) => each.text)).toEqual([
    "Reproduce it\nIn a test.",
  ]);
  const again = await session(
    {},
    "run",
    "claude",
    "fix/a",
    "-m",
    "Reproduce it\n\nIn a test.",
    "--title",
    "A",
  );
  expect(again.stderr).toContain("the session already exists: --title was not applied");
  for (let n = 0; n < 2; n++) await session({}, "run", "claude", "fix/a", "-m", "x ".repeat(300));
  const notes = await there.json("note", "list");
  expect(notes).toHaveLength(1);
  expect(notes[0].text).toMatch(/^Claude Code was asked: (x ){149}x?…$/);
  // What is piped in is data, and no sentence of somebody's.
  await s.run(process.execPath, [CLI, "run", "claude", "-m", "-"], { input: "diff --git a/x b/x" });
  expect(await s.json("note", "list")).toEqual([]);
  const secret = await session({}, "run", "claude", "-m", `use ${forgeToken()}`);
  expect(secret.stderr).toContain("the prompt was not recorded");
  expect(secret.code).toBe(0);
});

test("on a terminal the agent gets the terminal, and the prompt as its first message", async () => {
  const { s, said } = await withAgents("claude", "gemini");
  const env = { STAYS: path.join(s.home, "end") };
  await s.write(env.STAYS, "");
  const ran = await runAtTerminal(s, { keys: "enter", until: "at work", env }, "run", "claude", "-m", "-x");
  expect(ran.stdout).toContain("at work");
  const { args } = await said();
  expect(args).not.toContain("-p");
  // No text of the prompt can be read as an option.
  expect(args.at(-1)).toBe(" -x");
});

test("agent programs come from the user's settings, never from the repository", async () => {
  const { s, session, said } = await withAgents("claude", "mine");
  await s.write(".session/config.yaml", "agents:\n  claude:\n    command: [/bin/false]\n");
  const refused = await session({}, "run", "claude", "-m", "Go");
  expect(refused).toMatchObject({ code: 0, stdout: "at work\n" });
  expect(refused.stderr).toMatch(/config\.yaml:1:1: agents: names programs/);
  expect((await session({}, "config", "validate")).code).toBe(1);
  const own = path.join(s.home, ".config/session/config.yaml");
  const mine = path.join(s.home, "bin/mine");
  await s.write(
    own,
    `agents:\n  claude: { command: [${mine}, --model, small] }\n  other: { command: [${mine}, --say, "{prompt}", -q], background: [${mine}, -b] }\n  bad: { command: mine }\n  rel: { command: [./mine] }\n`,
  );
  const ran = await session({}, "run", "claude", "-m", "Go");
  expect(ran.stderr).toMatch(/config\.yaml:1:1: agents\.bad\.command must be a list/);
  expect((await said()).args.slice(0, 4)).toEqual(["--model", "small", "-p", "--session-id"]);
  await session({}, "run", "other", "-m", "Go $& on");
  const { args } = await said();
  expect([args[0], args[2]]).toEqual(["--say", "-q"]);
  expect(args[1]).toMatch(/One[\s\S]*Go \$& on$/);
  await s.write("mine", "#!/bin/sh\necho from the repository\n");
  await chmod(path.join(s.root, "mine"), 0o755);
  for (const env of [{}, { PATH: `.${path.delimiter}${s.env.PATH}` }])
    expect((await session(env, "run", "rel", "-m", "Go")).stderr).toContain("is not an absolute path");
});

test("run refuses a bad request before it creates anything", async () => {
  const { s, session, json } = await withAgents("claude", "codex", "cursor-agent");
  await mkdir(path.join(s.root, "sub"));
  const before = await s.fingerprint();
  const said = async (...args: string[]) => (await json({}, ...args)).error;
  expect(await said("run", "cluade", "-m", "Go")).toMatchObject({ code: "unknown-agent", exit: 2 });
  expect((await said("run", "cluade", "-m", "Go")).message).toContain("did you mean claude?");
  expect(await said("run", "agents-md", "-m", "Go")).toMatchObject({ code: "unknown-agent" });
  const gemini = await said("run", "gemini", "new", "--worktree", "-m", "Go");
  expect(gemini).toMatchObject({ code: "no-program", exit: 1 });
  expect(gemini.message).toContain("agents.gemini.command");
  expect(await said("run", "claude")).toMatchObject({ code: "prompt-needed", exit: 2 });
  expect(await said("run", "claude", "-m", "  ")).toMatchObject({ code: "usage", exit: 2 });
  expect(await said("run", "claude", "--background", "new")).toMatchObject({ code: "prompt-needed" });
  expect(await said("run", "claude", "--background", "main", "-m", "Go")).toMatchObject({
    ...{ code: "worktree-needed", exit: 2 },
  });
  const long = ["run", "cursor", "new", "--worktree", "-m", "a".repeat(110_000)];
  expect(await said(...long)).toMatchObject({ code: "prompt-too-long", exit: 2 });
  expect(await said("run", "claude", "--worktree", "-m", "Go")).toMatchObject({ code: "usage" });
  expect(await said("run", "claude", "a..b", "-m", "Go")).toMatchObject({ code: "bad-branch" });
  expect(await said("run", "claude", "--parent", "nobody", "-m", "Go")).toMatchObject({ exit: 3 });
  expect(await said("continue")).toMatchObject({ code: "no-run", exit: 3 });
  expect(await s.fingerprint()).toBe(before);
  expect((await s.json("list")).length).toBe(1);
  await s.git("switch", "--quiet", "main");
  expect(await said("run", "claude", "-m", "Go")).toMatchObject({ code: "no-session", exit: 3 });
  await s.git("switch", "--quiet", "--detach");
  expect(await said("run", "claude", "-m", "Go")).toMatchObject({ code: "detached-head" });
  // An unfinished merge in this worktree is allowed; in another one it is refused.
  await s.git("switch", "--quiet", "x");
  await s.write(".git/MERGE_HEAD", `${await s.git("rev-parse", "HEAD")}\n`);
  expect((await session({}, "run", "claude", "-m", "Go")).code).toBe(0);
  for (const args of [["--background"], ["main"]])
    expect(await said("run", "claude", ...args, "-m", "Go")).toMatchObject({
      ...{ code: "unfinished-operation", exit: 4 },
    });
  expect((await session({}, "continue")).stderr).toContain('hint: session continue "..."\n');
  expect((await session({}, "continue", "--background")).stderr).toContain(
    'hint: session continue --background "..."\nhint: session continue --background --tmux\n',
  );
});
