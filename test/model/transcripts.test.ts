import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownerOf, readerOf, TRANSCRIPT_AGENTS } from "../../src/agents/catalog/transcripts.ts";
import { rowsOf } from "../../src/transcripts/formats/rows.ts";
import { lengthInMinutes, type Message, messageCounter, sumOf } from "../../src/transcripts/formats/shape.ts";
import { keptMessage, parseHead, transcriptId } from "../../src/transcripts/formats/stored.ts";

const lines = (...rows: unknown[]) => rows.map((each) => `${JSON.stringify(each)}\n`).join("");

/** Splits a text into pieces of a number of characters. */
function rows(text: string, piece = 7, longest?: number) {
  const reading = rowsOf(longest);
  const found = [];
  for (let at = 0; at < text.length; at += piece) found.push(...reading.take(text.slice(at, at + piece)));
  return { found: [...found, ...reading.end()], damaged: reading.damaged() };
}

function read(text: string, asked?: string) {
  const { found } = rows(text, 4096);
  const agent = asked ?? found.flatMap((each) => ownerOf(each) ?? [])[0];
  if (agent === undefined) throw new Error("nobody's");
  const reader = readerOf(agent);
  for (const each of found) reader.look?.(each);
  const messages: Message[] = [...found.flatMap((each) => reader.take(each)), ...reader.end()];
  const count = messageCounter();
  for (const each of messages) count.add(each);
  const { id, tokens } = reader.about();
  return { agent, id, messages, numbers: count.numbers(tokens) };
}

const said = (messages: readonly Message[]) =>
  messages.map(({ role, text, tools = [] }) => [role, text, ...tools.map((each) => each.name)].join(" | "));

describe("transcript rows", () => {
  test("are one a line, and torn rows are counted and skipped", () => {
    const text = '\ufeff{"a":1}\r\n\n{"a":2\nnull\n[1]\n{"a":"é\\n"}\n{"torn":';
    expect(rows(text)).toEqual({ found: [{ a: 1 }, { a: "é\n" }], damaged: 4 });
  });

  test("are the objects of a list, or the messages of a document with its other fields", () => {
    expect(rows('[\n {"a":"]}\\""},\n 3, {"a":{"b":[{}]}}\n]').found).toEqual([
      { a: ']}"' },
      { a: { b: [{}] } },
    ]);
    const document = JSON.stringify(
      {
        sessionId: "s-1",
        other: [{ no: 1 }],
        messages: [{ a: 1 }, { a: "{" }],
        n: { messages: [{ no: 2 }] },
      },
      null,
      2,
    );
    expect(rows(document).found).toEqual([{ a: 1 }, { a: "{" }, { sessionId: "s-1" }]);
    expect(rows(document.slice(0, -150)).damaged).toBeLessThan(2);
  });

  test("that are too long are skipped, and the next one is read", () => {
    const text = lines({ a: "x".repeat(100) }, { a: 1 });
    expect(rows(text, 7, 50)).toEqual({ found: [{ a: 1 }], damaged: 1 });
    expect(rows(JSON.stringify([{ a: "x".repeat(100) }, { a: 1 }]), 7, 50)).toEqual({
      found: [{ a: 1 }],
      damaged: 1,
    });
  });

  test("do not depend on how the input is split", () => {
    const json = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 });
    fc.assert(
      fc.property(json, fc.integer({ min: 1, max: 50 }), (all, piece) => {
        // Through JSON once, for what that does to numbers and to __proto__.
        const expected = all.map((each) => JSON.parse(JSON.stringify(each)));
        expect(rows(lines(...all), piece).found).toEqual(expected);
        expect(rows(JSON.stringify(all, null, 1), piece).found).toEqual(expected);
      }),
    );
  });
});

