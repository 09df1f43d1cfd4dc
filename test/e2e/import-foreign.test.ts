import { cpSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { forgeToken } from "../support/fake-secrets.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const FIXTURES = path.resolve("test/fixtures/foreign");

async function withFixtures(): Promise<Scratch> {
  const s = await scratch();
  cpSync(FIXTURES, `${s.root}/in`, { recursive: true });
  return s;
}

/** The one session that an import gave, as an export has it. */
async function imported(s: Scratch, ...args: string[]) {
  const { sessions } = await s.json("import", ...args);
  expect(sessions).toHaveLength(1);
  return (await s.json("export", sessions[0].id)).sessions[0];
}

/** Role and text of each message. */
async function said(s: Scratch, id: string): Promise<[string, string][]> {
  const { messages } = await s.json("show", id);
  return messages.map((each: { role: string; content: string }) => [each.role, each.content]);
}

test("AINative's import is the same as in its guide: id, tags, metadata, and messages", async () => {
  const s = await withFixtures();
  const session = await imported(s, "-i", "in/ainative-guide/session.json");
  expect(session).toMatchObject({
    ...{ id: "abc123def456", title: "Queue for mails", tags: ["queue", "mail"] },
    meta: { project: "shop", provider: "anthropic", model: "model-2" },
  });
  expect(await s.json("search", "table with a lock")).toMatchObject([{ session: { id: "abc123def456" } }]);
  expect((await s.json("stats", "abc123def456")).transcripts).toMatchObject({ messages: 2, user: 1 });
  const wrong = async (change: (session: Record<string, unknown>) => unknown) => {
    const value = JSON.parse(await s.read("in/ainative-guide/session.json"));
    await s.write("wrong.json", JSON.stringify(change(value)));
    return (await s.session("import", "-i", "wrong.json", "-n")).stderr.trim();
  };
  const first = { role: "user", content: "x", timestamp: "2024-03-02T08:00:05Z" };
  expect(await wrong(({ title: _title, ...rest }) => rest)).toBe("error: wrong.json: title is missing");
  expect(await wrong((each) => ({ ...each, messages: "none" }))).toMatch(
    /messages is "none", expected Array$/,
  );
  expect(await wrong((each) => ({ ...each, messages: [{ ...first, role: "nobody" }] }))).toContain(
    "messages[0].role is not a role",
  );
  expect(await wrong((each) => ({ ...each, messages: [first, { role: "user" }] }))).toContain(
    "messages[1].content is missing",
  );
  expect(await wrong((each) => ({ ...each, metadata: { tags: "one" } }))).toContain("metadata.tags is");
  expect(await wrong((each) => [each, { ...each, created_at: "once" }])).toContain(
    "wrong.json: [1].created_at is not a time",
  );
});

test("import removes secrets from another tool's conversation, which show finds by its original id", async () => {
  const s = await withFixtures();
  const file = "in/ainative/session.json";
  const secret = forgeToken();
  await s.write(file, (await s.read(file)).replace("Done.", `Done: ${secret}`));
  const ran = await s.session("import", "-i", file);
  expect(ran.stderr).toContain("redacted: transcripts/");
  const { messages } = await s.json("show", "0f9c5f5e");
  expect(JSON.stringify(messages)).not.toContain(secret);
  expect(messages).toHaveLength(2);
});

test("each tool's reader imports a file that export wrote in that tool's format", async () => {
  const s = await withFixtures();
  for (const each of [
    "ainative/session.json",
    "amazon-q/8a3f2b1c",
    "amplifier/7d1f0c52-3f7e-4d5c-9a55-0f6a1a2b3c4d",
  ])
    await s.ok("import", "-i", `in/${each}`);
  const ids: Record<string, string> = Object.fromEntries(
    (await s.json("list", "--all")).map((each: { id: string; meta: Record<string, string> }) => [
      each.meta["imported-from"],
      each.id,
    ]),
  );
  await s.ok("export", ids.ainative ?? "", "--format", "ainative", "-o", "out.json");
  expect(JSON.parse(await s.read("out.json"))).toMatchObject({
    ...{ id: "0f9c5f5e-6d0a-4f0a-8f52-2b8f1f1f0a11", title: "Login *with* <b>OAuth</b>" },
    messages: [{ role: "user" }, { role: "assistant" }],
  });
  await s.ok("export", ids["amazon-q"] ?? "", "--format", "amazon-q", "-o", "q");
  await s.ok("export", ids.amplifier ?? "", "--format", "amplifier", "-o", "amp");
  expect((await s.session("export", "--all", "--format", "amplifier")).code).toBe(2);
  const before = await Promise.all(Object.values(ids).map((id) => said(s, id)));
  const fresh = s.at("../fresh");
  await s.git("init", "--quiet", "../fresh");
  await fresh.ok("import", "-i", `${s.root}/out.json`);
  for (const each of ["q", "amp"]) await fresh.ok("import", "--dir", `${s.root}/${each}`);
  expect(await Promise.all(Object.values(ids).map((id) => said(fresh, id)))).toEqual(before);
  expect(await fresh.json("workspace", "--session", ids["amazon-q"] ?? "")).toMatchObject([
    { name: "analysis.md" },
  ]);
});

test("AINative: imports a session and its messages with their times", async () => {
  const s = await withFixtures();
  const session = await imported(s, "-i", "in/ainative/session.json");
  expect(session).toMatchObject({
    ...{
      title: "Login *with* <b>OAuth</b>",
      state: "ended",
      branch: "imported/ainative/login-with-b-oauth-b",
    },
    ...{ created: "2026-01-05T10:00:00.123Z", ended: "2026-01-05T10:30:00.000Z" },
    meta: {
      "imported-from": "ainative",
      "imported-id": "0f9c5f5e-6d0a-4f0a-8f52-2b8f1f1f0a11",
      ...{ model: "model-1", provider: "anthropic" },
    },
  });
  expect(session.events.map((each: { type: string }) => each.type)).toEqual([
    ...["session.started", "session.ended"],
  ]);
  const { messages } = await s.json("show", session.id);
  expect(messages[0]).toEqual({
    ...{ n: 1, role: "user", content: "Add a login with OAuth\n# and a heading" },
    timestamp: "2026-01-05T10:00:05.000Z",
  });
  expect(await s.ok("show", session.id, "-T")).not.toContain("\x1b");
});

test("Amazon Q: imports a session folder with the branch of its worktree", async () => {
  const s = await withFixtures();
  const session = await imported(s, "-i", "in/amazon-q/8a3f2b1c");
  expect(session).toMatchObject({
    ...{ title: "slow-build", branch: "fix/slow-build", base: { branch: "main" }, state: "archived" },
    ...{ created: "2026-02-01T08:00:00.000Z", ended: "2026-02-02T09:15:00.000Z" },
    meta: { "imported-from": "amazon-q", messages: "5", files: "3" },
  });
  expect(await said(s, session.id)).toEqual([["user", "Why is the build slow?"]]);
  expect(await s.json("workspace", "--session", session.id)).toMatchObject([{ name: "analysis.md" }]);
  expect(await s.json("search", "cache is cold")).toMatchObject([{ session: { id: session.id } }]);
});

test("Amplifier: imports metadata and transcript; a torn line costs only that line", async () => {
  const s = await withFixtures();
  const session = await imported(s, "--dir", "in/amplifier");
  expect(session).toMatchObject({
    ...{ title: "Tidy the parser", summary: "Split the parser in two and keep its tests.", state: "ended" },
    ...{ created: "2026-08-19T10:00:00.123Z", ended: "2026-08-19T10:06:00.000Z" },
    meta: { "imported-from": "amplifier", bundle: "foundation", model: "model-2", turns: "2" },
  });
  expect(await said(s, session.id)).toEqual([
    ["user", "Split the parser"],
    ["assistant", "Split it in two."],
    ["user", "Thanks"],
  ]);
  const { kept } = await s.json("transcript", "list", "--session", session.id);
  expect(kept).toMatchObject([{ agent: "amplifier", damaged: 1, numbers: { messages: 3, tools: 1 } }]);
});

test("importing the same foreign session again is recognized", async () => {
  const s = await withFixtures();
  await s.ok("import", "-i", "in/amazon-q/8a3f2b1c");
  const again = await s.session("import", "-i", "in/amazon-q/8a3f2b1c/metadata.json");
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("(slow-build) is already in this clone"),
  });
  await s.ok("import", "-i", "in/amazon-q/8a3f2b1c", "--new-id");
  expect(await s.json("list", "--all")).toHaveLength(2);
});

