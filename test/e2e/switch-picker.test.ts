import { expect, test } from "vitest";
import { fixture, initRepository, type Scratch, scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

const atTerminal = (s: Scratch, columns: number, keys: string, env: NodeJS.ProcessEnv = {}) =>
  runAtTerminal(s, { columns, keys, until: "Switch to", env }, "switch");

function threeSessions(): Promise<Scratch> {
  return fixture("switch-picker", async (s) => {
    await initRepository(s, { session: ["feature/login", "--title", "OAuth login"] });
    await s.ok("start", "fix/crash", "--title", "Find the crash");
    await s.ok("start", "third");
  });
}

const branch = (s: Scratch) => s.git("branch", "--show-current");

test.each([80, 20])("the picker selects with the arrow keys in %i columns", async (columns) => {
  const s = await threeSessions();
  const { code, stdout } = await atTerminal(s, columns, "down,enter");
  expect(code, stdout).toBe(0);
  expect(stdout).toContain("Find the");
  expect(await branch(s)).toBe("feature/login");
});

test("typing filters the picker, and Enter selects the match", async () => {
  const s = await threeSessions();
  expect((await atTerminal(s, 80, "oauth,enter")).code).toBe(0);
  expect(await branch(s)).toBe("feature/login");
});

test.each(["esc", "stop"])("%s leaves the picker with 130 and changes nothing", async (key) => {
  const s = await threeSessions();
  const before = await s.fingerprint();
  const { code, stdout } = await atTerminal(s, 80, key);
  expect(code, stdout).toBe(130);
  expect(await s.fingerprint()).toBe(before);
});

test("without a terminal, or with --json, switch prints one line with the command", async () => {
  const s = await threeSessions();
  const { code, stdout, stderr } = await s.session("switch");
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: name a session: there is no terminal to pick from\nhint: session list\n",
  });
  expect((await s.json("switch")).error).toMatchObject({ code: "usage", exit: 2 });
});

test("the picker says if there is nothing to select", async () => {
  const s = await scratch({ session: ["only"] });
  const { code, stdout } = await runAtTerminal(s, { keys: "enter", until: "there is" }, "switch");
  expect(code).toBe(3);
  expect(stdout).toContain("there is no other session to switch to");
});
