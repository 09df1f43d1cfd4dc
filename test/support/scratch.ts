import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

export const CLI = path.resolve(import.meta.dirname ?? __dirname, "../../dist/cli.js");

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A git repository of its own, with a home of its own, removed after the test. */
export interface Scratch {
  readonly root: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** The built program, as typed. */
  session(...args: string[]): Promise<Ran>;
  /** The built program, which has to succeed: its standard output. */
  ok(...args: string[]): Promise<string>;
  /** The same with --json, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asks for
  json<T = any>(...args: string[]): Promise<T>;
  /** git, which has to succeed: its standard output without the last line end. */
  git(...args: string[]): Promise<string>;
  run(
    program: string,
    args: readonly string[],
    options?: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv },
  ): Promise<Ran>;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string>;
  exists(file: string): boolean;
  /** Everything that a command must not change by accident: HEAD, refs, index, work tree, stash. */
  fingerprint(): Promise<string>;
  /** The same repository seen from another folder. */
  at(folder: string): Scratch;
}

interface Options {
  /** Commits to begin with; default one, with a README. */
  readonly commits?: number;
  readonly identity?: boolean;
  readonly repository?: boolean;
  readonly bare?: boolean;
}

export async function scratch(options: Options = {}): Promise<Scratch> {
  const base = await realpath(await mkdtemp(path.join(os.tmpdir(), "session-test-")));
  onTestFinished(() => rm(base, { recursive: true, force: true, maxRetries: 3 }));
  const home = path.join(base, "home");
  const root = path.join(base, "work");
  await mkdir(home);
  await mkdir(root);
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, ".config"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: path.join(home, "gitconfig"),
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    NO_COLOR: "1",
  };
  await writeFile(
    path.join(home, "gitconfig"),
    options.identity === false
      ? "[user]\n\tuseConfigOnly = true\n"
      : "[user]\n\tname = Test Person\n\temail = person@example.com\n[init]\n\tdefaultBranch = main\n",
  );
  const made = build(root, home, env);
  if (options.repository !== false) {
    await made.git("init", "--quiet", "--initial-branch=main", ...(options.bare ? ["--bare"] : []));
    for (let n = 0; n < (options.commits ?? 1) && options.identity !== false; n++) {
      await made.write(n === 0 ? "README.md" : `file-${n}.txt`, `commit ${n}\n`);
      await made.git("add", "--all");
      await made.git("commit", "--quiet", "-m", `commit ${n}`);
    }
  }
  return made;
}

function build(cwd: string, home: string, env: NodeJS.ProcessEnv): Scratch {
  const run: Scratch["run"] = (program, args, options = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        cwd: options.cwd ?? cwd,
        env: { ...env, ...options.env },
        stdio: "pipe",
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on("data", (chunk) => out.push(chunk));
      child.stderr.on("data", (chunk) => err.push(chunk));
      child.on("error", reject);
      child.on("close", (code) =>
        resolve({
          code: code ?? 128,
          stdout: Buffer.concat(out).toString(),
          stderr: Buffer.concat(err).toString(),
        }),
      );
      child.stdin.on("error", () => {});
      child.stdin.end(options.input ?? "");
    });
  const session: Scratch["session"] = (...args) => run(process.execPath, [CLI, ...args]);
  const must = async (what: string, ran: Promise<Ran>): Promise<string> => {
    const { code, stdout, stderr } = await ran;
    if (code !== 0) throw new Error(`${what} ended with ${code}\n${stderr}${stdout}`);
    return stdout;
  };
  const git: Scratch["git"] = async (...args) =>
    (await must(`git ${args.join(" ")}`, run("git", args))).replace(/\n$/, "");
  const file = (name: string) => path.resolve(cwd, name);
  return {
    root: cwd,
    home,
    env,
    session,
    ok: (...args) => must(`session ${args.join(" ")}`, session(...args)),
    json: async (...args) => JSON.parse((await session(...args, "--json")).stdout),
    git,
    run,
    write: async (name, text) => {
      await mkdir(path.dirname(file(name)), { recursive: true });
      await writeFile(file(name), text);
    },
    read: (name) => readFile(file(name), "utf8"),
    exists: (name) => existsSync(file(name)),
    fingerprint: async () => {
      const parts = await Promise.all([
        git("symbolic-ref", "--quiet", "HEAD").catch(() => "detached"),
        git("for-each-ref"),
        git("ls-files", "--stage"),
        git("status", "--porcelain=v1"),
        git("diff"),
        git("stash", "list"),
        run("sh", [
          "-c",
          "cat .git/sessions/*/objectives.md .git/sessions/*/*/objectives.md .session/* 2>/dev/null",
        ]).then((ran) => ran.stdout),
      ]);
      return parts.join("\n---\n");
    },
    at: (folder) => build(path.resolve(cwd, folder), home, env),
  };
}
