// Measures a command beside its floor, pair by pair, so that what else the machine does falls on both.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cli, environment, median } from "./support.mjs";

/** The least, the median and the most, rounded to three digits. */
export function spreadOf(values) {
  const round = (value) => Number(value.toPrecision(3));
  return { min: round(Math.min(...values)), median: round(median(values)), max: round(Math.max(...values)) };
}

/** A repository of a bench: its folder, environment, and the Node that runs session. */
export function workshop(base, repo, env, node = process.execPath) {
  const options = { cwd: repo, env };
  const ran = (program, args, more = {}) =>
    spawnSync(program, args, { ...options, ...more, stdio: ["ignore", "ignore", "pipe"] });
  const git = (...args) => {
    const { status, stderr } = ran("git", args);
    if (status !== 0) throw new Error(`git ${args.slice(0, 4).join(" ")} ended with ${status}: ${stderr}`);
  };
  const session = (...args) => {
    const { status, stderr } = ran(node, [cli, ...args]);
    if (status !== 0)
      throw new Error(`session ${args.slice(0, 4).join(" ")} ended with ${status}: ${stderr}`);
  };
  return { base, repo, env, node, options, git, session };
}

/** A workshop with a new repository. */
export function newShop(base) {
  const repo = path.join(base, "repo");
  const env = environment(base);
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repo], { env });
  writeFileSync(env.GIT_CONFIG_GLOBAL, "[user]\n\tname = Bench\n\temail = bench@example.com\n");
  return workshop(base, repo, env);
}

/** Milliseconds that a process takes. The event loop goes on meanwhile: a server of the bench has to answer. */
export function timed(program, args, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const begin = process.hrtime.bigint();
    const child = spawn(program, args, { cwd, env, stdio: "ignore" });
    child.once("error", reject);
    child.once("close", (code) => resolve({ spent: Number(process.hrtime.bigint() - begin) / 1e6, code }));
  });
}

/**
 * Times `session <args>` beside its floor and returns a row of the table.
 * `floor`: git commands as lists of arguments; without it, the commands that session itself ran, by git's trace.
 * `before` and `beforeFloor` prepare a sample and are not timed. `allowed`: exit codes that are no failure.
 */
export async function row(shop, { name, args, floor, before, beforeFloor, runs, budget, allowed = [0] }) {
  const { base, node, options } = shop;
  const own = (more = [], env = options.env) => timed(node, [...more, cli, ...args()], { ...options, env });
  const [trace, told] = [path.join(base, "trace"), path.join(base, "memory")];
  const probe = path.join(base, "probe.cjs");
  writeFileSync(
    probe,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(told)}, String(process.resourceUsage().maxRSS / 1024)));\n`,
  );
  before?.();
  rmSync(trace, { force: true });
  const { code } = await own(["--require", probe], { ...options.env, GIT_TRACE2_EVENT: trace });
  if (!allowed.includes(code)) throw new Error(`session ${args().join(" ")} ended with ${code}`);
  const ran = tracedGit(trace);
  const commands = floor ?? ran;
  const pairs = [];
  for (let n = 0; n < runs; n++) {
    before?.();
    const { spent } = await own();
    let least = (await timed(node, ["-e", "0"], options)).spent;
    beforeFloor?.();
    for (const each of commands) least += (await timed("git", each, options)).spent;
    pairs.push([spent, least]);
  }
  return {
    name,
    own: spreadOf(pairs.map(([spent]) => spent)),
    floor: spreadOf(pairs.map(([, least]) => least)),
    ratio: spreadOf(pairs.map(([spent, least]) => spent / least)),
    git: ran.length,
    memory: Math.round(Number(readFileSync(told, "utf8"))),
    ...(budget === undefined ? {} : { budget }),
  };
}

/** The git commands that a process started, each as its arguments; not those that git started in turn. */
function tracedGit(file) {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter((event) => event.event === "start" && !event.sid.includes("/"))
    .map((event) => event.argv.slice(1));
}

/** Times two programs beside each other: any two lines, of which the second is the floor. */
export async function pair(name, own, floor, { runs, before, budget, ...rest }) {
  const pairs = [];
  for (let n = 0; n < runs; n++) {
    before?.();
    const { spent, code } = await own();
    if (code !== 0) throw new Error(`${name} ended with ${code}`);
    pairs.push([spent, (await floor()).spent]);
  }
  return {
    name,
    own: spreadOf(pairs.map(([spent]) => spent)),
    floor: spreadOf(pairs.map(([, least]) => least)),
    ratio: spreadOf(pairs.map(([spent, least]) => spent / least)),
    ...(budget === undefined ? {} : { budget }),
    ...rest,
  };
}
