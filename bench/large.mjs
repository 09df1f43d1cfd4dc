// What looking costs on 300 and on 300,000 commits with 3,000 sessions, against node and the git commands it ran.
// npm run bench -- large [--runs 5]. The two repositories have the same files.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { cli, environment, median, scratchFolder, timeOf } from "./support.mjs";

const { values } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { runs: { type: "string", default: "7" } },
});
const runs = Number(values.runs);
const base = scratchFolder();
const env = environment(base);
const FILES = 200;

async function build(name, commits, sessions) {
  const repo = path.join(base, name);
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repo], { env });
  const importer = spawn("git", ["fast-import", "--quiet"], {
    cwd: repo,
    env,
    stdio: ["pipe", "ignore", "inherit"],
  });
  const put = async (text) => {
    if (!importer.stdin.write(text)) await once(importer.stdin, "drain");
  };
  const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  for (let n = 0; n < commits; n++) {
    const file = n % FILES;
    const decided =
      n % 40 === 0
        ? `\nDecisions:\n - dec-1: Decided ${n}\n   Rationale: because\nSession-Id: k3f9qzm${String(n % 100_000).padStart(5, "0")}\n`
        : "";
    await put(
      `commit refs/heads/main\ncommitter A <a@b.example> ${1_500_000_000 + n * 600} +0000\n` +
        `${data(`feat: change ${n}\n\nSome words on change ${n}.\n${decided}`)}M 100644 inline src/m${file % 20}/f${file}.ts\n${data(`x ${n}`)}`,
    );
  }
  for (let n = 0; n < sessions; n++) {
    const id = `a${String(n).padStart(11, "0")}`;
    await put(
      `commit refs/sessions/${id}\ncommitter A <a@b.example> ${1_600_000_000 + n} +0000\n` +
        `${data(`Session ${n}\n\nSession-Id: ${id}\nSession-Branch: work/${n}\nSession-State: ended\n`)}M 100644 inline context.json\n${data("{}")}`,
    );
  }
  importer.stdin.end();
  await once(importer, "close");
  for (const args of [
    ["reset", "--quiet", "--hard"],
    ["pack-refs", "--all"],
  ])
    execFileSync("git", args, { cwd: repo, env });
  return repo;
}

const time = (cwd, program, args, more = {}) => timeOf(program, args, { cwd, env: { ...env, ...more } });

/** The git commands that a command ran, as git traced them. */
function tracedGit(repo, args) {
  const trace = path.join(base, "trace");
  writeFileSync(trace, "");
  time(repo, process.execPath, [cli, ...args], { GIT_TRACE2_EVENT: trace });
  return readFileSync(trace, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter((event) => event.event === "start" && !event.sid.includes("/"))
    .map((event) => event.argv.slice(1));
}

writeFileSync(env.GIT_CONFIG_GLOBAL, "[user]\n\tname = Bench\n\temail = bench@example.com\n");
const few = await build("few", 300, 3000);
const many = await build("many", 300_000, 3000);
console.log(`Medians of ${runs} runs in milliseconds.\n`);
console.log("command             300     300,000   ratio   of node + git floor");
for (const where of ["main", "work"]) {
  if (where === "work")
    for (const repo of [few, many]) {
      time(repo, process.execPath, [cli, "start", "work", "-o", "One"]);
      writeFileSync(path.join(repo, "src/m1/f1.ts"), "changed\n");
      time(repo, process.execPath, [cli, "checkpoint", "-m", "feat: one"]);
    }
  for (const command of ["status", "brief", "handoff"]) {
    const floor = tracedGit(many, [command]);
    const samples = { few: [], many: [], node: [], git: [] };
    for (let n = 0; n < runs; n++) {
      samples.few.push(time(few, process.execPath, [cli, command]));
      samples.many.push(time(many, process.execPath, [cli, command]));
      samples.node.push(time(many, process.execPath, ["-e", "0"]));
      samples.git.push(floor.reduce((sum, args) => sum + spentOn(many, args), 0));
    }
    const [one, other, node, git] = Object.values(samples).map(median);
    const cells = [
      one.toFixed(1).padStart(9),
      other.toFixed(1).padStart(12),
      (other / one).toFixed(2).padStart(8),
    ];
    console.log(
      `${`${command}, ${where}`.padEnd(15)}${cells.join("")}${(other / (node + git)).toFixed(2).padStart(10)}`,
    );
  }
}
rmSync(base, { recursive: true, force: true });

/** A git command by itself; one that answers with its exit code may say no. */
function spentOn(repo, args) {
  const begin = process.hrtime.bigint();
  spawnSync("git", args, { cwd: repo, env, stdio: "ignore" });
  return Number(process.hrtime.bigint() - begin) / 1e6;
}
