import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { symlink } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

const ID = "2b8e1c5a-0000-4000-8000-000000000001";
const at = (second: number) => `2026-11-20T10:${String(second).padStart(2, "0")}:00.000Z`;

/** A conversation as Claude Code keeps it: `turns` questions, each with an answer that lists files first. */
function claude(turns: number, id = ID): string {
  const rows = Array.from({ length: turns }, (_, n) => {
    const own = { sessionId: id, timestamp: at(n), isSidechain: false };
    const usage = { input_tokens: 10, cache_read_input_tokens: 90, output_tokens: 5 };
    return [
      { ...own, type: "user", message: { role: "user", content: `Question ${n} of the caching layer` } },
      {
        ...{ ...own, type: "assistant" },
        message: {
          ...{ id: `msg_${n}`, role: "assistant", usage },
          content: [
            { type: "text", text: `Answer ${n}` },
            { type: "tool_use", name: "Bash", input: { command: `ls ${n}` } },
          ],
        },
      },
    ];
  });
  return rows
    .flat()
    .map((each) => `${JSON.stringify(each)}\n`)
    .join("");
}

function started(): Promise<Scratch> {
  return scratch({ session: ["work", "--title", "Work"] });
}

test("a conversation is copied, listed, paged, searched and counted", async () => {
  const s = await started();
  await s.write("../chat.jsonl", `${claude(3)}{"type":"user","mess`);
  expect(await s.ok("transcript", "import", "../chat.jsonl")).toBe(
    `${ID}  claude  6 messages, 3 tool calls, 315 tokens, 2m, 2026-11-20 10:00, 1 row unreadable\n`,
  );
  await s.write(
    "../plain.json",
    JSON.stringify([
      { role: "user", content: "Hi" },
      { role: "ai", content: "Yo" },
    ]),
  );
  await s.ok("transcript", "import", "../plain.json");
  expect((await s.json("transcript", "list")).kept).toMatchObject([
    {
      id: ID,
      agent: "claude",
      damaged: 1,
      numbers: { messages: 6, tokens: { in: 300, cached: 270, out: 15 } },
    },
    { id: "plain", agent: "plain", numbers: { messages: 2, tokens: null } },
  ]);
  expect(await s.session("transcript", "show", "2b8e", "--skip", "2", "--limit", "2")).toMatchObject({
    stdout: [
      `${ID}  claude  6 messages, 3 tool calls, 315 tokens, 2m, 2026-11-20 10:00, 1 row unreadable`,
      "",
      "3 user  2026-11-20 10:01",
      "Question 1 of the caching layer",
      "",
      "4 assistant  2026-11-20 10:01",
      "Answer 1",
      '→ Bash {"command":"ls 1"}\n',
    ].join("\n"),
    stderr: "… 2 before, 2 more\nhint: session transcript show 2b8e --limit 2 --skip 4\n",
  });
  expect((await s.session("transcript", "show")).stderr).toContain("there are 2 conversations");
  expect(await s.ok("transcript", "show", "plain", "--format", "markdown")).toContain(
    "**1. user**\n\n```text\nHi\n```",
  );

  const found = await s.json("search", "caching", "question 1", "--in", "transcripts");
  expect(found).toMatchObject([
    { session: { title: "Work" }, matches: [{ path: `transcripts/${ID}.jsonl`, line: 3 }] },
  ]);
  expect(await s.json("search", "caching", "question 1")).toEqual(found);
  expect(await s.ok("transcript", "search", "ls 2")).toContain('{"command":"ls 2"}');
  expect(await s.json("search", "caching", "--in", "notes")).toEqual([]);

  expect(await s.ok("stats")).toContain("Conversations\t2 (8 messages, 3 tool calls, 315 tokens, 2m)");
  expect((await s.json("stats")).transcripts).toMatchObject({ count: 2, messages: 8, minutes: 2 });
  expect(await s.ok("show")).toContain(`Conversations\n  ${ID}`);
  const page = await s.json("show", "--with-transcript", "--skip", "4", "--limit", "3");
  expect(page).toMatchObject({
    ...{ messagesSkipped: 4, messagesMore: 1 },
    messages: [{ content: "Question 2 of the caching layer" }, { content: "Answer 2" }, { content: "Hi" }],
  });
  expect(await s.ok("show", "-T", "--format", "markdown")).toContain(
    "## Messages\n\n**1. user**, 2026-11-20",
  );
});

