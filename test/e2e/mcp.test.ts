import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { ATTACKS, HIDDEN, PAYLOAD } from "../support/attacks.ts";
import { forgeToken } from "../support/fake-secrets.ts";
import { actingNodes, codeTexts, headings, outsideCode } from "../support/markdown-nodes.ts";
import { connectClient } from "../support/mcp-client.ts";
import { CLI, scratch } from "../support/scratch.ts";

describe.each([{ modern: false }, { modern: true }])("an MCP client, modern: $modern", ({ modern }) => {
  test("completes a session with tools, resources and prompts", async () => {
    const s = await scratch();
    const { client, call, log } = await connectClient(s, { modern });
    const start = { branch: "feature/login", objectives: ["OAuth login", "Docs"], title: "Login" };
    expect((await call("session_start", start)).value).toMatchObject({
      branch: "feature/login",
      created: true,
      session: { title: "Login", state: "active" },
    });
    expect(await s.git("branch", "--show-current")).toBe("feature/login");
    await call("session_objectives", { action: "start", id: ["1"] });
    await call("session_blockers", { action: "add", text: ["No keys"], link: "#42" });
    const decided = {
      action: "add",
      text: "Use PKCE",
      rationale: "no secret",
      alternatives: ["Implicit: old"],
    };
    expect((await call("session_decisions", decided)).value.decisions).toMatchObject([
      { id: "dec-1", commit: null },
    ]);
    await call("session_note", { text: "The token expires on Friday" });
    await call("session_verify", { text: "npm test", result: "failed" });
    expect((await call("session_status")).value).toMatchObject({
      branch: "feature/login",
      objectives: [
        { id: "obj-1", mark: "active" },
        { id: "obj-2", mark: "open" },
      ],
      blockers: ["blk-1: No keys #42"],
      pending: ["dec-1"],
    });
    await s.write("login.txt", "1\n");
    const made = { message: "feat: login", all: true, complete: ["obj-1"] };
    expect((await call("session_checkpoint", { ...made, dry_run: true })).value).toMatchObject({
      commit: null,
    });
    expect((await call("session_checkpoint", made)).value).toMatchObject({
      subject: "feat: login",
      files: ["login.txt"],
      decisions: ["dec-1"],
    });
    expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Objectives)")).toContain("[x] obj-1");
    expect((await call("session_decisions", { action: "list", all: true })).value).toMatchObject({
      decisions: [{ text: "Use PKCE", commit: await s.git("rev-parse", "HEAD") }],
      more: 0,
    });
    expect((await call("session_search", { text: ["friday"] })).value.found).toMatchObject([
      { title: "Login", matches: ["notes: The token expires on Friday"] },
    ]);
    const brief = await call("session_brief", { max_tokens: 800 });
    expect(brief.text).toContain("# Login");
    expect(brief.text.length).toBeLessThan(3300);
    expect(brief.value.brief).toBe(brief.text);
    expect((await call("session_handoff", { session: "@" })).text).toContain("Use PKCE");

    const { resources } = await client.listResources();
    const [id] = resources.flatMap(({ uri }) => /^session:\/\/handoff\/(.+)$/.exec(uri)?.[1] ?? []);
    const read = async (uri: string) => JSON.stringify((await client.readResource({ uri })).contents);
    expect(await read("session://brief")).toContain("# Login");
    expect(await read(`session://handoff/${id}`)).toContain("Use PKCE");
    expect(await read("session://decisions")).toContain("no secret");
    const prompt = async (name: string) => JSON.stringify(await client.getPrompt({ name, arguments: {} }));
    expect(await prompt("session-resume")).toContain("# Login");
    expect(await prompt("session-wrap-up")).toMatch(/compare the handoff below.*Use PKCE/);
    expect(log()).toBe("");
  });
});

