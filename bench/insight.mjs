// analyze and report --project over a long history made by `git fast-import`, against the `git log` that reads the same, and again
// with what was kept. npm run bench -- insight [--commits 300000] [--runs 5] [--in <folder>: the history stays there]
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { cli, environment, median, scratchFolder, timeOf } from "./support.mjs";

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "5" },
    commits: { type: "string", default: "300000" },
    in: { type: "string" },
  },
});
const runs = Number(values.runs);
const count = Number(values.commits);
const base = values.in ? path.resolve(values.in) : scratchFolder();
const repo = path.join(base, "repo");
const env = environment(base);

const TYPES = ["feat", "fix", "test", "docs", "refactor", "chore"];
const START = Math.floor(Date.now() / 1000) - count * 1800;

/** The same numbers every time; some files change far more often than others. */
let seed = 42;
const random = (below) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};
const fileOf = (n) => `${n % 5 === 0 ? "test" : "src"}/part-${n % 40}/file-${n}.ts`;
const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;

function commitOf(n) {
  const type = TYPES[random(TYPES.length)];
  const record =
    n % 10 === 0
      ? `\nSession-Objectives:\n - [x] obj-1: Part ${n}\n - [ ] obj-2: More\nDecisions:\n - dec-1: Keep it simple, ${n}\nSession-Id: ${String(n).padStart(12, "0")}\nSession-Time: 1h\n`
      : "";
  const message = `${type}: change number ${n}\n\nWhat it does and why, in a line or two of words.\n${record}`;
  const files = Array.from({ length: 1 + random(4) }, () => Math.floor(random(3000) * (random(100) / 100)));
  const changes = files.map((file) => {
    const lines = Array.from({ length: 12 }, (_, at) => `line ${at} of ${random(3)}`).join("\n");
    return `M 100644 inline ${fileOf(file)}\n${data(`${lines}\n${n}\n`)}`;
  });
  const who = `Author ${n % 50} <author-${n % 50}@example.com> ${START + n * 1800} +0100`;
  return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\n${data(message)}${changes.join("")}\n`;
}

async function history() {
  const child = spawn("git", ["fast-import", "--quiet"], {
    cwd: repo,
    env,
    stdio: ["pipe", "inherit", "inherit"],
  });
  for (let n = 0; n < count; ) {
    let text = "";
    for (const end = Math.min(count, n + 500); n < end; n++) text += commitOf(n);
    if (!child.stdin.write(text)) await new Promise((resolve) => child.stdin.once("drain", resolve));
  }
  child.stdin.end();
  await new Promise((resolve) => child.on("close", resolve));
}

const time = (program, args) => timeOf(program, args, { cwd: repo, env });

/** The most memory that a process had, in megabytes, as Linux tells it. */
async function memoryOf(args) {
  const child = spawn(process.execPath, [cli, ...args], { cwd: repo, env, stdio: "ignore" });
  let most = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      most = Math.max(most, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // It has ended, or this is no Linux.
    }
  }, 50);
  await new Promise((resolve) => child.on("close", resolve));
  clearInterval(look);
  return most / 1024;
}

const measure = (some, act) => median(Array.from({ length: some }, act));

if (!existsSync(repo)) {
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repo], { env });
  writeFileSync(path.join(base, "gitconfig"), "[user]\n\tname = Bench\n\temail = bench@example.com\n");
  await history();
}

const cache = path.join(repo, ".git", "sessions", ".cache");
const forget = () => rmSync(cache, { recursive: true, force: true });
const commands = {
  "analyze --project": ["analyze", "--project"],
  "report --project": ["report", "--project"],
};
commands["report --project, a page"] = ["report", "--project", "--format", "html"];
const scan = ["log", "-z", "--numstat", "--find-renames", "--date=raw", "--format=%H%n%P%n%aE%n%ad%n%B"];
const few = Math.min(runs, 3);
/** What is told again takes no time. */
const often = Math.max(runs, 15);

const node = measure(often, () => time(process.execPath, ["-e", "0"]));
time("git", scan);
const bare = measure(few, () => time("git", scan));

console.log(`${count} commits; medians in milliseconds, most memory in megabytes.\n`);
const row = (name, own, floor, most) =>
  console.log(
    `${name.padEnd(28)}${own.toFixed(0).padStart(8)}${floor.toFixed(0).padStart(10)}${(own / floor).toFixed(2).padStart(9)}${most.toFixed(0).padStart(9)}`,
  );
for (const [name, command] of Object.entries(commands)) {
  const first = measure(few, () => {
    forget();
    return time(process.execPath, [cli, ...command]);
  });
  const again = measure(often, () => time(process.execPath, [cli, ...command]));
  forget();
  const memory = [await memoryOf(command), await memoryOf(command)];
  console.log(`${name.padEnd(28)} session     floor    ratio   memory`);
  row("first, against git log", first, bare, memory[0]);
  row("again, against node", again, node, memory[1]);
}
if (!values.in) rmSync(base, { recursive: true, force: true });