test("errors in a foreign file are reported by path", async () => {
  const s = await withFixtures();
  const spoil = async (file: string, from: string | RegExp, to: string) => {
    await s.write(file, (await s.read(file)).replace(from, to));
    const ran = await s.session("import", "-i", file);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    return ran.stderr;
  };
  expect(await spoil("in/ainative/session.json", '"role": "user"', '"role": 5')).toContain(
    "in/ainative/session.json: messages[0].role is 5, expected string",
  );
  expect(await spoil("in/amazon-q/8a3f2b1c/metadata.json", "2026-02-01T08:00:00Z", "once")).toContain(
    'created is not a time: "once"',
  );
  expect(await spoil("in/amazon-q/8a3f2b1c/metadata.json", '"version": 1', '"version": 9')).toContain(
    "version",
  );
  const [id] = ["in/amplifier/7d1f0c52-3f7e-4d5c-9a55-0f6a1a2b3c4d"];
  await s.run("sh", ["-c", `cd ${id} && mv transcript.jsonl t && ln -s t transcript.jsonl`]);
  expect((await s.session("import", "-i", id)).stderr).toContain("transcript.jsonl");
  expect(await s.json("list", "--all")).toEqual([]);
});

async function commit(s: Scratch, ...paragraphs: string[]): Promise<string> {
  await s.git("commit", "--quiet", "--allow-empty", "-m", paragraphs.join("\n\n"));
  return s.git("rev-parse", "HEAD");
}