test("an MCP client edits and withdraws decisions, drops and reopens blockers", async () => {
  const s = await scratch({ session: ["work"] });
  const { call } = await connectClient(s);
  const decide = async (args: Record<string, unknown>) =>
    (await call("session_decisions", args)).value.decisions;
  await decide({ action: "add", text: "Use a quue" });
  expect(await decide({ action: "edit", id: "1", text: "Use a queue", rationale: "bursts" })).toMatchObject([
    { id: "dec-1", text: "Use a queue", rationale: "bursts" },
  ]);
  const { id } = (await s.json("status")).session;
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: one");
  expect(await decide({ action: "withdraw", id: `${id}/dec-1`, rationale: "too slow" })).toMatchObject([
    { id: "dec-2", text: "Withdrawn: Use a queue", rationale: "too slow", commit: null },
  ]);
  expect(await decide({ action: "list" })).toMatchObject([{ id: "dec-2" }, { ended: "withdrawn by dec-2" }]);
  expect(await call("session_decisions", { action: "edit", text: "x" })).toMatchObject({
    ...{ isError: true, text: expect.stringContaining("edit needs id") },
  });

  const block = async (args: Record<string, unknown>) =>
    (await call("session_blockers", args)).value.blockers;
  await block({ action: "add", text: ["No keys"] });
  expect(await block({ action: "drop", id: ["1"], note: "not needed" })).toMatchObject([{ resolved: true }]);
  expect(await s.json("blockers", "list")).toMatchObject([{ dropped: true, note: "not needed" }]);
  expect(await block({ action: "reopen", id: ["1"] })).toMatchObject([{ resolved: false }]);
});

test("the tool list is short and typed, and hints at each tool's effects", async () => {
  const s = await scratch();
  const { client } = await connectClient(s, { modern: true });
  const listed = await client.listTools();
  expect(Buffer.byteLength(JSON.stringify(listed)) / 4).toBeLessThan(2500);
  expect(listed.tools.map((each) => each.name)).toEqual([
    ...["session_status", "session_brief", "session_handoff", "session_search", "session_why"],
    ...[
      "session_conflicts",
      "session_start",
      "session_checkpoint",
      "session_objectives",
      "session_blockers",
      "session_decisions",
    ],
    ...["session_note", "session_check", "session_verify"],
  ]);
  for (const { name, outputSchema, annotations, title, description } of listed.tools) {
    expect([name, outputSchema?.type, typeof title, typeof description]).toEqual([
      name,
      ...["object", "string", "string"],
    ]);
    const { readOnlyHint, ...others } = annotations ?? {};
    const writes = readOnlyHint ? [] : ["destructiveHint", "idempotentHint"];
    expect(Object.keys(others).sort()).toEqual([...writes, "openWorldHint"]);
    expect([name, readOnlyHint]).toEqual([name, /_(status|brief|search|why|conflicts|check)$/.test(name)]);
  }
  expect((await client.listTools()).tools).toEqual(listed.tools);
});

test("the MCP instructions have at most 400 bytes: the current state, and who ends a session", async () => {
  const s = await scratch({ session: ["feature/login", "--title", "Login", "-o", "OAuth login"] });
  await s.ok("objectives", "add", "Docs");
  await s.ok("objectives", "complete", "1");
  await s.ok("blockers", "add", "No keys");
  const told = async (at = s) => {
    const text = (await connectClient(at)).client.getInstructions() ?? "";
    expect(Buffer.byteLength(text)).toBeLessThan(2048);
    expect(text).toContain("Only the user");
    const live = text.split("\n\n").at(-1) ?? "";
    expect(Buffer.byteLength(live)).toBeLessThanOrEqual(400);
    return live;
  };
  await s.write("deep/er/x.txt", "");
  expect(await told(s.at("deep/er"))).toBe(
    "Now on `feature/login`: session `Login`, active; 1 of 2 done; next obj-2 `Docs`; blocked by blk-1 `No keys`.",
  );
  for (let n = 0; n < 3; n++)
    await s.ok("blockers", "add", `${"語".repeat(200)} \`${n}\` ![x](http://evil.example)`);
  await s.ok("objectives", "edit", "2", `${"ü".repeat(300)}`);
  expect(await told()).toMatch(/^Now on `feature\/login`.*next obj-2 `ü{50}…`/);
  await s.git("switch", "--quiet", "main");
  expect(await told()).toContain("without a session");
  await s.git("switch", "--quiet", "--detach");
  expect(await told()).toContain("HEAD is detached");
  expect(await told(s.at(".."))).toContain("pass `worktree` in each call");
});

