import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { AGENTS } from "../../src/agents/catalog/all.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");

/** An agent calls: what it reads on standard output. */
async function calls(
  here: Scratch,
  agent: string,
  event: string,
  input: object | string = {},
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const text = typeof input === "string" ? input : JSON.stringify({ cwd: here.root, ...input });
  const ran = await here.run(process.execPath, [CLI, "hook", agent, event], { ...options, input: text });
  expect(ran, `${agent} ${event}`).toMatchObject({ code: 0, stderr: "" });
  return ran.stdout;
}

const log = async (here: Scratch, branch = "feature/login") =>
  (await here.read(`.git/sessions/${branch}/events.jsonl`))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter((each) => each.type.includes(":"));

function withSession(): Promise<Scratch> {
  return scratch({ session: ["feature/login", "-o", "OAuth login"] });
}

/** A start as each of them tells it, and where it reads the brief. */
const STARTS: [string, string, object, (answer: string) => unknown][] = [
  [
    "claude",
    "SessionStart",
    { session_id: "s", source: "startup", transcript_path: "/x/s.jsonl" },
    nestedBrief,
  ],
  [
    "codex",
    "SessionStart",
    { session_id: "s", source: "resume", transcript_path: null, model: "m" },
    nestedBrief,
  ],
  ["gemini", "SessionStart", { session_id: "s", source: "startup", timestamp: "2026-01-01" }, nestedBrief],
  [
    "copilot",
    "sessionStart",
    { sessionId: "s", source: "new", timestamp: 1 },
    (text) => JSON.parse(text).additionalContext,
  ],
  [
    "cursor",
    "sessionStart",
    { conversation_id: "s", workspace_roots: ["HERE"] },
    (text) => JSON.parse(text).additional_context,
  ],
  ["opencode", "session.created", { session_id: "s", source: "startup" }, (text) => text],
  ["kilo", "session.created", { session_id: "s", source: "startup" }, (text) => text],
  ["pi", "session_start", { session_id: "s", source: "startup" }, (text) => text],
  ["qwen", "SessionStart", { session_id: "s", source: "startup" }, nestedBrief],
  ["droid", "SessionStart", { session_id: "s", source: "startup" }, nestedBrief],
  ["auggie", "SessionStart", { conversation_id: "s", workspace_roots: ["HERE"] }, nestedBrief],
  ["kiro", "SessionStart", { session_id: "s" }, (text) => text],
  ["amazonq", "agentSpawn", { hook_event_name: "agentSpawn" }, (text) => text],
];

function nestedBrief(answer: string): unknown {
  const { hookSpecificOutput, ...others } = JSON.parse(answer);
  const { hookEventName, additionalContext, ...rest } = hookSpecificOutput;
  // Codex refuses an answer with a key that it does not know.
  expect([others, rest, hookEventName]).toEqual([{}, {}, "SessionStart"]);
  return additionalContext;
}

test("every agent gets the brief at start in its own format, and the log records it", async () => {
  const here = await withSession();
  for (const [agent, event, input, briefOf] of STARTS) {
    const given = JSON.parse(JSON.stringify(input).replace("HERE", here.root));
    const brief = String(briefOf(await calls(here, agent, event, given)));
    expect(brief, agent).toContain("obj-1: OAuth login");
    expect(Buffer.byteLength(brief), agent).toBeLessThan(9_500);
  }
  const events = await log(here);
  expect(events.map((each) => each.agent)).toEqual(STARTS.map(([agent]) => agent));
  expect(new Set(events.map((each) => each.type))).toEqual(new Set(["session:start"]));
});