describe("the reader of Claude Code", () => {
  const at = (second: number) => `2026-11-20T10:00:${String(second).padStart(2, "0")}.000Z`;
  const row = (type: string, second: number, message: object, more = {}) => ({
    ...{ type, uuid: `u${second}`, sessionId: "2b8e1c5a-0000-4000-8000-000000000001", timestamp: at(second) },
    ...{ message, ...more },
  });
  const usage = (input: number, output: number) => ({
    ...{ input_tokens: input, cache_creation_input_tokens: 10, cache_read_input_tokens: 100 },
    output_tokens: output,
  });
  const text = lines(
    { type: "queue-operation", operation: "enqueue" },
    row("user", 1, { role: "user", content: "List files <system-reminder>be nice</system-reminder>" }),
    row("assistant", 2, { id: "msg_1", content: [{ type: "thinking", thinking: "hm" }], usage: usage(5, 1) }),
    row("assistant", 3, { id: "msg_1", content: [{ type: "text", text: "Looking" }], usage: usage(5, 1) }),
    row("assistant", 4, {
      id: "msg_1",
      content: [{ type: "tool_use", id: "t1", name: "Bash", input: { command: "ls" } }],
      usage: usage(5, 20),
    }),
    row("user", 5, { content: [{ type: "tool_result", tool_use_id: "t1", content: "a.txt\nb.txt" }] }),
    row("user", 6, { content: "not said by anybody" }, { isMeta: true }),
    row("assistant", 7, { id: "msg_2", content: [{ type: "text", text: "Two files" }], usage: usage(7, 3) }),
    row("user", 8, {
      content: [
        { type: "text", text: "And this?" },
        { type: "image", source: { type: "base64", data: "A".repeat(5000) } },
      ],
    }),
    row("assistant", 9, { id: "msg_3", content: [{ type: "text", text: "Below" }] }, { isSidechain: true }),
    { type: "summary", summary: "Files" },
  );

  test("joins the rows of a message, and counts its tokens once", () => {
    const { agent, id, messages, numbers } = read(`${text}{"type":"user","message":{"cont`);
    expect([agent, id]).toEqual(["claude", "2b8e1c5a-0000-4000-8000-000000000001"]);
    expect(said(messages)).toEqual([
      ...["user | List files", "assistant | Looking | Bash", "tool | a.txt\nb.txt", "assistant | Two files"],
      ...["user | And this?\n[image]", "assistant | Below"],
    ]);
    expect(messages.at(-1)).toMatchObject({ sub: true });
    expect(messages[1]?.tools).toEqual([{ name: "Bash", input: '{"command":"ls"}' }]);
    expect(numbers).toEqual({
      ...{ messages: 5, user: 2, assistant: 3, tools: 1, byTool: [{ name: "Bash", calls: 1 }] },
      ...{ tokens: { in: 232, cached: 200, out: 23 }, from: at(1), to: at(9) },
      ...{ first: "List files", last: "And this? [image]" },
      answers: expect.objectContaining({ count: 1 }),
    });
  });
});

describe("the reader of Codex", () => {
  const row = (type: string, payload: object) => ({ timestamp: "2026-11-20T10:00:00Z", type, payload });
  const item = (payload: object) => row("response_item", payload);
  const used = (input: number, output: number) =>
    row("event_msg", {
      type: "token_count",
      info: { total_token_usage: { input_tokens: input, cached_input_tokens: 1, output_tokens: output } },
    });
  const all = [
    row("session_meta", { id: "019a2d7a-41c4-78b1-b7cc-a45d62a89cd5", cwd: "/work" }),
    item({ type: "message", role: "developer", content: [{ type: "input_text", text: "Be brief" }] }),
    item({
      type: "message",
      role: "user",
      content: [{ type: "input_text", text: "<environment_context>x" }],
    }),
    item({ type: "message", role: "user", content: [{ type: "input_text", text: "Sum up" }] }),
    row("event_msg", { type: "user_message", message: "Sum up" }),
    item({ type: "reasoning", summary: [] }),
    item({ type: "function_call", name: "shell", arguments: '{"command":["ls"]}', call_id: "c1" }),
    item({ type: "function_call_output", call_id: "c1", output: "a.txt" }),
    item({ type: "custom_tool_call", name: "apply_patch", input: "*** Begin Patch" }),
    item({ type: "custom_tool_call_output", output: [{ type: "input_text", text: "Done" }] }),
    item({ type: "local_shell_call", action: { command: ["git", "status"] } }),
    item({ type: "web_search_call", action: { query: "x" } }),
    item({ type: "message", role: "assistant", content: [{ type: "output_text", text: "All of it" }] }),
    row("world_state", { anything: 1 }),
  ];

  test("counts input sent to the model, not events that repeat it", () => {
    const { agent, id, messages, numbers } = read(lines(...all, used(10, 2), used(30, 4), used(30, 4)));
    expect([agent, id]).toEqual(["codex", "019a2d7a-41c4-78b1-b7cc-a45d62a89cd5"]);
    expect(said(messages)).toEqual([
      ...["system | Be brief", "system | <environment_context>x", "user | Sum up"],
      ...["assistant |  | shell", "tool | a.txt", "assistant |  | apply_patch", "tool | Done"],
      ...["assistant |  | shell", "assistant |  | web_search", "assistant | All of it"],
    ]);
    expect(numbers.byTool[0]).toEqual({ name: "shell", calls: 2 });
    expect(numbers.tokens).toEqual({ in: 30, cached: 1, out: 4 });
  });

  test("adds the tokens of a resumed conversation that counts from zero again", () => {
    expect(read(lines(...all, used(30, 4), used(5, 1), used(9, 2))).numbers.tokens).toEqual({
      ...{ in: 39, cached: 2, out: 6 },
    });
    const record = row("token_usage_record", {
      thread_token_usage: { input_tokens: 50, cached_input_tokens: 3, output_tokens: 7 },
    });
    expect(read(lines(...all, used(30, 4), record)).numbers.tokens).toEqual({ in: 50, cached: 3, out: 7 });
  });
});