describe("MCP errors name the remedy", () => {
  test("without a session or repository, in a broken one, and for wrong arguments", async () => {
    const s = await scratch();
    const { call } = await connectClient(s);
    const failure = async (name: string, asked = {}) => {
      const { isError, text } = await call(name, asked);
      expect(isError, text).toBe(true);
      return text;
    };
    expect(await failure("session_note", { text: "x" })).toBe(
      `no-session: there is no session on main\nWhat helps: session_start begins one, if the user wants it\n\nOn \`main\`, in \`${s.root}\`.`,
    );
    expect(await failure("session_start")).toContain("name one in the argument branch");
    expect(await failure("session_objectives", { action: "add", text: [] })).toContain("add needs text");
    expect(await failure("session_blockers", { action: "resolve" })).toContain("resolve needs id");
    for (const [tool, asked, refused] of [
      ["blockers", { action: "reopen", id: "1", note: "x" }, "reopen does not take note: it takes only id"],
      ["blockers", { action: "add", text: "x", note: "x" }, "add does not take note"],
      ["decisions", { action: "withdraw", id: "1", text: "x" }, "withdraw does not take text"],
      ["decisions", { action: "edit", id: "1", text: "x", supersedes: "2" }, "edit does not take supersedes"],
      ["objectives", { action: "list", id: "1" }, "list does not take id: it takes no other argument"],
    ] as const)
      expect(await failure(`session_${tool}`, asked)).toContain(refused);
    expect(await failure("session_objectives", { action: "finish" })).toContain("complete");
    expect(await failure("session_note", { texts: ["x"] })).toContain("texts");
    expect(await failure("session_handoff", { session: "nowhere" })).toContain("session_search");
    await call("session_start", { branch: "work" });
    expect(await failure("session_start", { branch: "work" })).toContain("session_start with resume: true");
    const again = { branch: "work", resume: true, title: "New title", objectives: ["One"] };
    expect((await call("session_start", again)).value).toMatchObject({
      created: false,
      session: { title: "Work" },
      notes: ["the session already exists: title was not applied"],
    });
    expect((await call("session_status")).value.objectives).toMatchObject([{ text: "One" }]);
    expect(await failure("session_objectives", { action: "complete", id: ["7"] })).toMatch(
      /no-such-item.*\n.*session_objectives with action: "list"/,
    );
    expect(await failure("session_decisions", { action: "edit", id: "9", text: "x" })).toMatch(
      /no-such-item.*\n.*session_decisions with action: "list"/,
    );
    expect(await failure("session_checkpoint", { all: true })).not.toContain("What helps");
    await s.write("new.txt", "1\n");
    expect(await failure("session_checkpoint")).toMatch(
      /nothing-to-commit.*\n.*session_checkpoint with all: true/,
    );
    await s.git("switch", "--quiet", "--detach");
    expect(await failure("session_start")).toMatch(/detached-head.*\n.*session_start with branch/);
    await s.git("switch", "--quiet", "work");
    await s.write(".git/hooks/pre-commit", "#!/bin/sh\necho '``` # no'\necho two >&2\nexit 1\n");
    await s.run("chmod", ["+x", ".git/hooks/pre-commit"]);
    await s.write("a.txt", "1\n");
    expect(await failure("session_checkpoint", { all: true, message: "x" })).toContain("````text\n");
    const secret = await failure("session_note", { text: `the token is ${forgeToken()}` });
    expect(secret).toContain("leave the secret out");
    expect(secret).not.toContain(forgeToken());
    await s.write(".git/HEAD", "nonsense");
    expect(await failure("session_status")).toContain("not-a-repository");
    const none = await scratch({ repository: false });
    const outside = await connectClient(none);
    expect((await outside.call("session_brief")).text).toMatch(/What helps: pass worktree: [^;\n]*$/);
    expect((await outside.client.listResources()).resources.map((each) => each.name)).toEqual([
      ...["brief", "decisions"],
    ]);
    await expect(outside.client.readResource({ uri: "session://brief" })).rejects.toThrow("not in a git");
  });

  test("and a server follows a branch change between calls, and another folder", async () => {
    const s = await scratch({ session: ["one", "-o", "First"] });
    await s.git("switch", "--quiet", "main");
    await s.ok("start", "two", "-o", "Second");
    await s.write("sub/x.txt", "");
    const { call } = await connectClient(s.at("sub"), { args: ["-C", ".."] });
    const objectives = async () =>
      (await call("session_objectives", { action: "list" })).value.objectives[0].text;
    expect(await objectives()).toBe("Second");
    await s.git("switch", "--quiet", "one");
    expect(await objectives()).toBe("First");
    await call("session_objectives", { action: "add", text: ["Third"] });
    expect((await s.json("objectives")).map((each: { text: string }) => each.text)).toEqual([
      "First",
      "Third",
    ]);
  });
});