test("an agent's session leaves events in the log, but none of the words of the conversation", async () => {
  const here = await withSession();
  const base = { session_id: "s1", transcript_path: path.join(here.home, ".claude/projects/x/s1.jsonl") };
  await calls(here, "claude", "SessionStart", { ...base, source: "startup" });
  await calls(here, "claude", "UserPromptSubmit", { ...base, prompt: "my password is hunter2" });
  const tool = {
    tool_name: "Write",
    tool_input: { file_path: path.join(here.root, "src/login.ts"), content: "hunter2" },
  };
  await calls(here, "claude", "PreToolUse", { ...base, ...tool });
  await calls(here, "claude", "PostToolUse", { ...base, ...tool, tool_response: "hunter2" });
  await mkdir(path.join(here.root, "docs"));
  const below = { cwd: path.join(here.root, "docs"), tool_name: "Read", tool_input: { file_path: "a.md" } };
  await calls(here, "claude", "PostToolUse", { ...base, ...below });
  await calls(here, "claude", "Stop", { ...base, last_assistant_message: "hunter2" });
  await calls(here, "claude", "PreCompact", { ...base, trigger: "auto" });
  for (let n = 0; n < 2; n++) await calls(here, "claude", "SessionEnd", { ...base, reason: "logout" });
  const events = await log(here);
  expect(events.map((each) => each.type)).toEqual([
    ...[
      "session:start",
      "prompt:submit",
      "tool:pre",
      "tool:post",
      "tool:post",
      "turn:end",
      "context:compact",
      "session:end",
    ],
  ]);
  expect(events[0]).toMatchObject({
    agent: "claude",
    agentSession: "s1",
    source: "startup",
    transcript: "~/.claude/projects/x/s1.jsonl",
  });
  expect(events[1]).toMatchObject({ promptLength: 22 });
  expect(events[3]).toMatchObject({ tool: "Write", file: "src/login.ts" });
  expect(events[4]).toMatchObject({ tool: "Read", file: "docs/a.md" });
  expect(events[7]).toMatchObject({ reason: "logout" });
  expect(JSON.stringify(events)).not.toContain("hunter2");
  expect(await here.json("undo", "--list")).toHaveLength(1);
});

test("before a compaction the record is saved as a snapshot, once per change", async () => {
  const here = await withSession();
  const { id } = (await here.json("status")).session;
  const count = () => here.git("rev-list", "--count", `refs/sessions/${id}`);
  await calls(here, "gemini", "PreCompress", { session_id: "a", trigger: "auto" });
  expect(await count()).toBe("1");
  await calls(here, "gemini", "PreCompress", { session_id: "b", trigger: "auto" });
  expect(await count()).toBe("1");
  await here.ok("note", "something new");
  await calls(here, "gemini", "PreCompress", { session_id: "c", trigger: "auto" });
  expect(await count()).toBe("2");
  expect(await here.git("show", `refs/sessions/${id}:context.json`)).toContain("something new");
});

test("an agent without a start event after compaction gets the brief with its next prompt, once", async () => {
  const here = await withSession();
  const rows: [string, string, string, object, boolean][] = [
    ["copilot", "preCompact", "userPromptSubmitted", { sessionId: "s", trigger: "auto" }, true],
    ["kiro", "PreCompact", "UserPromptSubmit", { session_id: "s" }, true],
    ["gemini", "PreCompress", "BeforeAgent", { session_id: "s", trigger: "manual" }, true],
    // Gemini says this with every turn.
    ["gemini", "PreCompress", "BeforeAgent", { session_id: "t", trigger: "auto" }, false],
    // Its start hook comes after the compaction.
    ["codex", "PreCompact", "UserPromptSubmit", { session_id: "s", trigger: "auto" }, false],
  ];
  for (const [agent, compacts, prompts, input, recalls] of rows) {
    const prompt = () => calls(here, agent, prompts, { ...input, trigger: undefined, prompt: "go on" });
    expect(await prompt(), agent).toBe("");
    await calls(here, agent, compacts, input);
    const answer = await prompt();
    expect(answer.includes("obj-1: OAuth login"), agent).toBe(recalls);
    if (recalls && agent !== "kiro") expect(JSON.parse(answer)).toBeTypeOf("object");
    expect(await prompt(), agent).toBe("");
  }
});

