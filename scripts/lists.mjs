// Makes the lists of what has one file each, from the folders: a new file is in its list without another edit.
// --docs also writes their tables into docs/ and the picture of the rooms; --check fails if one of these is out of date.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { LAYERS } from "./floors.mjs";

const LONGEST_SUMMARY = 60;

/** Lists whose files are all needed at once: each exports one value of one name. */
const LISTS = [
  {
    folder: "src/agents/known",
    file: "src/agents/catalog/agents.generated.ts",
    one: "agent",
    all: "AGENTS",
    type: { name: "Agent", file: "src/agents/shapes/agent.ts" },
  },
  {
    folder: "src/transfer/importers",
    file: "src/transfer/importers.generated.ts",
    one: "importer",
    all: "IMPORTERS",
    type: { name: "Importer", file: "src/transfer/portable/importer.ts" },
  },
  {
    folder: "src/doctor/checks",
    file: "src/doctor/checks.generated.ts",
    one: "check",
    all: "CHECKS",
    type: { name: "Check", file: "src/doctor/check.ts" },
  },
  {
    folder: "src/mcp/tools",
    file: "src/mcp/tools.generated.ts",
    one: "tool",
    all: "TOOLS",
    type: { name: "ListedTool", file: "src/mcp/tool.ts" },
  },
];

/** Writes the lists, which git ignores. Throws for a command's file that does not describe its command. */
export function writeLists() {
  const lists = new Map(LISTS.map((list) => [list.file, staticList(list)]));
  lists.set("src/cli/commands.generated.ts", commandList());
  for (const [file, text] of lists) writeIfNew(file, text);
  // What an earlier version of this script wrote would still be compiled.
  for (const file of files("src", { recursive: true }))
    if (file.endsWith(".generated.ts") && !lists.has(file)) rmSync(file);
}

/** The list of commands has what help and completion need, and loads no command. */
function commandList() {
  const rows = commands().map(({ description: _, examples: __, order: ___, ...row }) => {
    const text = JSON.stringify(row).slice(0, -1);
    return `  ${text},"load":()=>import("../commands/${row.name}.ts")},`;
  });
  return [
    'import type { Entry } from "./command.ts";\n',
    `export const COMMANDS: readonly Entry[] = [\n${rows.join("\n")}\n];`,
  ].join("\n");
}

function staticList({ file, folder, one, all, type }) {
  const to = (each) => path.relative(path.dirname(file), each).replace(/^(?!\.)/, "./");
  const found = ordered(folder).map((each) => [
    each,
    `${one}_${path.basename(each, ".ts").replaceAll("-", "_")}`,
  ]);
  return [
    `import type { ${type.name} } from "${to(type.file)}";`,
    ...found.map(([each, name]) => `import { ${one} as ${name} } from "${to(each)}";`),
    `\nexport const ${all}: readonly ${type.name}[] = [${found.map(([, name]) => name).join(", ")}];`,
  ].join("\n");
}

/** Every command as its file describes it, in the order of the help. */
function commands() {
  const groups = literal("src/cli/command.ts", /^const GROUPS = (\[.*?^\]) as const;/ms);
  const found = files("src/commands").map((file) => {
    const about = literal(file, /^export const about: About = (\{.*?^\});/ms);
    if (about.name !== path.basename(file, ".ts")) throw new Error(`${file} describes ${about.name}`);
    if (about.summary.length > LONGEST_SUMMARY)
      throw new Error(`${file}: the summary has more than ${LONGEST_SUMMARY} characters`);
    return about;
  });
  const names = found.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`two commands have the name ${twice}`);
  return found.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || a.order - b.order);
}

/** The rooms of src as boxes, a layer each, the lowest at the bottom. */
function roomPicture() {
  const width = 92;
  const layers = LAYERS.toReversed().map(({ name, rooms }) => {
    const lines = [""];
    for (const room of rooms.toReversed()) {
      if (`${lines.at(-1)}  ${room}`.length > width) lines.push("");
      lines.push(`${lines.pop()}  ${room}`);
    }
    return [
      `┌─ ${name} ${"─".repeat(width - name.length - 2)}┐`,
      ...lines.map((line) => `│${line.padEnd(width + 1)}│`),
    ];
  });
  const foot = `└${"─".repeat(width + 1)}┘`;
  const arrow = `${" ".repeat(width / 2)}↓ imports`;
  return [
    "```text",
    ...layers.flatMap((lines, at) => [...(at > 0 ? [arrow] : []), ...lines, foot]),
    "```",
  ].join("\n");
}

