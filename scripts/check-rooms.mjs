// Checks the rooms of src (.session/architecture.md): floors, purity, what only one file may do, and how large folders and
// rooms are.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { FIRST_IMPURE, FLOORS } from "./floors.mjs";

/** Folders that are lists of one file a thing, and may be long. */
const LISTS = ["src/commands", "src/agents/known"];
const MAX_FILES = 20;
/** Largest part of all lines that one room may have. */
const MAX_SHARE = 1 / 8;
/** Files that belong to no room: where the program starts. */
const ROOTS = ["src/main.ts", "src/version.ts", "src/surroundings.ts"];
/** Modules of Node that pure rooms may use: they read nothing. */
const PURE_MODULES = ["node:path", "node:zlib"];

/** What only these files may do, outside of comments. */
const ONLY = [
  {
    pattern: /\bprocess\.(?:env|cwd|std(?:in|out|err))\b|\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/,
    files: ["src/surroundings.ts"],
    instead: "src/surroundings.ts has the environment, the clock and the streams of the run",
  },
  {
    pattern: /\bprocess\.exit(?:Code\b|\()/,
    files: ["src/surroundings.ts", "src/main.ts"],
    instead: "return the exit code from the command",
  },
  { pattern: /\bconsole\.\w+\(/, files: [], instead: "print with src/terminal/print.ts" },
  {
    pattern: /\b(?:spawn|spawnSync|execFile|exec)\(\s*"git"/,
    files: ["src/git/read.ts"],
    instead: "src/git/ has ask, change and talk",
  },
  { pattern: /"simple-git"\)/, files: ["src/git/write.ts"], instead: "change() goes through simple-git" },
  {
    pattern: /\b(?:GIT_TERMINAL_PROMPT|GIT_OPTIONAL_LOCKS|GIT_NO_LAZY_FETCH)\b/,
    // gh and glab, which ask-build.ts runs, start git themselves.
    files: ["src/git/environment.ts", "src/git/remote/run-remote.ts", "src/facts/ask-build.ts"],
    instead: "src/git/environment.ts builds the environment of git",
  },
  {
    pattern: /\bprocess\.(?:on|once)\(\s*"SIG/,
    files: ["src/surroundings.ts"],
    instead: "onSignals of src/surroundings.ts",
  },
];

const found = [];
const files = readdirSync("src", { recursive: true, withFileTypes: true })
  .filter((each) => each.isFile() && each.name.endsWith(".ts") && !each.name.endsWith(".generated.ts"))
  .map((each) => path.posix.join(each.parentPath.split(path.sep).join("/"), each.name))
  .sort();

/** The room of a file: the longest name of a floor that leads to it. */
function roomOf(file) {
  const below = file.slice("src/".length);
  return FLOORS.filter((room) => below.startsWith(`${room}/`)).sort((a, b) => b.length - a.length)[0];
}

const lines = new Map();
const folders = new Map();
for (const file of files) {
  const text = readFileSync(file, "utf8");
  const folder = path.posix.dirname(file);
  folders.set(folder, (folders.get(folder) ?? 0) + 1);
  for (const [at, line] of text.split("\n").entries())
    for (const { pattern, files, instead } of ONLY)
      if (pattern.test(line) && !files.includes(file) && !/^\s*(?:\/\/|\*|\/\*)/.test(line))
        found.push(`${file}:${at + 1}: ${line.trim()} (${instead})`);
  if (ROOTS.includes(file)) continue;
  const room = roomOf(file);
  if (room === undefined) {
    found.push(`${file} is in no room of scripts/floors.mjs`);
    continue;
  }
  const house = room.split("/")[0];
  lines.set(house, (lines.get(house) ?? 0) + text.split("\n").length);
  const floor = FLOORS.indexOf(room);
  const isPure = floor < FLOORS.indexOf(FIRST_IMPURE);
  for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)) {
    if (specifier.startsWith("node:") && isPure && !PURE_MODULES.includes(specifier))
      found.push(`${file} imports ${specifier}, and ${room} is pure`);
    if (!specifier.startsWith(".")) continue;
    const other = roomOf(path.posix.join(folder, specifier));
    if (other !== undefined && FLOORS.indexOf(other) > floor)
      found.push(`${file} imports ${specifier}: ${other} stands above ${room}`);
  }
}
for (const [folder, count] of folders)
  if (count > MAX_FILES && !LISTS.includes(folder))
    found.push(`${folder} has ${count} files; at most ${MAX_FILES}`);
const all = [...lines.values()].reduce((sum, each) => sum + each, 0);
for (const [house, count] of lines)
  if (count > all * MAX_SHARE) found.push(`src/${house} has ${count} of ${all} lines, more than an eighth`);

for (const each of found) console.error(each);
if (found.length > 0) process.exitCode = 1;