test("a longer copy of a conversation replaces an earlier one, and a file without a conversation is refused", async () => {
  const s = await started();
  await s.write("../chat.jsonl", claude(1));
  await s.ok("transcript", "import", "../chat.jsonl");
  await s.write("../chat.jsonl", claude(4));
  await s.ok("transcript", "import", "../chat.jsonl", "--json");
  expect((await s.json("transcript")).kept).toMatchObject([{ numbers: { messages: 8 } }]);
  for (const [text, code] of [
    ["", "no-transcript"],
    ["words\nand words\n", "no-transcript"],
    ['{"some":"json"}\n', "no-transcript"],
    ['{"type":"summary","summary":"only"}\n', "no-transcript"],
  ]) {
    await s.write("../other", text ?? "");
    expect((await s.json("transcript", "import", "../other")).error.code).toBe(code);
  }
  expect((await s.json("transcript", "import", "..")).error.code).toBe("unsafe-file");
  expect((await s.json("transcript", "import", "nowhere")).error.code).toBe("no-such-file");
  expect((await s.json("transcript", "show", "nothing")).error.message).toContain(ID);
  await s.git("switch", "--quiet", "main");
  expect((await s.session("transcript", "import", "../chat.jsonl")).code).toBe(3);
  const names = (await s.run("ls", ["-A", ".git/sessions", ".git/sessions/work/transcripts"])).stdout;
  expect(names).not.toContain(".tmp-");
});

test("secrets are redacted and pictures omitted", async () => {
  const s = await started();
  const token = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
  const rows = [
    { role: "user", content: `My token is ${token}, use it` },
    {
      role: "user",
      content: [
        { type: "image", source: { data: "QUJD".repeat(2000) } },
        { type: "text", text: "see" },
      ],
    },
    {
      role: "assistant",
      content: "",
      tool_calls: [{ function: { name: "sh", arguments: `curl -H ${token}` } }],
    },
  ];
  await s.write("../chat.json", JSON.stringify(rows));
  expect(await s.ok("transcript", "import", "../chat.json")).toContain("2 texts redacted");
  const kept = await s.read(".git/sessions/work/transcripts/chat.jsonl");
  expect(kept).toContain("My token is [redacted], use it");
  expect(kept).not.toContain("QUJDQUJD");
  expect((await s.run("grep", ["-r", token, ".git"])).code).toBe(1);
});

test("a transcript moves with its session, and is in no snapshot by default", async () => {
  const s = await started();
  await s.write("../chat.jsonl", claude(2));
  await s.ok("transcript", "import", "../chat.jsonl");
  const kept = async (...args: string[]) => (await s.json("transcript", "list", ...args)).kept.length;
  await s.write("a.txt", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: a");
  await s.ok("end");
  expect(await kept("--session", "Work")).toBe(1);
  expect((await s.json("search", "caching")).length).toBe(1);
  const ref = await s.git("for-each-ref", "--format=%(refname)", "refs/sessions/");
  expect(await s.git("ls-tree", "-r", "--name-only", ref)).not.toContain("transcripts");
  await s.write("../more.jsonl", claude(1, "later-0001"));
  await s.ok("transcript", "import", "../more.jsonl", "--session", "Work");
  await s.ok("rename", "Work", "Done");
  await s.ok("delete", "Done", "--force");
  await s.ok("restore", "Done");
  expect(await kept("--session", "Done")).toBe(2);
  await s.ok("resume", "Done");
  expect(await kept()).toBe(2);
  await s.ok("note", "One more");
  await s.ok("undo");
  expect(await kept()).toBe(2);
  await s.git("branch", "-m", "work", "other");
  await s.ok("resume", "Done");
  expect(await kept()).toBe(2);
  // A branch of that name below this one has a folder of its own.
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "-m", "other", "below/work");
  await s.ok("start", "below/transcripts", "-o", "Mine");
  expect((await s.json("objectives"))[0].text).toBe("Mine");
});

/** Returns the events that an agent's hook logs. */
const link = (id: string, file: string) =>
  `${JSON.stringify({ at: at(0), type: "turn:end", agent: "claude", agentSession: id, transcript: file })}\n`;