describe("the reader of Gemini", () => {
  const head = { sessionId: "gem-0001", projectHash: "abc", startTime: "2026-11-20T10:00:00Z" };
  const user = (id: string, text: string) => ({
    ...{ id, timestamp: "2026-11-20T10:00:01Z", type: "user", content: [{ text }] },
  });
  const reply = (id: string, content: string, more = {}) => ({
    ...{ id, timestamp: "2026-11-20T10:01:01Z", type: "gemini", content, ...more },
  });
  const calls = [
    {
      ...{ id: "c", name: "read_file", args: { path: "a.txt" }, status: "success" },
      result: [{ functionResponse: { id: "c", name: "read_file", response: { output: "text of it" } } }],
    },
  ];

  test("counts a repeated message once, with additions, and omits hooks", () => {
    const { agent, id, messages, numbers } = read(
      lines(
        ...[head, user("1", "<hook_context>brief</hook_context>\n\nRead it"), reply("2", "")],
        reply("2", "Reading", { toolCalls: [{ ...calls[0], result: [] }] }),
        { $set: { lastUpdated: "x", messages: [user("1", "Read it"), reply("0", "older")] } },
        reply("2", "Reading", {
          toolCalls: calls,
          tokens: { input: 100, output: 5, cached: 80, thoughts: 7, tool: 0, total: 112 },
        }),
        { id: "3", timestamp: "2026-11-20T10:02:00Z", type: "info", content: "Saved" },
      ),
    );
    expect([agent, id]).toEqual(["gemini", "gem-0001"]);
    expect(said(messages)).toEqual([
      ...["user | Read it", "assistant | older", "assistant | Reading | read_file"],
      ...["tool | text of it", "system | Saved"],
    ]);
    expect(numbers.tokens).toEqual({ in: 100, cached: 80, out: 12 });
    expect(lengthInMinutes(numbers)).toBe(2);
  });

  test("omits messages that the user took back", () => {
    const all = [
      head,
      user("1", "one"),
      reply("2", "two"),
      user("3", "three"),
      { $rewindTo: "2" },
      user("4", "four"),
    ];
    expect(said(read(lines(...all)).messages)).toEqual(["user | one", "user | four"]);
    expect(said(read(lines(...all, { $rewindTo: "unknown" })).messages)).toHaveLength(2);
  });

  test("reads the older format, a single document", () => {
    const document = { ...head, messages: [user("1", "one"), reply("2", "two")] };
    for (const text of [JSON.stringify(document), JSON.stringify(document, null, 2)]) {
      const { agent, id, messages } = read(text);
      expect([agent, id, said(messages)]).toEqual(["gemini", "gem-0001", ["user | one", "assistant | two"]]);
    }
  });
});

describe("lists of messages", () => {
  const all = [
    { role: "system", content: "Be brief" },
    { role: "human", content: "Hi", timestamp: 1763632800 },
    { role: "assistant", content: [{ type: "text", text: "Hello" }], timestamp: "2026-11-20T10:00:00+01:00" },
    { role: "assistant", content: null, tool_calls: [{ function: { name: "ls", arguments: "{}" } }] },
    { role: "tool", content: "a.txt" },
    { role: "nobody", content: "?" },
  ];
  const expected = [
    "system | Be brief",
    "user | Hi",
    "assistant | Hello",
    "assistant |  | ls",
    "tool | a.txt",
  ];

  test("may have one message per row, be one list, or be inside a document", () => {
    for (const text of [
      lines(...all),
      JSON.stringify(all),
      JSON.stringify(all, null, 2),
      JSON.stringify({ messages: all }),
      JSON.stringify({ session_id: "x", messages: all }, null, 2),
    ]) {
      const { agent, messages } = read(text);
      expect([agent, said(messages)]).toEqual(["plain", expected]);
    }
    const { messages, numbers } = read(JSON.stringify(all));
    expect(messages.map((each) => each.at)).toEqual([
      ...[undefined, "2025-11-20T10:00:00.000Z", "2026-11-20T09:00:00.000Z", undefined, undefined],
    ]);
    expect(numbers).toMatchObject({ messages: 3, tools: 1, tokens: null });
  });

  test("omit base64 pictures and files, and keep ordinary words", () => {
    const data = Buffer.alloc(3000, 7).toString("base64");
    const { messages } = read(
      lines({ role: "user", content: data }, { role: "user", content: "word ".repeat(300).trim() }),
    );
    expect(messages[0]?.text).toBe("[data]");
    expect(messages[1]?.text).toHaveLength(1499);
    const long = read(lines({ role: "user", content: "é!".repeat(100_000) })).messages[0]?.text ?? "";
    expect(long).toMatch(/… \(100000 characters more\)$/);
  });
});

