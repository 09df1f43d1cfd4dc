import { spawn, spawnSync } from "node:child_process";
import { existsSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { runWithin } from "../../src/main.ts";
import { readTemplate, type Template, writeTemplate } from "./folder-template.ts";
import { fingerprint } from "./repository-state.ts";
import { type Given, surroundingsOf } from "./run-environment.ts";

interface Main {
  readonly runWithin: typeof runWithin;
}

export const CLI = path.resolve(import.meta.dirname ?? __dirname, "../../dist/cli.js");

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A git repository with its own home folder, removed after the test. */
export interface Scratch {
  readonly root: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** The built program, as typed: in this process where that makes no difference, always with SESSION_TEST=process in its own. */
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
    options?: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv; timeout?: number },
  ): Promise<Ran>;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string>;
  exists(file: string): boolean;
  /** Everything that a command must not change by accident: HEAD, refs, index, work tree, stash. */
  fingerprint(): Promise<string>;
  /** The same repository seen from another folder. */
  at(folder: string): Scratch;
  /** The same repository, where each run of the program is a process of its own, whatever SESSION_TEST says. */
  readonly apart: Scratch;
}

interface Options {
  /** Commits to begin with; default one, with a README. */
  readonly commits?: number;
  readonly identity?: boolean;
  readonly repository?: boolean;
  readonly bare?: boolean;
  /** Arguments of the `session start` that it begins with. */
  readonly session?: readonly string[];
}

export function scratch(options: Options = {}): Promise<Scratch> {
  return fixture(JSON.stringify(options), (made) => initRepository(made, options));
}

/** Settings of every scratch: after a commit git starts no process that looks for something to pack. */
const SETTINGS = "[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n";

/** Makes a repository, and a session in it, of an empty scratch. */
export async function initRepository(made: Scratch, options: Options = {}): Promise<void> {
  await writeFile(
    path.join(made.home, "gitconfig"),
    options.identity === false
      ? "[user]\n\tuseConfigOnly = true\n"
      : `[user]\n\tname = Test Person\n\temail = person@example.com\n${SETTINGS}`,
  );
  if (options.repository === false) return;
  await made.git("init", "--quiet", "--initial-branch=main", ...(options.bare ? ["--bare"] : []));
  for (let n = 0; n < (options.commits ?? 1) && options.identity !== false; n++) {
    await made.write(n === 0 ? "README.md" : `file-${n}.txt`, `commit ${n}\n`);
    await made.git("add", "--all");
    await made.git("commit", "--quiet", "-m", `commit ${n}`);
  }
  if (options.session) await made.ok("start", ...options.session);
}

const templates = new Map<string, { readonly made: number; readonly template: Promise<Template> }>();

/** Milliseconds after which a template is made again: working time must not depend on the order of tests. */
const FRESH = 20_000;

/** Returns a copy of the template of this name, which `make` fills from an empty scratch once for many tests. */
export async function fixture(name: string, make: (s: Scratch) => Promise<unknown>): Promise<Scratch> {
  const known = templates.get(name);
  const isFresh = known !== undefined && Date.now() - known.made < FRESH;
  const entry = isFresh ? known : { made: Date.now(), template: madeTemplate(make) };
  templates.set(name, entry);
  const template = await entry.template;
  const base = await newFolder();
  onTestFinished(() => rm(base, { recursive: true, force: true, maxRetries: 3 }));
  writeTemplate(template, base);
  const made = scratchAt(base);
  for (const tree of template.workTrees) await made.at(tree).run("git", ["update-index", "--refresh"]);
  return made;
}

async function madeTemplate(make: (s: Scratch) => Promise<unknown>): Promise<Template> {
  const base = await newFolder();
  try {
    const made = scratchAt(base);
    await mkdir(made.home);
    await mkdir(made.root);
    await make(made);
    return readTemplate(base);
  } finally {
    await rm(base, { recursive: true, force: true, maxRetries: 3 });
  }
}

const newFolder = async () => realpath(await mkdtemp(path.join(testFolder(), "session-test-")));

let folder: string | undefined;

/** Returns the folder of scratches: in memory if it has room and may run programs, because each command waits for the disk. */
function testFolder(): string {
  folder ??= process.env.SESSION_TEST_FOLDER ?? (isRoomy(MEMORY) ? MEMORY : os.tmpdir());
  return folder;
}

const MEMORY = "/dev/shm";

function isRoomy(memory: string): boolean {
  const script = path.join(memory, `session-test-${process.pid}.sh`);
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize < 4 * 1024 ** 3) return false;
    writeFileSync(script, "#!/bin/sh\n", { mode: 0o700 });
    return spawnSync(script).status === 0;
  } catch {
    return false;
  } finally {
    rmSync(script, { force: true });
  }
}

function scratchAt(base: string): Scratch {
  const home = path.join(base, "home");
  return build(path.join(base, "work"), home, {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, ".config"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: path.join(home, "gitconfig"),
    GIT_TERMINAL_PROMPT: "0",
    ...LOCALE,
    NO_COLOR: "1",
  });
}

/** Variables that a process reads only once: a run with other values needs its own process. */
const LOCALE = { LC_ALL: "C.UTF-8", TZ: "UTC" } as const;

/** Commands that pass their streams to another program, or keep running. */
const PROCESSES = /^(?:run|continue|background|mcp|ui)$/;

function isProcess(args: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return (
    process.env.SESSION_TEST === "process" ||
    args.some((each) => PROCESSES.test(each)) ||
    (args.includes("verify") && args.includes("--run")) ||
    env.NODE_OPTIONS !== undefined ||
    env.FORCE_COLOR !== undefined ||
    Object.entries(LOCALE).some(([name, value]) => env[name] !== value) ||
    env.LANG !== undefined
  );
}

/** Runs the built program in this process. */
function runInside(args: readonly string[], given: Omit<Given, "exit">): Promise<Ran> {
  const { runWithin } = createRequire(import.meta.url)(path.join(path.dirname(CLI), "main.js")) as Main;
  return new Promise((resolve, reject) => {
    const end = (code: number) => resolve({ code, stdout: stdout(), stderr: stderr() });
    const { surroundings, stdout, stderr } = surroundingsOf({ ...given, exit: end });
    runWithin(surroundings, args).then(end, reject);
  });
}

function build(cwd: string, home: string, env: NodeJS.ProcessEnv, apart = false): Scratch {
  const run: Scratch["run"] = (program, args, options = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        cwd: options.cwd ?? cwd,
        env: { ...env, ...options.env },
        stdio: "pipe",
        ...(options.timeout === undefined ? {} : { timeout: options.timeout, killSignal: "SIGKILL" }),
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
  const session: Scratch["session"] = (...args) =>
    apart || isProcess(args, env) ? run(process.execPath, [CLI, ...args]) : runInside(args, { cwd, env });
  const must = async (what: string, ran: Promise<Ran>): Promise<string> => {
    const { code, stdout, stderr } = await ran;
    if (code !== 0) throw new Error(`${what} ended with ${code}\n${stderr}${stdout}`);
    return stdout;
  };
  const git: Scratch["git"] = async (...args) =>
    (await must(`git ${args.join(" ")}`, run("git", args))).replace(/\n$/, "");
  const file = (name: string) => path.resolve(cwd, name);
  const made: Scratch = {
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
    fingerprint: () => fingerprint(made),
    at: (folder) => build(path.resolve(cwd, folder), home, env, apart),
    get apart() {
      return build(cwd, home, env, true);
    },
  };
  return made;
}