/** Evaluates a value that a file writes as a literal. */
function literal(file, pattern) {
  const [, text] = pattern.exec(readFileSync(file, "utf8")) ?? [];
  if (text === undefined) throw new Error(`${file} lacks ${pattern}`);
  return new Function(`return (${text});`)();
}

/** The files of a folder by the `order` in each. */
function ordered(folder) {
  return files(folder)
    .map((file) => ({ file, order: literal(file, /^ {2}order: (\d+),$/m) }))
    .sort((a, b) => a.order - b.order)
    .map(({ file }) => file);
}

function files(folder, options = {}) {
  const names = readdirSync(folder, options).filter((name) => name.endsWith(".ts"));
  return names.sort().map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/")));
}

/** Tables and the picture in the docs, between comments with their names. */
const TABLES = [
  { file: "docs/commands.md", name: "commands", head: "command | what it does | group", rows: commandRows },
  { file: "docs/commands.md", name: "importers", head: "from | what is read", rows: importerRows },
  { file: "docs/agents.md", name: "agents", head: "name | agent | programs", rows: agentRows },
  { file: "docs/mcp.md", name: "tools", head: "tool | what it does | writes", rows: toolRows },
  { file: ".session/architecture.md", name: "rooms", picture: roomPicture },
];

function commandRows() {
  return commands().map(({ name, aliases = [], group, summary }) => {
    const names = [name, ...aliases].map((each) => `\`${each}\``).join(", ");
    return `${names} | ${summary} | ${group}`;
  });
}

function toolRows() {
  return ordered("src/mcp/tools").map((file) => {
    const writes = said(file, "does") === "looks" ? "" : "yes";
    return `\`${said(file, "name")}\` | ${said(file, "description")} | ${writes}`;
  });
}

function agentRows() {
  return ordered("src/agents/known").map((file) => {
    const programs = literal(file, /^ {2}programs: (\[.*?\]),$/ms)
      .map((each) => `\`${each}\``)
      .join(", ");
    return `\`${said(file, "name")}\` | ${said(file, "label")} | ${programs}`;
  });
}

function importerRows() {
  return ordered("src/transfer/importers").map((file) => `${said(file, "label")} | ${said(file, "reads")}`);
}

/** The text that a file gives a property of what it exports. */
const said = (file, key) => new RegExp(`^ {2}${key}:\\s+"(.*)",$`, "m").exec(readFileSync(file, "utf8"))?.[1];

/** The text of a page with its table or picture as it is now. */
function withTable({ file, name, head, rows, picture }) {
  const table = picture?.() ?? tableOf(head, rows());
  const place = new RegExp(`(<!-- ${name}:.*? -->\n).*?(<!-- /${name} -->)`, "s");
  return readFileSync(file, "utf8").replace(place, (_, begin, end) => `${begin}${table}\n${end}`);
}

function tableOf(head, rows) {
  const line = head.replaceAll(/[^|]+/g, " --- ").trim();
  return [head, line, ...rows].map((each) => `| ${each} |`.replace("|  |", "| |")).join("\n");
}

function writeIfNew(file, text) {
  const whole = `// Made by scripts/lists.mjs.\n${text}\n`;
  let before;
  try {
    before = readFileSync(file, "utf8");
  } catch {
    // The first time.
  }
  if (before !== whole) writeFileSync(file, whole);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeLists();
  for (const table of TABLES) {
    const { file } = table;
    const text = withTable(table);
    if (process.argv.includes("--docs")) writeFileSync(file, text);
    else if (process.argv.includes("--check") && readFileSync(file, "utf8") !== text) {
      console.error(`${file} is out of date: npm run docs`);
      process.exitCode = 1;
    }
  }
}
