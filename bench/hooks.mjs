// Times one `git commit` with hooks of several kinds, side by side: npm run bench -- hooks [--runs 20]
// Ratios to the same commit without hooks. hyperfine measures where it is on PATH. Managers come from the registry.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { cli, environment, median, scratchFolder } from "./support.mjs";

const { values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "20" } },
});
const runs = Number(values.runs);
const ROUNDS = 5;
const base = scratchFolder();
const env = environment(base);
writeFileSync(env.GIT_CONFIG_GLOBAL, "[user]\n\tname = Bench\n\temail = bench@example.com\n");

const run = (cwd, program, ...args) =>
  execFileSync(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
const session = (cwd, ...args) => run(cwd, process.execPath, cli, ...args);

/** A repository of its own for each kind, all alike. */
function repository(name, prepare = () => {}) {
  const folder = path.join(base, name);
  run(base, "git", "init", "--quiet", "--initial-branch=main", folder);
  writeFileSync(path.join(folder, "README.md"), "bench\n");
  run(folder, "git", "add", "--all");
  run(folder, "git", "commit", "--quiet", "-m", "begin");
  prepare(folder);
  return folder;
}

function hook(folder, file, text) {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
  chmodSync(path.join(folder, file), 0o755);
}

function inSession(folder) {
  session(folder, "start", "work", "-o", "One", "-o", "Two");
  session(folder, "hooks", "install");
}

/** Hook managers with a hook that does nothing, for comparison; undefined without a registry. */
function managers() {
  const args = ["install", "--prefix", path.join(base, "npm"), "--no-audit", "--no-fund", "--ignore-scripts"];
  const { status } = spawnSync("npm", [...args, "husky@9", "lefthook@2"], { stdio: "ignore" });
  return status === 0 ? path.join(base, "npm", "node_modules") : undefined;
}

const KINDS = [
  { name: "no hooks", folder: repository("plain") },
  { name: "in a session", folder: repository("session", inSession) },
  {
    name: "a decision pending",
    folder: repository("pending", inSession),
    before: (folder) => [process.execPath, cli, "-C", folder, "decisions", "add", "Decided", "--quiet"],
  },
  {
    name: "a branch without a session",
    folder: repository("outside", (folder) => {
      inSession(folder);
      run(folder, "git", "switch", "--quiet", "main");
    }),
  },
  {
    name: "a Node hook",
    folder: repository("node", (folder) =>
      hook(folder, ".git/hooks/prepare-commit-msg", `#!${process.execPath}\n`),
    ),
  },
];
const modules = managers();
if (modules) {
  KINDS.push({
    name: "husky",
    folder: repository("husky", (folder) => {
      run(folder, process.execPath, path.join(modules, "husky", "bin.js"));
      hook(folder, ".husky/prepare-commit-msg", ":\n");
    }),
  });
  KINDS.push({
    name: "lefthook",
    folder: repository("lefthook", (folder) => {
      writeFileSync(
        path.join(folder, "lefthook.yml"),
        "prepare-commit-msg:\n  commands:\n    nothing:\n      run: ':'\n",
      );
      run(folder, path.join(modules, ".bin", "lefthook"), "install");
    }),
  });
} else console.log("The registry cannot be reached: husky and lefthook are left out.\n");

const commit = (folder) => ["git", "-C", folder, "commit", "--quiet", "--allow-empty", "-m", "x"];

/** Seconds of some commits, one after the other. */
function measure({ folder, before }, count) {
  if (!hyperfine) return Array.from({ length: count }, () => measureOnce(folder, before));
  const file = path.join(base, "hyperfine.json");
  const prepare = before ? ["--prepare", quoted(before(folder))] : [];
  run(
    base,
    "hyperfine",
    "-N",
    "--warmup",
    "1",
    "--runs",
    String(count),
    "--export-json",
    file,
    ...prepare,
    quoted(commit(folder)),
  );
  return JSON.parse(readFileSync(file, "utf8")).results[0].times;
}

function measureOnce(folder, before) {
  if (before) run(base, ...before(folder));
  const begin = process.hrtime.bigint();
  run(base, ...commit(folder));
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

const quoted = (words) => words.map((word) => `'${word}'`).join(" ");
const hyperfine = spawnSync("hyperfine", ["--version"]).status === 0;
const times = new Map(KINDS.map((kind) => [kind, []]));
// In turns, so that what else the machine does falls on all alike.
for (let round = 0; round < ROUNDS; round++)
  for (const kind of KINDS) times.get(kind).push(...measure(kind, Math.max(2, Math.ceil(runs / ROUNDS))));

const plain = median(times.get(KINDS[0]));
console.log(
  `Medians of ${times.get(KINDS[0]).length} commits in milliseconds${hyperfine ? ", by hyperfine" : ""}.\n`,
);
console.log("git commit with             ms     ratio");
for (const kind of KINDS) {
  const found = median(times.get(kind));
  console.log(
    `${kind.name.padEnd(26)}${(found * 1000).toFixed(1).padStart(6)}${(found / plain).toFixed(2).padStart(8)}`,
  );
}
rmSync(base, { recursive: true, force: true });