test("lore-protocol: imports each record as a decision, with rejected alternatives and replaced decisions", async () => {
  const s = await scratch();
  const first = await commit(
    s,
    "feat: sessions in Redis",
    "Why and how.",
    "Lore-id: f7e8d9c0\nConstraint: must scale\n  sideways\nRejected: JWT | leaks roles\nConfidence: high\nTested: 100 logins at once\nNot-tested: failover\nDirective: do not cache",
  );
  await commit(s, "docs: no record", "Lore-id: is what prose says\nand goes on");
  await commit(
    s,
    "feat: sessions on disk",
    "Lore-id: a1b2c3d4\nSupersedes: f7e8d9c0\nSigned-off-by: A <a@example.com>",
  );
  await s.git("cherry-pick", "--allow-empty", first);
  const session = await imported(s, "--from-history");
  expect(session).toMatchObject({
    ...{ title: "Decisions from lore-protocol", state: "ended", branch: "imported/lore-protocol" },
    decisions: [
      {
        ...{
          id: "dec-1",
          text: "feat: sessions in Redis",
          alternatives: ["JWT: leaks roles"],
          author: "Test Person",
        },
        rationale: `Constraint: must scale sideways\nConfidence: high\nRecorded as f7e8d9c0 in ${first.slice(0, 12)}`,
      },
      { id: "dec-2", text: "feat: sessions on disk", supersedes: "dec-1" },
    ],
    verified: [{ command: "100 logins at once", result: "passed", commit: first }],
    notes: [{ text: "Directive: do not cache" }, { text: "Not tested: failover" }],
    last: { dec: 2 },
  });
  const all = await s.json("decisions", "list", "--all");
  expect(all.map((each: { text: string }) => each.text).sort()).toEqual([
    "feat: sessions in Redis",
    "feat: sessions on disk",
  ]);
});

test("CommitLore and Entire records in a range are imported", async () => {
  const s = await scratch();
  const record =
    "Limit: only checkout\nRuled-out: one function | rounding differs\nWarn: keep them apart\nVerified: npm test\nRecord-Id: r-price01\nX-Team: core";
  await commit(s, "fix: prices", record);
  const one = await commit(
    s,
    "feat: by an agent",
    "Entire-Session: 2026-01-05-abc\nEntire-Checkpoint: a3b2c4d5e6f7\nEntire-Agent: Some Agent",
  );
  const two = await commit(s, "feat: more", "Entire-Checkpoint: 01JABCDEFGHJKMNPQRSTVWXYZ0");
  await commit(s, "feat: none of it", "Entire-Checkpoint: not an id");
  const { sessions } = await s.json("import", "--from-history", "HEAD~4..HEAD");
  expect(sessions.map((each: { title: string }) => each.title)).toEqual([
    ...["Decisions from commitlore", "Entire session 2026-01-05-abc", "Checkpoints from Entire"],
  ]);
  const document = await s.json("export", "--all");
  const byTitle = new Map(document.sessions.map((each: { title: string }) => [each.title, each]));
  expect(byTitle.get("Decisions from commitlore")).toMatchObject({
    decisions: [{ text: "fix: prices", alternatives: ["one function: rounding differs"] }],
    notes: [{ text: "Warning: keep them apart" }],
    verified: [{ command: "npm test" }],
  });
  const entire = byTitle.get("Entire session 2026-01-05-abc");
  expect(entire).toMatchObject({ meta: { agent: "Some Agent", "imported-id": "2026-01-05-abc" } });
  expect((entire as { events: unknown[] }).events[1]).toMatchObject({ commit: one, label: "a3b2c4d5e6f7" });
  expect((byTitle.get("Checkpoints from Entire") as { events: unknown[] }).events[1]).toMatchObject({
    commit: two,
  });
});

test("import refuses a history without foreign records, and an invalid range", async () => {
  const s = await scratch({ commits: 2 });
  expect((await s.session("import", "--from-history")).stderr).toContain(
    "no commit of HEAD carries trailers of",
  );
  expect((await s.session("import", "--from-history", "nowhere..HEAD")).stderr).toContain(
    'not a commit or range: "nowhere..HEAD"',
  );
  expect((await s.session("import", "--from-history=--output=x")).code).toBe(1);
  expect(s.exists("x")).toBe(false);
});
