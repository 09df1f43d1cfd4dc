// Makes the lists of what has one file each, from the folders: a new file is in its list without another edit.
// --docs also writes the table of commands into docs/commands.md; --check fails where that table is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { globbySync } from "globby";

const DOCS = "docs/commands.md";
const LONGEST_SUMMARY = 60;

/** Lists whose files are all needed at once: each exports one value of one name. */
const LISTS = [];

/** Writes the lists, which git ignores. Throws for a command's file that does not describe its command. */
export function writeLists() {
  writeIfNew("src/cli/commands.generated.ts", commandList());
  for (const list of LISTS) writeIfNew(list.file, staticList(list));
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
  const to = (each) => `./${path.relative(path.dirname(file), each)}`;
  const found = files(folder).map((each) => ({ each, order: orderOf(readFileSync(each, "utf8")) }));
  const names = found
    .sort((a, b) => a.order - b.order)
    .map(({ each }) => ({ each, name: path.basename(each, ".ts").replaceAll("-", "_") }));
  return [
    `import type { ${type.name} } from "${to(type.file)}";`,
    ...names.map(({ each, name }) => `import { ${one} as ${name} } from "${to(each)}";`),
    `\nexport const ${all}: readonly ${type.name}[] = [${names.map(({ name }) => name).join(", ")}];`,
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

/** Evaluates a value that a file writes as a literal. */
function literal(file, pattern) {
  const [, text] = pattern.exec(readFileSync(file, "utf8")) ?? [];
  if (text === undefined) throw new Error(`${file} lacks ${pattern}`);
  return new Function(`return (${text});`)();
}

const orderOf = (text) => Number(/^ {2}order: (\d+),$/m.exec(text)?.[1] ?? 0);

const files = (folder) => globbySync(`${folder}/*.ts`).sort();

/** docs/commands.md with the table of commands as it is now. */
function docs() {
  const rows = commands().map(({ name, aliases = [], group, summary }) => {
    const names = [name, ...aliases].map((each) => `\`${each}\``).join(", ");
    return `| ${names} | ${summary} | ${group} |`;
  });
  const table = ["| command | what it does | group |", "| --- | --- | --- |", ...rows].join("\n");
  const text = readFileSync(DOCS, "utf8");
  return text.replace(
    /(<!-- commands:.*? -->\n).*?(<!-- \/commands -->)/s,
    (_, a, b) => `${a}${table}\n${b}`,
  );
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
  const made = docs();
  const isCurrent = readFileSync(DOCS, "utf8") === made;
  if (process.argv.includes("--docs")) writeFileSync(DOCS, made);
  else if (process.argv.includes("--check") && !isCurrent) {
    console.error(`${DOCS} is out of date: npm run docs`);
    process.exitCode = 1;
  }
}
