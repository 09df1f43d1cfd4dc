import { spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import type { Scratch } from "../support/scratch.ts";

/** Gives the program a terminal, passes on what is typed into this one, and answers what terminals are asked. */
const TERMINAL = `
import os, pty, select, sys, struct, fcntl, termios, signal
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
while True:
    ready = select.select([terminal, 0], [], [])[0]
    if 0 in ready:
        typed = os.read(0, 65536)
        if typed == b"": break
        os.write(terminal, typed)
    if terminal in ready:
        try: text = os.read(terminal, 65536)
        except OSError: break
        if b"\\x1b[c" in text: os.write(terminal, b"\\x1b[?62;c")
        if b"\\x1b[6n" in text: os.write(terminal, b"\\x1b[1;1R")
        os.write(1, text)
os.kill(pid, signal.SIGKILL)
`;

/** Milliseconds after which a program that writes nothing waits for input; some never stop to draw. */
const QUIET = 3_000;
const MOST_DRAWING = 30_000;
/** Milliseconds that a line may take to have its effect. */
const MOST = 180_000;
const LOOKS = 250;

export interface Talk {
  /** Types a line once the program is quiet, and waits until something is so. Returns whether it came to be. */
  type(line: string, until: () => boolean | Promise<boolean>): Promise<boolean>;
  end(): void;
}

/** Runs an agent at a terminal of its own. */
export function atTerminal(here: Scratch, program: string, args: readonly string[]): Talk {
  const child = spawn("python3", ["-c", TERMINAL, program, ...args], {
    cwd: here.root,
    env: { ...here.env, TERM: "xterm-256color" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  let wrote = 0;
  child.stdout.on("data", () => {
    wrote = Date.now();
  });
  child.stdin.on("error", () => {});
  const end = () => {
    child.stdin.end();
  };
  onTestFinished(end);
  return {
    type: async (line, until) => {
      await waitFor(() => wrote > 0 && Date.now() - wrote > QUIET, MOST_DRAWING);
      const typed = Date.now();
      child.stdin.write(line);
      // A return that comes with its line counts as part of a pasted text.
      await waitFor(() => wrote > typed && Date.now() - wrote > LOOKS, MOST_DRAWING);
      child.stdin.write("\r");
      return waitFor(until);
    },
    end,
  };
}

async function waitFor(isSo: () => boolean | Promise<boolean>, most = MOST): Promise<boolean> {
  const until = Date.now() + most;
  while (Date.now() < until) {
    if (await isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOKS));
  }
  return false;
}
