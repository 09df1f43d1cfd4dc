// Writes docs/speed.md from bench/results/last.json. `--check`: fails where the page is not what the results make.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";

const RESULTS = "bench/results/last.json";
const PAGE = "docs/speed.md";

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (!process.argv.includes("--check")) writeSpeedPage();
  else if (readFileSync(PAGE, "utf8") !== pageOf(resultsNow())) {
    console.error(`${PAGE} is not what ${RESULTS} makes: node scripts/speed.mjs`);
    process.exitCode = 1;
  }
}

/** Writes the page. */
export function writeSpeedPage() {
  writeFileSync(PAGE, pageOf(resultsNow()));
}

/** Returns the results of the last run; undefined where none is kept. */
function resultsNow() {
  return existsSync(RESULTS) && JSON.parse(readFileSync(RESULTS, "utf8"));
}

function pageOf(results) {
  if (!results) return `# How fast it is\n\nNo run is kept yet: \`npm run bench\` writes this page.\n`;
  const { node, git, system, cores, runs, parts, skipped } = results;
  return `# How fast it is

Made by \`npm run bench\` with \`scripts/speed.mjs\` from \`bench/results/last.json\`. \`session doctor --perf\` prints such a table
for your repository.

Each command is timed as a whole process beside its floor, in turns: the start of Node and git's own commands that the answer needs. The
ratio is the median of ${runs} such pairs (of three where the whole history is read), with the least and the most. "git" is how many git processes session
starts, "MB" the most memory of its own process. One run with Node ${node.slice(1)} and ${git} on ${cores} cores (${system}).

${parts.map(partOf).join("\n")}${skipped.length > 0 ? `\nLeft out: ${skipped.join("; ")}.\n` : ""}`;
}

function partOf({ title, rows }) {
  const shown = rows.map(({ name, own, floor, ratio, git, memory, budget }) => {
    const cells = [
      name,
      whole(own.median),
      whole(floor.median),
      ratio.median.toFixed(2),
      `${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)}`,
      budget === undefined ? "" : `${budget}${ratio.median > budget ? ", over" : ""}`,
      git ?? "",
      memory ?? "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return `## ${title}

| | ms | floor, ms | ratio | from, to | budget | git | MB |
| --- | --- | --- | --- | --- | --- | --- | --- |
${shown.join("\n")}
`;
}

function whole(value) {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
