import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");

/** Runs the program at a terminal of its own, types these keys one after the other, and gives what it showed. */
const TERMINAL = `
import os, pty, select, sys, time, struct, fcntl, termios
columns, keys, argv = int(sys.argv[1]), sys.argv[2].split(","), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 12, columns, 0, 0))
shown, names = b"", {"down": b"\\x1b[B", "enter": b"\\r", "esc": b"\\x1b", "stop": b"\\x03"}
def read(quiet):
    global shown
    end = time.time() + 20
    while time.time() < end:
        ready, _, _ = select.select([terminal], [], [], quiet)
        if not ready:
            if b"Switch to" in shown: return
            continue
        try: text = os.read(terminal, 65536)
        except OSError: return
        if not text: return
        shown += text
for key in keys:
    read(1)
    os.write(terminal, names.get(key, key.encode()))
read(3)
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
`;

async function atTerminal(s: Scratch, columns: number, keys: string, env: NodeJS.ProcessEnv = {}) {
  const args = ["-c", TERMINAL, `${columns}`, keys, process.execPath, CLI, "switch"];
  return s.run("python3", args, { env });
}

async function threeSessions(): Promise<Scratch> {
  const s = await scratch();
  await s.ok("start", "feature/login", "--title", "OAuth login");
  await s.ok("start", "fix/crash", "--title", "Find the crash");
  await s.ok("start", "third");
  return s;
}

const branch = (s: Scratch) => s.git("branch", "--show-current");

test.each([80, 20])("picks with the arrow keys on %i columns", async (columns) => {
  const s = await threeSessions();
  const { code, stdout } = await atTerminal(s, columns, "down,enter");
  expect(code, stdout).toBe(0);
  expect(stdout).toContain("Find the");
  expect(await branch(s)).toBe("feature/login");
});

test("typing filters; Enter takes what is left", async () => {
  const s = await threeSessions();
  expect((await atTerminal(s, 80, "oauth,enter")).code).toBe(0);
  expect(await branch(s)).toBe("feature/login");
});

test.each(["esc", "stop"])("%s leaves everything as it is, with 130", async (key) => {
  const s = await threeSessions();
  const before = await s.fingerprint();
  const { code, stdout } = await atTerminal(s, 80, key);
  expect(code, stdout).toBe(130);
  expect(await s.fingerprint()).toBe(before);
});

test("without a terminal, and with --json: one line that says what to do", async () => {
  const s = await threeSessions();
  const { code, stdout, stderr } = await s.session("switch");
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "error: without a terminal to pick from, switch takes the name of a session (session list shows them)\n",
  });
  expect((await s.json("switch")).error).toMatchObject({ code: "usage", exit: 2 });
});

test("nothing to pick from: it says so", async () => {
  const s = await scratch();
  await s.ok("start", "only");
  const { code, stdout } = await s.run("python3", [
    ...["-c", TERMINAL.replace('b"Switch to" in shown', "shown"), "80", "enter"],
    ...[process.execPath, CLI, "switch"],
  ]);
  expect(code).toBe(3);
  expect(stdout).toContain("there is no other session to switch to");
});
