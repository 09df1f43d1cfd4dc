import type { Scratch } from "../support/scratch.ts";

/** Types each line once the program has been quiet for a while, then kills it. */
const TALK = `
import os, pty, select, sys, time, struct, fcntl, termios, json, signal
lines, argv = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
def read(quiet, most):
    end, last = time.time() + most, time.time()
    while time.time() < end and time.time() - last < quiet:
        if not select.select([terminal], [], [], 0.2)[0]: continue
        try: text = os.read(terminal, 65536)
        except OSError: return
        if b"\\x1b[c" in text: os.write(terminal, b"\\x1b[?62;c")
        if b"\\x1b[6n" in text: os.write(terminal, b"\\x1b[1;1R")
        last = time.time()
for line in lines:
    read(3, 30)
    os.write(terminal, line.encode())
    time.sleep(0.5)
    os.write(terminal, b"\\r")
read(4, 30)
os.kill(pid, signal.SIGKILL)
`;

/** Runs an agent at a terminal of its own and types lines, one after the other. */
export async function typeIntoTerminal(
  here: Scratch,
  program: string,
  args: readonly string[],
  lines: readonly string[],
) {
  const words = ["-c", TALK, JSON.stringify(lines), program, ...args];
  await here.run("python3", words, { env: { TERM: "xterm-256color" } });
}