test("no file makes a transcript reader fail", () => {
  const key = fc.constantFrom(
    ...["type", "message", "payload", "role", "content", "id", "$set", "$rewindTo", "messages", "toolCalls"],
    ...[
      "usage",
      "tokens",
      "info",
      "timestamp",
      "tool_calls",
      "action",
      "command",
      "__proto__",
      "text",
      "parts",
    ],
  );
  const word = fc.constantFrom(
    "user",
    "assistant",
    "gemini",
    "response_item",
    "tool_use",
    "message",
    "1",
    "",
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 4 }, word, fc.double(), fc.constant(null), tie("list"), tie("row")),
    list: fc.array(tie("any"), { maxLength: 4 }),
    row: fc.dictionary(key, tie("any"), { maxKeys: 5 }),
  }));
  fc.assert(
    fc.property(
      fc.array(value.row, { maxLength: 8 }),
      fc.constantFrom(...TRANSCRIPT_AGENTS),
      (all, agent) => {
        for (const { role, text, at } of read(
          `${lines({ role: "user", content: "x" })}${lines(...all)}`,
          agent,
        ).messages) {
          expect(["user", "assistant", "tool", "system"]).toContain(role);
          expect(typeof text).toBe("string");
          if (at !== undefined) expect(Number.isNaN(Date.parse(at))).toBe(false);
        }
      },
    ),
  );
});

test("the file name of a transcript cannot lead out of its folder", () => {
  expect(transcriptId("2b8e-1", "x")).toBe("2b8e-1");
  expect(transcriptId(undefined, "My chat (2).json")).toBe("My-chat-2");
  for (const wrong of ["../../x", "", "a/b", ".hidden", "-x", "a".repeat(200), "ü"])
    expect(transcriptId(wrong, wrong)).toMatch(/^[A-Za-z0-9][\w-]{2,79}$/);
});

test("a saved transcript is read back, and an invalid one gives nothing", () => {
  const numbers = messageCounter().numbers({ in: 1, cached: 2, out: 3 });
  const head = {
    ...{ schema: 1 as const, id: "abc", agent: "codex" as const, kept: "2026-11-20T10:00:00Z" },
    ...{ bytes: 5, damaged: 1, redacted: 2, numbers },
  };
  expect(parseHead(`${JSON.stringify(head)}    \n{"role":`)).toEqual(head);
  // A newer version may know more agents.
  expect(parseHead(JSON.stringify({ ...head, agent: "newer" }))).toMatchObject({ agent: "newer" });
  for (const wrong of ["", "{}", "[]", '{"schema":1}', JSON.stringify({ ...head, agent: "../x" })])
    expect(parseHead(wrong)).toBeUndefined();
  const message = {
    role: "user" as const,
    at: "2026-11-20T10:00:00Z",
    text: "x",
    tools: [{ name: "ls", input: "y" }],
  };
  expect(keptMessage(JSON.parse(JSON.stringify(message)))).toEqual(message);
  expect(keptMessage({ role: "root", text: "x" })).toBeUndefined();
});

test("several conversations are listed together", () => {
  const one = messageCounter();
  one.add({ role: "user", at: "2026-11-20T10:00:00.000Z", text: "x" });
  one.add({ role: "assistant", at: "2026-11-20T10:30:00.000Z", text: "y", tools: [{ name: "ls" }] });
  const both = [one.numbers({ in: 5, cached: 1, out: 2 }), one.numbers(undefined)];
  expect(sumOf(both)).toMatchObject({
    ...{ count: 2, minutes: 60, messages: 4, tools: 2, byTool: [{ name: "ls", calls: 2 }] },
    ...{ tokens: { in: 5, cached: 1, out: 2 } },
  });
  expect(sumOf([])).toBeNull();
});
