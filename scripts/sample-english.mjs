// Prints comments, docstrings and test names drawn at random, to judge their English without the code around them.
// Usage: node scripts/sample-english.mjs [--seed N] [--room hooks]
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

const COMMENTS = 60;
const DOCSTRINGS = 30;
const TESTS = 30;

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, room: { type: "string", default: "" } },
});
let state = Number(values.seed) >>> 0;

const sources = filesBelow(path.join("src", values.room));
const comments = sources.flatMap(commentsOf);
print("comments", COMMENTS, comments);
print(
  "docstrings",
  DOCSTRINGS,
  comments.filter((each) => each.isDocstring),
);
print("test names", TESTS, values.room === "" ? testNames() : []);

/** Returns TypeScript files below a folder, in order; generated ones are left out. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && each.name.endsWith(".ts") && !each.name.endsWith(".generated.ts"))
    .map((each) => path.join(each.parentPath, each.name))
    .sort();
}

/** Returns the comments of a file; a docstring stands above an export. */
function commentsOf(file) {
  const text = readFileSync(file, "utf8");
  const pattern = /^[ \t]*(\/\*\*[\s\S]*?\*\/|\/\/ .*(?:\n[ \t]*\/\/ .*)*)(?:\n([^\n]*))?/gm;
  return [...text.matchAll(pattern)].map(({ 1: comment, 2: code = "", index }) => ({
    where: `${file}:${text.slice(0, index).split("\n").length}`,
    text: comment
      .replace(/^[ \t]*(?:\/\*\*|\*\/|\*|\/\/)[ \t]?|\*\/$/gm, "")
      .replace(/\s+/g, " ")
      .trim(),
    isDocstring: comment.startsWith("/**") && code.startsWith("export "),
    code: code.trim(),
  }));
}

/** Returns the names of all tests as Vitest prints them: with their groups, and with the values of each row. */
function testNames() {
  const options = { encoding: "utf8", maxBuffer: 2 ** 26, shell: process.platform === "win32" };
  const listed = execFileSync("npx", ["vitest", "list", "--json"], options);
  return JSON.parse(listed.slice(listed.indexOf("[\n")))
    .map(({ name, file }) => ({ text: name, where: path.relative(".", file) }))
    .sort((one, other) => (one.where + one.text < other.where + other.text ? -1 : 1));
}

/** Prints a number of entries drawn at random, each once. */
function print(name, count, entries) {
  const left = [...entries];
  console.log(`\n${name}: ${Math.min(count, left.length)} of ${left.length}, seed ${values.seed}`);
  for (let n = 0; n < count && left.length > 0; n++) {
    const [entry] = left.splice(random(left.length), 1);
    console.log(`${n + 1}. ${entry.text}\n   ${entry.where}${entry.isDocstring ? `  ${entry.code}` : ""}`);
  }
}

/** Returns a whole number below `limit`: mulberry32, so that a seed always draws the same. */
function random(limit) {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
}
