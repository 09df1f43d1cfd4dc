// Writes docs/commands/, one page a command, from the help of the built program. --check reports pages that are out of
// date, and writes nothing.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const FOLDER = "docs/commands";
/** Commands that only hooks and scripts call: docs/commands.md has them. */
const HIDDEN = "Plumbing";

const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli.js", "help", "--all", "--json"], {
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
});
if (status !== 0) throw new Error(`help --all failed; is dist/ built (npm run build)? ${stderr}`);
const { commands, pages } = JSON.parse(stdout);

const wanted = new Map(
  commands
    .filter((each) => each.group !== HIDDEN)
    .map(({ name }) => [
      `${name}.md`,
      text(pages.filter((page) => page.name === name || page.name.startsWith(`${name} `))),
    ]),
);
const isCheck = process.argv.includes("--check");
const stale = [];
for (const name of readdirSync(FOLDER))
  if (!wanted.has(name)) update(name, () => rmSync(path.join(FOLDER, name)));
for (const [name, page] of wanted)
  if (textOf(name) !== page) update(name, () => writeFileSync(path.join(FOLDER, name), page));
if (stale.length > 0) {
  console.error(`${stale.map((name) => path.join(FOLDER, name)).join(", ")}: out of date: npm run pages`);
  process.exitCode = 1;
}

function update(name, action) {
  if (isCheck) stale.push(name);
  else action();
}

function textOf(name) {
  try {
    return readFileSync(path.join(FOLDER, name), "utf8");
  } catch {
    return undefined;
  }
}

/** Returns the page of a command with its subcommands. */
function text([page, ...children]) {
  const ofChildren = children.flatMap((each) => each.examples.map(([line]) => line));
  const examples = page.examples.filter(([line]) => !ofChildren.includes(line));
  return `${[
    `# session ${page.name}`,
    `${page.summary}.`,
    ...(page.aliases.length > 0
      ? [`Also: ${page.aliases.map((each) => `\`session ${each}\``).join(", ")}`]
      : []),
    ...body({ ...page, examples }),
    ...children.flatMap((each) => [`## session ${each.name}`, ...body(each)]),
    "Options of every command (`-C`, `--json`, `-q`, …), exit codes and JSON: [commands](../commands.md).",
  ].join("\n\n")}\n`;
}

function body({ usage, description, args, options, also, more, examples }) {
  const width = Math.max(...examples.map(([line]) => line.length));
  return [
    block([usage]),
    description,
    table([...args, ...options]),
    also.length > 0 ? `Other names: ${also.map((each) => `\`${each}\``).join(", ")}.` : "",
    ...more.flatMap(({ title, rows }) => [`${title}:`, table(rows)]),
    examples.length > 0
      ? block(examples.map(([line, what]) => (what === "" ? line : `${line.padEnd(width)}  # ${what}`)))
      : "",
  ].filter((each) => each !== "");
}

function block(lines) {
  return `\`\`\`text\n${lines.join("\n")}\n\`\`\``;
}

function table(rows) {
  if (rows.length === 0) return "";
  const cell = (words) => words.replaceAll("|", "\\|").replace(/\s+/g, " ");
  const lines = rows.map(([term, what]) => `| \`${cell(term)}\` | ${cell(what).replaceAll("<", "\\<")} |`);
  return ["| | |", "| --- | --- |", ...lines].join("\n");
}
