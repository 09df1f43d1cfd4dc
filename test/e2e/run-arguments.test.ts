import path from "node:path";
import { expect, test } from "vitest";
import { AGENTS } from "../../src/agents/catalog/all.ts";
import { withAgents } from "../support/fake-agents.ts";
import { CLI } from "../support/scratch.ts";

interface Expected {
  readonly agent: string;
  /** Event with which its hook tells the id of a conversation. */
  readonly start: string;
  /** The arguments of a first run and of a continued one; BRIEF, ID and NEW are placeholders for values that differ. */
  readonly first: readonly string[];
  readonly again: readonly string[];
  /** The same at a terminal. */
  readonly talk: readonly string[];
}

const EXPECTED: readonly Expected[] = [
  {
    agent: "qwen",
    start: "SessionStart",
    first: ["--session-id", "NEW", "--append-system-prompt", "BRIEF", "Go"],
    again: ["--resume", "ID", "More"],
    talk: ["--resume", "ID", "--prompt-interactive", "Go"],
  },
  {
    agent: "kilo",
    start: "session.created",
    first: ["run", "BRIEF Go"],
    again: ["run", "--session", "ID", "More"],
    talk: ["--session", "ID", "--prompt=Go"],
  },
  {
    agent: "pi",
    start: "session_start",
    first: ["-p", "BRIEF Go"],
    again: ["-p", "--session", "ID", "More"],
    talk: ["--session", "ID", "Go"],
  },
  {
    agent: "droid",
    start: "SessionStart",
    first: ["exec", "BRIEF Go"],
    again: ["exec", "--session-id", "ID", "More"],
    talk: ["--resume", "ID", "Go"],
  },
  {
    agent: "auggie",
    start: "SessionStart",
    first: ["--print", "BRIEF Go"],
    again: ["--print", "--resume", "ID", "More"],
    talk: ["--resume", "ID", "Go"],
  },
];

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

test.each(EXPECTED)("$agent is run and continued with these arguments", async (expected) => {
  const { agent: name, start, first, again, talk } = expected;
  const { s, session, said } = await withAgents(name);
  const shown = async (id: string) =>
    (await said()).args.map((each) => {
      if (UUID.test(each)) return "NEW";
      if (each === id) return "ID";
      return each.replace(/^# X\n[\s\S]*One[\s\S]*?(?:\n---\n\n(?=\w+$)|$)/, "BRIEF ").trim();
    });
  const ran = await session({ CODE: "3" }, "run", name, "-m", "Go");
  expect(ran).toMatchObject({ code: 3, stdout: "at work\n" });
  expect((await said()).cwd).toBe(s.root);
  expect((await said()).env).toMatchObject({ SESSION_NAME: expect.stringMatching(`_${name}$`) });
  expect(await shown("")).toEqual(first);
  // What its hook told counts more than the name that it got from us.
  const stdin = JSON.stringify({ session_id: "abc-1", cwd: s.root });
  await s.run(process.execPath, [CLI, "hook", name, start], { input: stdin });
  expect((await session({}, "continue", "More")).code).toBe(0);
  expect(await shown("abc-1")).toEqual(again);
  // What begins with a dash is no option.
  await session({}, "continue", "--", "-rf");
  expect((await said()).args.at(-1)).toBe(" -rf");
  const runs = AGENTS.find((each) => each.name === name)?.runs;
  const conversation = { id: "ID", begun: true };
  expect(runs?.talk({ prompt: "Go", installed: true, conversation })).toEqual(talk);
});

test.each(EXPECTED)("$agent, installed, gets the brief from its hook alone", async ({ agent: name }) => {
  const { s, session, said } = await withAgents(name);
  await s.ok("agents", "install", name);
  // pi loads extensions of a project only where its user trusts it.
  if (name === "pi") {
    const ran = await session({}, "run", name, "-m", "Go");
    expect(ran.stderr).toContain("the brief is added to the prompt for pi: pi does not trust this project");
    await s.write(path.join(s.home, ".pi/agent/trust.json"), JSON.stringify({ [s.root]: true }));
  }
  const ran = await session({}, "run", name, "-m", "Go");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect((await said()).args.join(" ")).not.toContain("One");
});