test("a linked conversation is copied on request, or at the end if the setting says so", async () => {
  const s = await started();
  const log = ".git/sessions/work/events.jsonl";
  await s.write("../home/.claude/projects/-work/one.jsonl", claude(2));
  await s.write(log, (await s.read(log)) + link(ID, "~/.claude/projects/-work/one.jsonl"));
  expect((await s.json("transcript")).linked).toEqual([
    { id: ID, agent: "claude", path: "~/.claude/projects/-work/one.jsonl" },
  ]);
  expect(await s.session("transcript", "list")).toMatchObject({
    stdout: `${ID}  claude  not copied\n`,
    stderr: `hint: session transcript import ${ID}\n`,
  });
  expect((await s.session("transcript", "show")).stderr).toContain(`session transcript import ${ID}`);
  await s.ok("transcript", "import", "2b8e");
  expect((await s.json("transcript")).linked).toEqual([]);

  await s.write("../home/.claude/projects/-work/one.jsonl", claude(5));
  await s.ok("end");
  expect((await s.json("transcript", "list", "--session", "Work")).kept[0].numbers.messages).toBe(4);
  await s.ok("resume", "Work");
  await s.ok("config", "set", "transcripts.keep", "true", "--user");
  await s.ok("end");
  expect((await s.json("transcript", "list", "--session", "Work")).kept[0].numbers.messages).toBe(10);
});

test("an agent's hook links its conversation, and copies it at the end if the setting says so", async () => {
  const s = await started();
  await s.write("../home/.claude/projects/-work/one.jsonl", claude(3));
  const file = path.join(s.home, ".claude/projects/-work/one.jsonl");
  const hook = async (name: string, more = {}) => {
    const input = { session_id: ID, transcript_path: file, cwd: s.root, hook_event_name: name, ...more };
    const ran = await s.run(process.execPath, [CLI, "hook", "claude", name], {
      input: JSON.stringify(input),
    });
    expect(ran.code).toBe(0);
  };
  await hook("SessionStart", { source: "startup" });
  await hook("SessionEnd", { reason: "other" });
  expect(await s.json("transcript")).toMatchObject({
    ...{ kept: [], linked: [{ id: ID, agent: "claude", path: "~/.claude/projects/-work/one.jsonl" }] },
  });
  await s.ok("config", "set", "transcripts.keep", "true", "--user");
  await hook("SessionStart", { source: "resume" });
  await hook("SessionEnd", { reason: "other" });
  expect(await s.json("transcript")).toMatchObject({
    kept: [{ id: ID, numbers: { messages: 6 } }],
    linked: [],
  });
});

test("a foreign log cannot make the program read other files", async () => {
  const s = await started();
  const log = ".git/sessions/work/events.jsonl";
  await s.write("../home/.ssh/id", claude(1));
  await s.write("../home/.claude/projects/x/y.jsonl", claude(1));
  await symlink(path.join(s.home, ".ssh/id"), path.join(s.home, ".claude/projects/link.jsonl"));
  for (const [n, file] of [
    "~/.ssh/id",
    "~/.claude/projects/../../.ssh/id",
    "~/.claude/projects/link.jsonl",
    path.join(s.home, ".ssh/id"),
  ].entries()) {
    await s.write(log, (await s.read(log)) + link(`bad-000${n}`, file));
    expect((await s.json("transcript", "import", `bad-000${n}`)).error.code).toBe("unsafe-file");
  }
  await s.write(log, (await s.read(log)) + link("../../x", "~/.claude/projects/x/y.jsonl"));
  await s.ok("transcript", "import", "../../x");
  expect((await s.json("transcript")).kept.map((each: { id: string }) => each.id)).toEqual([ID]);
});

test("a large conversation needs no more memory than a small one", async () => {
  const s = await started();
  const file = createWriteStream(path.join(s.root, "../large.jsonl"));
  const text = "words and words ".repeat(2000);
  for (let n = 0; n < 1200; n++) {
    const row = {
      type: "user",
      sessionId: ID,
      timestamp: at(1),
      message: { role: "user", content: `${n} ${text}` },
    };
    if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
  const env = { NODE_OPTIONS: "--max-old-space-size=32" };
  const ran = async (...args: string[]) => {
    const { code, stdout, stderr } = await s.run(process.execPath, [CLI, ...args], { env });
    expect(code, stderr.slice(0, 500)).toBe(0);
    return stdout;
  };
  expect(await ran("transcript", "import", "../large.jsonl")).toContain("1200 messages");
  expect(await ran("transcript", "show", "--skip", "1199", "--format", "json")).toContain('"n": 1200');
  expect(await ran("search", "1134 words", "--in", "transcripts")).toContain(":1135");
});