test("a resumed Codex conversation gets only the changes, another conversation gets the whole brief", async () => {
  const here = await withSession();
  const start = (id: string, source: string) =>
    calls(here, "codex", "SessionStart", { session_id: id, source, model: "m" });
  expect(await start("a", "startup")).toContain("# Login");
  expect(await start("a", "resume")).toBe("");
  await here.ok("objectives", "add", "Came up meanwhile");
  const news = await start("a", "resume");
  expect(news).toContain("Came up meanwhile");
  expect(news).not.toContain("obj-1: OAuth login");
  expect(await start("a", "compact")).toContain("obj-1: OAuth login");
  await start("b", "startup");
  expect(await start("a", "resume")).toContain("obj-1: OAuth login");
});

test("session.auto_checkpoint makes a due checkpoint at the end of a turn", async () => {
  const here = await withSession();
  await here.ok("config", "set", "session.auto_checkpoint", "true");
  await here.ok("config", "set", "session.checkpoint_interval", "0.001s");
  await here.write("README.md", "changed\n");
  await calls(here, "codex", "PostToolUse", { session_id: "s", tool_name: "Bash" });
  expect(await here.git("rev-list", "--count", "HEAD")).toBe("1");
  await calls(here, "codex", "Stop", { session_id: "s" });
  expect(await here.git("rev-list", "--count", "HEAD")).toBe("2");
  expect(await here.git("log", "-1", "--format=%(trailers:key=Session-Label,valueonly)")).toContain("auto");
});

describe("the repository of a hook event", () => {
  test("is found from the folder in the event, not from the caller's folder or GIT_ variables", async () => {
    const here = await withSession();
    const other = await scratch();
    await here.write("deep/er/file.txt", "x\n");
    for (const cwd of [here.root, path.join(here.root, "deep/er")]) {
      const env = {
        GIT_DIR: path.join(other.root, ".git"),
        GIT_WORK_TREE: other.root,
        GIT_INDEX_FILE: "/nowhere",
      };
      const answer = await calls(
        here,
        "claude",
        "SessionStart",
        { cwd, session_id: cwd },
        { cwd: other.root, env },
      );
      expect(answer).toContain("obj-1: OAuth login");
    }
  });

  test("gives a linked worktree the brief of its own branch", async () => {
    const here = await withSession();
    await here.ok("start", "fix/crash", "-o", "No crash", "--worktree", "../linked");
    const linked = here.at("../linked");
    expect(await calls(linked, "codex", "SessionStart", { session_id: "s", source: "compact" })).toContain(
      "No crash",
    );
    expect(await log(here, "fix/crash")).toHaveLength(1);
    expect(await log(here)).toHaveLength(0);
  });

  test("gives a branch without a session a derived brief, and records nothing", async () => {
    const here = await scratch();
    await here.git("switch", "--quiet", "--create", "feature/search");
    expect(await calls(here, "claude", "SessionStart", { source: "clear" })).toContain("Search");
    await calls(here, "claude", "Stop", {});
    expect(here.exists(".git/sessions")).toBe(false);
  });

  test("gives no brief outside of a repository, in a bare one, or on a detached HEAD without a record", async () => {
    const outside = await scratch({ repository: false });
    expect(await calls(outside, "claude", "SessionStart")).toBe("");
    const bare = await scratch({ bare: true, commits: 0 });
    expect(await calls(bare, "kiro", "SessionStart")).toBe("");
    const detached = await scratch();
    await detached.git("switch", "--quiet", "--detach");
    expect(await calls(detached, "codex", "SessionStart")).toBe("");
  });
});

