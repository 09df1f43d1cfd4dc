// Times commands as whole processes beside what they cannot do without: starting Node, and git's own commands.
// npm run bench                     all parts, an hour or two on two cores; writes bench/results/last.json and docs/speed.md
// npm run bench -- --quick          small sizes and few runs, some two minutes; writes nothing
// npm run bench -- everyday hooks   these parts only; writes nothing
// Options: --runs <n>, --node 22,24 (the everyday commands with these versions as well, which npm fetches), --no-peers.
// brief asks which facts a brief holds, and needs this repository's own history.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { writeSpeedPage } from "../scripts/speed.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    quick: { type: "boolean", default: false },
    node: { type: "string" },
    "no-peers": { type: "boolean", default: false },
    missing: { type: "boolean" },
  },
});
const PARTS = ["everyday", "hooks", "peers", "sessions", "sharing", "insight", "questions", "large"];
const { quick } = values;
const isWhole = positionals.length === 0 && !quick;
const runs = Number(values.runs ?? (quick ? 3 : 15));
const skipped = [];
const skip = (line) => {
  skipped.push(line);
  console.log(`  left out: ${line}`);
};
/** Sizes are divided by `few`. */
const options = { runs, few: quick ? 50 : 1, skip };
const parts = [];

const chosen =
  positionals.length > 0 ? positionals : quick ? PARTS.filter((each) => each !== "peers") : PARTS;
for (const name of chosen) {
  if (name === "brief") {
    await import("./brief.mjs");
    continue;
  }
  if (!PARTS.includes(name)) throw new Error(`no part ${name}: ${[...PARTS, "brief"].join(", ")}`);
  if (name === "peers" && values["no-peers"]) continue;
  const { title, rows } = await import(`./${name}.mjs`);
  await part(title, rows(options));
}
for (const version of (values.node ?? "").split(",").filter(Boolean)) {
  const { title, rows } = await import("./everyday.mjs");
  const node = nodeOf(version);
  if (node) await part(`${title}, Node ${version}`, rows({ ...options, node }));
  else skip(`Node ${version}: npm did not fetch it`);
}
if (isWhole) {
  const results = {
    node: process.version,
    git: execFileSync("git", ["version"]).toString().trim(),
    system: process.platform,
    cores: os.cpus().length,
    runs,
    parts,
    skipped,
  };
  mkdirSync("bench/results", { recursive: true });
  writeFileSync("bench/results/last.json", `${JSON.stringify(results, null, 1)}\n`);
  writeSpeedPage();
  await import("./brief.mjs");
}

/** Prints the rows of a part as they come. */
async function part(title, rows) {
  console.log(`\n${title}\n`);
  console.log(line("", ["ms", "floor", "ratio", "from", "to", "git", "MB"]));
  const found = [];
  for await (const each of rows) {
    found.push(each);
    const { own, floor, ratio, git = "", memory = "", budget } = each;
    const [ms, least] = [own, floor].map(({ median }) => median.toFixed(median < 10 ? 1 : 0));
    const [median, min, max] = [ratio.median, ratio.min, ratio.max].map((value) => value.toFixed(2));
    const over = budget !== undefined && ratio.median > budget ? `  over ${budget}` : "";
    console.log(line(each.name, [ms, least, median, min, max, git, memory]) + over);
  }
  parts.push({ title, rows: found });
}

function line(name, cells) {
  return name.padEnd(58) + cells.map((each) => String(each).padStart(8)).join("");
}

/** Returns the program of another version of Node; undefined where npm does not fetch it. */
function nodeOf(version) {
  const args = ["exec", "--yes", `--package=node@${version}`, "--", "node", "-p", "process.execPath"];
  const { status, stdout } = spawnSync("npm", args, {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  return status === 0 ? stdout.trim() : undefined;
}
