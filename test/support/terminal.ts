import path from "node:path";
import type { Scratch } from "./scratch.ts";

const CLI = path.resolve("dist/cli.js");

const TERMINAL = `
import os, pty, select, sys, time, struct, fcntl, termios
columns, until, keys, argv = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3].split(","), sys.argv[4:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 12, columns, 0, 0))
shown, names = b"", {"down": b"\\x1b[B", "enter": b"\\r", "esc": b"\\x1b", "stop": b"\\x03", "end": b"\\x04"}
def read(quiet):
    global shown
    end = time.time() + 20
    while time.time() < end:
        ready, _, _ = select.select([terminal], [], [], quiet)
        if not ready:
            if until in shown: return
            continue
        try: text = os.read(terminal, 65536)
        except OSError: return
        if not text: return
        shown += text
for key in keys:
    if key.startswith("until="):
        until = key[6:].encode()
        continue
    read(0.4)
    os.write(terminal, names.get(key, key.encode()))
# Until the program ends: on a busy machine it may write nothing for seconds.
try:
    while text := os.read(terminal, 65536): shown += text
except OSError: pass
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
`;

interface Typing {
  readonly columns?: number;
  /** Pressed one after the other, with commas between: `down`, `enter`, `esc`, `stop` (Ctrl-C), `end` (Ctrl-D), or letters. The key after `until=text` waits for this text. */
  readonly keys: string;
  /** The first key is pressed when this is shown. */
  readonly until: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the program in its own terminal, types, and returns the screen output. */
export function runAtTerminal(
  s: Scratch,
  { columns = 80, keys, until, env = {} }: Typing,
  ...args: string[]
) {
  const run = ["-c", TERMINAL, `${columns}`, until, keys, process.execPath, CLI, ...args];
  return s.run("python3", run, { env });
}

/** Runs the program in a terminal without typing, for example with an editor that needs no keys. */
export function inTerminal(s: Scratch, env: NodeJS.ProcessEnv, ...args: string[]) {
  const line = [process.execPath, CLI, ...args].map((each) => `'${each}'`).join(" ");
  return s.run("script", ["-qec", line, "/dev/null"], { env: { TERM: "xterm", ...env } });
}