test("the hook exits 0 for any standard input", async () => {
  const here = await withSession();
  const inputs = [
    "",
    "not json",
    "[]",
    "null",
    "{",
    '{"cwd":7}',
    '{"cwd":"/nowhere/at/all"}',
    '{"cwd":"relative"}',
    '{"session_id":{"a":1},"tool_input":null}',
    "\u0000\u0001",
    `"${"x".repeat(3_000_000)}"`,
  ];
  for (const input of inputs)
    expect(await calls(here, "claude", "SessionStart", input)).toContain("OAuth login");
  expect(await calls(here, "claude", "NoSuchEvent")).toBe("");
  expect(await calls(here, "agents-md", "SessionStart")).toBe("");
  const hostile = { session_id: "\u001b[31ma\nb", source: "x".repeat(5000), transcript_path: "/a\u202eb" };
  await calls(here, "claude", "Stop", hostile);
  const last = (await log(here)).at(-1);
  expect(last.agentSession).not.toContain("\u001b");
  expect(last.source).toBeUndefined();
});

test("the hook does not wait for an open standard input", async () => {
  const here = await withSession();
  const child = spawn(process.execPath, [CLI, "hook", "codex", "SessionStart"], {
    cwd: here.root,
    env: here.env,
  });
  const pieces: string[] = [];
  child.stdout.on("data", (piece) => pieces.push(String(piece)));
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  expect(pieces.join("")).toContain("OAuth login");
});

test("a damaged record is logged, and the agent continues", async () => {
  const here = await withSession();
  await here.write(".git/sessions/feature/login/context.json", "damaged");
  await here.write(".git/sessions/feature/login/events.jsonl", "damaged");
  expect(await calls(here, "claude", "SessionStart", { session_id: "s" })).toBe("");
  expect(await here.read(".git/sessions/.agents/log")).toMatch(/SessionStart: .*damaged/);
  await here.ok("agents", "install", "agents-md");
  expect((await here.session("agents", "doctor")).stdout).toContain("is damaged");
});

describe("an event that arrives twice", () => {
  test("from user and project settings is logged once", async () => {
    const here = await withSession();
    await Promise.all([1, 2].map(() => calls(here, "codex", "Stop", { session_id: "s" })));
    expect(await log(here)).toHaveLength(1);
  });

  test("in Copilot and Cursor, which also run Claude's hooks, gets no second answer", async () => {
    const here = await withSession();
    for (const env of [{ COPILOT_CLI: "1" }, { CURSOR_VERSION: "3.20" }])
      expect(await calls(here, "claude", "SessionStart", { source: "new" }, { env })).toBe("");
    expect(await log(here)).toHaveLength(0);
    const inside = { COPILOT_CLI: "1", AI_AGENT: "claude-code_2-1-329_agent" };
    expect(await calls(here, "claude", "SessionStart", {}, { env: inside })).toContain("OAuth login");
  });

  test("Cursor's first prompt repeats the brief, later prompts do not", async () => {
    const here = await withSession();
    const input = { conversation_id: "c1", workspace_roots: [here.root], prompt: "hello" };
    const first = JSON.parse(await calls(here, "cursor", "beforeSubmitPrompt", input));
    expect(first).toMatchObject({
      continue: true,
      additional_context: expect.stringContaining("OAuth login"),
    });
    expect(await calls(here, "cursor", "beforeSubmitPrompt", input)).toBe("");
  });
});

test("the hook understands every event that an installation registers", async () => {
  const here = await scratch();
  await here.ok("agents", "install", "--all");
  const files = await here.git("ls-files", "--others", "-z");
  const texts = await Promise.all(
    files
      .split("\0")
      .filter(Boolean)
      .map((file) => here.read(file)),
  );
  const asked = texts.flatMap((text) => [
    ...text.matchAll(/session hook ([a-z-]+) ([\w.]+)|"(opencode|kilo|pi)", "([\w.]+)"/g),
  ]);
  expect(asked.length).toBeGreaterThan(30);
  for (const [all, agent, event, plugin, told] of asked)
    expect(
      AGENTS.find((each) => each.name === (agent ?? plugin))?.events[event ?? told ?? ""],
      all,
    ).toBeDefined();
  expect(texts.join("\n").match(/wait\("([\w.]+)"|tell\("([\w.]+)"/g)?.length).toBe(13);
});
