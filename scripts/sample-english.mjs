// Prints comments, docstrings and test names drawn at random, to judge their English without the code around them.
// Usage: node scripts/sample-english.mjs [--seed N] [--room hooks]
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
print("test names", TESTS, values.room === "" ? filesBelow("test").flatMap(testsOf) : []);

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

/** Returns the names of a file's tests as Vitest prints them: after the names of the groups around them. */
function testsOf(file) {
  const pattern = /^( *)(?:(describe|test)\b.*\(|\S*\]\)\()\s*(["'`])(.*?)\3,/gm;
  const opened = /^( *)(describe|test)\b/gm;
  const text = readFileSync(file, "utf8");
  const kinds = [...text.matchAll(opened)];
  const groups = [];
  return [...text.matchAll(pattern)].flatMap(({ 1: { length: indent }, 2: own, 4: name, index }) => {
    const kind =
      own ?? kinds.findLast((each) => each.index < index && each[1].length === indent)?.[2] ?? "test";
    while (groups.length > 0 && groups.at(-1).indent >= indent) groups.pop();
    if (kind === "describe") groups.push({ indent, name });
    const names = [...groups.map((each) => each.name), name];
    return kind === "describe" ? [] : [{ where: file, text: names.join(" > ") }];
  });
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