test("a call works in the worktree that it names, and its answer names the worktree", async () => {
  const s = await scratch({ session: ["one", "-o", "First"] });
  await s.ok("start", "two", "--worktree", "../two");
  const two = s.at("../two");
  await two.write("new.txt", "new\n");
  const other = s.at("../other");
  await s.run("git", ["clone", "--quiet", ".", other.root]);
  const { call, client } = await connectClient(s);
  const where = { branch: "two", worktree: two.root };
  const at = { worktree: "../two" };
  expect((await call("session_objectives", { action: "add", text: "Second", ...at })).value).toMatchObject(
    where,
  );
  expect((await call("session_note", { text: "Here", worktree: two.root })).value).toMatchObject(where);
  expect(
    (await call("session_checkpoint", { paths: "new.txt", message: "feat: new", ...at })).value,
  ).toMatchObject({ ...where, files: ["new.txt"] });
  expect((await call("session_brief", at)).all.at(-1)).toContain(JSON.stringify(two.root));
  expect((await call("session_status")).value).toMatchObject({ branch: "one", worktree: s.root, changed: 0 });
  expect(await two.json("objectives")).toMatchObject([{ text: "Second" }]);
  expect(await s.json("objectives")).toMatchObject([{ text: "First" }]);
  expect(await s.json("note", "list")).toEqual([]);
  const failed = await call("session_objectives", { action: "complete", id: "9", ...at });
  expect(failed.text).toContain(`On \`two\`, in \`${two.root}\`.`);
  expect((await call("session_status", at)).value.next.join()).not.toMatch(/session [a-z]|--?[a-z]/);
  const prompt = await client.getPrompt({ name: "session-wrap-up", arguments: at });
  expect(JSON.stringify(prompt)).toContain(`On \`two\`, in \`${two.root}\``);
  const foreign = await call("session_note", { text: "Not there", worktree: other.root });
  expect([foreign.isError, foreign.text]).toEqual([true, expect.stringContaining("other-clone")]);
});

test("a server outside of a repository uses the client's only root, or says what to pass", async () => {
  const s = await scratch({ session: ["work"] });
  const outside = s.at("..");
  const blind = await connectClient(outside);
  expect((await blind.call("session_status")).text).toContain("pass worktree: the folder of the repository");
  const told = await connectClient(outside, { roots: [s.root] });
  expect((await told.call("session_note", { text: "Here" })).value).toMatchObject({ worktree: s.root });
  const { contents } = await told.client.readResource({ uri: "session://brief" });
  expect(JSON.stringify(contents)).toContain(`On \`work\`, in \`${s.root}\`.`);
  expect(JSON.stringify((await told.client.listResources()).resources)).toContain("on work");
  const both = await connectClient(outside, { roots: [s.root, s.home] });
  expect((await both.call("session_status")).isError).toBe(true);
  expect((await both.call("session_status", { worktree: s.root })).value).toMatchObject({ branch: "work" });
  expect(await s.json("note", "list")).toMatchObject([{ text: "Here" }]);
});

test("a handoff is acknowledged in the name of the client", async () => {
  const s = await scratch({ session: ["work", "-o", "First"] });
  await s.ok("end");
  await s.ok("resume", "work");
  const { call } = await connectClient(s);
  expect((await call("session_handoff")).value).not.toHaveProperty("taken_by");
  const { isError, text, value } = await call("session_handoff", { ack: true });
  expect(isError, text).toBe(false);
  expect(value.taken_by).toBe("test");
  expect((await s.json("brief")).handoff.taken.by).toContain("test");
});

test("parallel calls are all recorded, once each", async () => {
  const s = await scratch({ session: ["work"] });
  const { call } = await connectClient(s);
  const calls = Array.from({ length: 12 }, (_, n) =>
    call("session_objectives", { action: "add", text: [`parallel ${n}`] }),
  );
  const looks = Array.from({ length: 4 }, () => call("session_status"));
  expect((await Promise.all([...calls, ...looks])).filter((each) => each.isError)).toEqual([]);
  const texts = (await s.json("objectives")).map((each: { text: string }) => each.text);
  expect(texts.sort()).toEqual(Array.from({ length: 12 }, (_, n) => `parallel ${n}`).sort());
});

test("an invalid message is refused, and the next call works", async () => {
  const s = await scratch({ session: ["work"] });
  const { call } = await connectClient(s);
  const long = await call("session_note", { text: "x".repeat(10 * 1024 * 1024) });
  expect([long.isError, long.text]).toEqual([true, expect.stringContaining("at most 1000000 are taken")]);
  expect((await call("session_start", { branch: "a\0b" })).text).toContain("NUL");
  const wide = await call("session_checkpoint", {
    paths: Array.from({ length: 300_000 }, () => "some/path"),
  });
  expect(wide.isError).toBe(true);
  expect((await call("session_note", { text: "short" })).value).toMatchObject({ count: 1 });
});

