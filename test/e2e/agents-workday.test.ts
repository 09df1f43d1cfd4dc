/** An agent's day (read, record, verify, checkpoint, hand over) through MCP or the command line, in two worktrees at once. */
import { expect, test } from "vitest";
import { connectClient } from "../support/mcp-client.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

async function twoWorktrees() {
  const s = await scratch({ session: ["one", "-o", "First"] });
  await s.ok("start", "two", "-o", "Second", "--worktree", "../two");
  return { s, two: s.at("../two") };
}

/** Expects each worktree's record and commit to contain its own work and nothing of the other's. */
async function checkDay(at: Scratch, name: string, other: string) {
  const text = await at.ok("handoff");
  for (const each of [`Decide ${name}`, `Note ${name}`, `check ${name}`]) expect(text).toContain(each);
  for (const each of [`Decide ${other}`, `Note ${other}`, `check ${other}`]) expect(text).not.toContain(each);
  expect(await at.git("log", "-1", "--format=%s%n%(trailers:key=Session-Objectives)")).toMatch(
    new RegExp(`^feat: ${name}[\\s\\S]*\\[x\\] obj-1`),
  );
}

test("an agent works a whole day through MCP alone, in two worktrees at once", async () => {
  const { s, two } = await twoWorktrees();
  const { call } = await connectClient(s);
  const day = async (at: Scratch, name: string) => {
    const worktree = at.root;
    const ok = async (tool: string, asked: object) => {
      const { isError, text, value } = await call(tool, { ...asked, worktree });
      expect(isError, text).toBe(false);
      expect(value).toMatchObject({ branch: name, worktree });
    };
    await ok("session_brief", {});
    await ok("session_objectives", { action: "start", id: "1" });
    await ok("session_decisions", { action: "add", text: `Decide ${name}`, rationale: "it is simpler" });
    await ok("session_note", { text: `Note ${name}` });
    await at.write(`${name}.txt`, "new\n");
    await ok("session_verify", { text: `check ${name}`, result: "passed" });
    await ok("session_checkpoint", { message: `feat: ${name}`, all: true, complete: "1" });
    await ok("session_handoff", {});
  };
  await Promise.all([day(s, "one"), day(two, "two")]);
  await checkDay(s, "one", "two");
  await checkDay(two, "two", "one");
});

test("an agent works a whole day through the command line alone", async () => {
  const { s, two } = await twoWorktrees();
  const day = async ({ apart: at }: Scratch, name: string) => {
    expect(await at.ok("brief")).toContain(`On \`${name}\``);
    await at.ok("objectives", "start", "1");
    await at.ok("decisions", "add", `Decide ${name}`, "--rationale", "it is simpler");
    await at.ok("note", `Note ${name}`);
    await at.write(`${name}.txt`, "new\n");
    await at.ok("verify", `check ${name}`, "--result", "passed");
    await at.ok("checkpoint", "-A", "-m", `feat: ${name}`, "--complete", "1");
    await at.ok("handoff");
  };
  await Promise.all([day(s, "one"), day(two, "two")]);
  await checkDay(s, "one", "two");
  await checkDay(two, "two", "one");
});
