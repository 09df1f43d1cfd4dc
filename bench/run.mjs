// Times commands as whole processes against what they cannot do without: starting Node, and the git commands they ran.
// npm run bench [-- status checkpoint …] [-- --runs 20], npm run bench -- hooks | sessions | sharing | brief | large | insight; ratios of medians of one run on one machine.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { cli, environment, median, scratchFolder, timeOf } from "./support.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "15" }, missing: { type: "boolean" } },
  // What only one of the others takes is its own business.
  strict: false,
});
for (const one of ["hooks", "sessions", "sharing", "brief", "large", "insight"]) {
  if (!positionals.includes(one)) continue;
  await import(`./${one}.mjs`);
  process.exit();
}
const runs = Number(values.runs);
const base = scratchFolder();
const repo = path.join(base, "repo");
const env = environment(base);

const time = (program, args, options = {}) => timeOf(program, args, { cwd: repo, env, ...options });
const git = (...args) => execFileSync("git", args, { cwd: repo, env });
const session = (...args) => time(process.execPath, [cli, ...args]);

/** The git commands that a command ran, as git traced them, each as its arguments. */
function tracedGit(args) {
  const trace = path.join(base, "trace");
  writeFileSync(trace, "");
  time(process.execPath, [cli, ...args], { env: { ...env, GIT_TRACE2_EVENT: trace } });
  const events = readFileSync(trace, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  // Only those that the program itself started, not what git starts in turn.
  return events
    .filter((event) => event.event === "start" && !event.sid.includes("/"))
    .map((event) => event.argv.slice(1));
}

/** Commands with what makes them repeatable, and the git commands that they stand on. */
const COMMANDS = {
  "--version": { args: ["--version"], floor: () => [] },
  status: { args: ["status"] },
  "objectives add": { args: ["objectives", "add", "one more"] },
  brief: { args: ["brief"] },
  handoff: { args: ["handoff"] },
  list: { args: ["list"] },
  checkpoint: {
    args: ["checkpoint", "--allow-empty", "-m", "bench"],
    floor: () => [["commit", "--quiet", "--allow-empty", "-m", "bench"]],
  },
};

execFileSync("git", ["init", "--quiet", "--initial-branch=main", repo], { env });
git("config", "user.name", "Bench");
git("config", "user.email", "bench@example.com");
for (let n = 0; n < 20; n++) {
  writeFileSync(path.join(repo, `file-${n}.txt`), `${n}\n`);
  git("add", "--all");
  git("commit", "--quiet", "-m", `commit ${n}`);
}
session("init", "--yes", "--no-hooks");
git("add", "--all");
git("commit", "--quiet", "-m", "set up");
session("start", "work", "-o", "One", "-o", "Two");
writeFileSync(path.join(repo, "file-0.txt"), "changed\n");
session("checkpoint", "-m", "feat: one", "--decision", "Decided");
writeFileSync(path.join(repo, "file-1.txt"), "changed\n");

console.log(
  `Medians of ${runs} runs in milliseconds; node floor is "node -e 0", git floor the git commands run one by one.\n`,
);
console.log("command          session   node floor   git floor   ratio");
for (const [name, { args, floor }] of Object.entries(COMMANDS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const commands = floor ? floor() : tracedGit(args);
  const samples = { own: [], node: [], git: [] };
  for (let n = 0; n < runs; n++) {
    samples.own.push(session(...args));
    samples.node.push(time(process.execPath, ["-e", "0"]));
    samples.git.push(commands.reduce((sum, command) => sum + time("git", command), 0));
  }
  const [own, node, floorOfGit] = [samples.own, samples.node, samples.git].map(median);
  const cells = [own, node, floorOfGit].map((each) => each.toFixed(1).padStart(9));
  console.log(
    `${name.padEnd(15)}${cells[0]}${cells[1]}    ${cells[2]}    ${(own / (node + floorOfGit)).toFixed(2).padStart(7)}`,
  );
}
rmSync(base, { recursive: true, force: true });