test("MCP records a check and never runs it", async () => {
  const s = await scratch({ session: ["work"] });
  const { call } = await connectClient(s);
  await call("session_verify", { text: "touch ran", result: "passed" });
  expect(s.exists("ran")).toBe(false);
  expect((await s.json("status")).verified).toMatchObject([{ command: "touch ran", result: "passed" }]);
});

/** The server with a pipe of our own. */
async function piped() {
  const s = await scratch({ session: ["work"] });
  const child = spawn(process.execPath, [CLI, "mcp"], { cwd: s.root, env: s.env, stdio: "pipe" });
  let out = "";
  let log = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    log += chunk;
  });
  const message = (id: number, method: string, params: object) =>
    `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;
  const initialize = message(1, "initialize", {
    ...{ protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } },
  });
  const answers = async (count: number) => {
    while (out.split("\n").length <= count) await once(child.stdout, "data");
    return out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  return { s, child, message, initialize, answers, log: () => log };
}

test("standard output carries only the protocol, whatever arrives", async () => {
  const { child, message, initialize, answers, log } = await piped();
  child.stdin.write("this is no JSON\n{\n[]\n42\n\n");
  child.stdin.write(initialize);
  child.stdin.write('{"jsonrpc":"2.0","id":\n');
  child.stdin.write(message(2, "tools/call", { name: "session_status", arguments: {} }));
  child.stdin.write(message(3, "no/such", {}));
  const all = await answers(3);
  expect(all.every((each) => each.jsonrpc === "2.0")).toBe(true);
  const byId = new Map(all.map((each) => [each.id, each]));
  expect(byId.get(1).result.serverInfo.name).toBe("session");
  expect(byId.get(2).result.structuredContent.branch).toBe("work");
  expect(byId.get(3).error.code).toBe(-32601);
  expect(log()).not.toContain("    at ");
  child.stdin.end();
  expect(await once(child, "close")).toEqual([0, null]);
});

test("the server ends with its client, and finishes the call in progress", async () => {
  const { s, child, message, initialize, answers } = await piped();
  child.stdin.write(initialize);
  await answers(1);
  child.stdin.write(
    message(2, "tools/call", { name: "session_note", arguments: { text: "written all the same" } }),
  );
  child.stdin.end();
  expect(await once(child, "close")).toEqual([0, null]);
  expect((await s.json("note", "list")).map((each: { text: string }) => each.text)).toEqual([
    "written all the same",
  ]);
  expect(s.exists(".git/sessions/work/.lock")).toBe(false);
});

/** A note holds no control characters but these; the other attacks are refused where they are recorded. */
const texts = [...ATTACKS.values()].filter((each) => each.trim() !== "");

test("repository text stays data in every answer: it cannot act, hide, or leave its block", async () => {
  const s = await scratch({ session: ["work", "--title", "![x](http://evil.example/p.png) <b>"] });
  const { call, client } = await connectClient(s);
  const recorded = [
    await call("session_objectives", { action: "add", text: texts }),
    await call("session_blockers", { action: "add", text: texts, link: texts[9] }),
    ...(await Promise.all(
      texts.slice(0, 30).map((text) => {
        const decision = { action: "add", text, rationale: text, alternatives: [text] };
        return call("session_decisions", decision);
      }),
    )),
  ];
  for (const { isError, text } of recorded) expect(isError, text).toBe(false);
  const said = (parts: readonly object[]) => ({
    text: parts.map((each) => (each as { text: string }).text).join(),
  });
  const data = [
    ...recorded.slice(0, 2),
    await call("session_status"),
    await call("session_objectives", { action: "list" }),
    await call("session_decisions", { action: "list", all: true, limit: 200 }),
    await call("session_search", { text: [PAYLOAD] }),
    said((await client.readResource({ uri: "session://decisions" })).contents),
  ].map((each) => each.text.replace(/\n\nOn `work`, in `[^`]+`\.\n$/, ""));
  for (const text of data) {
    expect(text).not.toMatch(HIDDEN);
    expect(codeTexts(text)).toHaveLength(1);
    expect(text).toContain("zqx");
    expect(outsideCode(text, /zqx/)).toEqual([]);
  }
  const prose = [
    await call("session_brief", { max_tokens: 20_000 }),
    await call("session_handoff"),
    await call("session_handoff", { session: texts[17] }),
    await call("session_objectives", { action: "complete", id: [texts[2]] }),
    said((await client.getPrompt({ name: "session-wrap-up" })).messages.map((each) => each.content)),
  ];
  for (const { text } of prose) {
    expect(text).not.toMatch(HIDDEN);
    expect(actingNodes(text)).toEqual([]);
    expect(headings(text).filter((each) => each.includes("zqx"))).toEqual([]);
  }
});
