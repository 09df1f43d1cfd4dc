/** Stand-ins for agents: small programs that write down their arguments, input and environment. */
import { chmod } from "node:fs/promises";
import path from "node:path";
import { onTestFinished } from "vitest";
import { CLI, type Scratch, scratch } from "./scratch.ts";

/** The JSON that a fake agent writes about itself into the file in SAYS. */
interface Said {
  readonly args: readonly string[];
  readonly input: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
}

const STAND_IN = `#!${process.execPath}
const fs = require("node:fs");
// Not process.stdin.isTTY: opening that stream makes the pipe non-blocking, and reading it may fail with EAGAIN.
const input = require("node:tty").isatty(0) ? "" : fs.readFileSync(0, "utf8");
const env = Object.fromEntries(Object.entries(process.env).filter(([k]) => /^(SESSION|GIT)_/.test(k)));
if (process.env.SAYS) {
  const said = { args: process.argv.slice(2), input, cwd: process.cwd(), env, pid: process.pid };
  fs.writeFileSync(process.env.SAYS + ".tmp", JSON.stringify(said));
  fs.renameSync(process.env.SAYS + ".tmp", process.env.SAYS);
}
process.stdout.write((process.env.PRINTS ?? "at work") + "\\n");
if (process.env.DEAF) process.on("SIGTERM", () => process.stdout.write("no\\n"));
if (process.env.CALLS) {
  const { spawnSync } = require("node:child_process");
  const { CALLS, ...rest } = process.env;
  const ran = spawnSync(process.execPath, JSON.parse(CALLS), { encoding: "utf8", env: { ...rest, SAYS: "" } });
  process.stdout.write(ran.stdout);
  process.stderr.write(ran.stderr);
}
if (process.env.WRITES) {
  // Each line of that file names one to write.
  const written = new Set();
  setInterval(() => {
    const told = fs.existsSync(process.env.WRITES) ? fs.readFileSync(process.env.WRITES, "utf8").split("\\n").slice(0, -1) : [];
    for (const name of told.filter((each) => !written.has(each))) {
      written.add(name);
      fs.writeFileSync(name, "x\\n");
      process.stdout.write("wrote " + name + "\\n");
    }
  }, 20);
}
const end = () => process.exit(Number(process.env.CODE ?? 0));
if (process.env.STAYS) setInterval(() => { if (fs.existsSync(process.env.STAYS)) end(); }, 20);
else end();
`;

export interface WithAgents {
  readonly s: Scratch;
  /** The program with variables for the stand-in. */
  session(env: NodeJS.ProcessEnv, ...args: string[]): ReturnType<Scratch["session"]>;
  /** The same with --json, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asks for
  json(env: NodeJS.ProcessEnv, ...args: string[]): Promise<any>;
  said(file?: string): Promise<Said>;
  /** Waits until something is so, and gives it. */
  until<T>(look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T>;
  /** Full path of a file outside of the repository. */
  file(name: string): string;
}

/** Returns a repository with a session on `x` and fake agents of these names on PATH. Kills them at the end of the test. */
export async function withAgents(...names: string[]): Promise<WithAgents> {
  const s = await scratch();
  const bin = path.join(s.home, "bin");
  for (const name of names) {
    await s.write(path.join(bin, name), STAND_IN);
    await chmod(path.join(bin, name), 0o755);
  }
  s.env.PATH = `${bin}${path.delimiter}${s.env.PATH}`;
  s.env.SAYS = path.join(s.home, "said");
  await s.ok("start", "x", "-o", "One");
  onTestFinished(async () => {
    for (const run of await s.json("background", "--limit", "99").catch(() => []))
      if (run.pid !== null && ["running", "waiting"].includes(run.state)) kill(run.pid);
  });
  const session = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    s.run(process.execPath, [CLI, ...args], { env });
  return {
    s,
    session,
    json: async (env, ...args) => JSON.parse((await session(env, ...args, "--json")).stdout),
    said: async (file = "said") => JSON.parse(await s.read(path.join(s.home, file))),
    until: async (look) => {
      for (;;) {
        const found = await look();
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    file: (name) => path.join(s.home, name),
  };
}

/** Returns the run events of a session's log. */
export async function runEvents(s: Scratch, folder: string): Promise<{ type: string }[]> {
  const lines = (await s.read(`.git/sessions/${folder}/events.jsonl`)).trim().split("\n");
  return lines.map((line) => JSON.parse(line)).filter((each) => each.type.startsWith("run:"));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Kills a process and its group; neither has to exist. */
export function kill(pid: number): void {
  for (const whom of [-pid, pid]) {
    try {
      process.kill(whom, "SIGKILL");
    } catch {
      // Gone already.
    }
  }
}
