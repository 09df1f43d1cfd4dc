// Checks the English of comments and commit subjects, as far as a program can see it (CONTRIBUTING.md, "Words").
// Reads comments, not strings: what users read is checked by tests.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const MAX_COMMENT = 110;
const MAX_SUBJECT = 72;
/** Subjects are checked from the commit after this one. */
const SINCE = "103ceb9";

/** Verbs with which docstrings of exported functions begin. */
const VERBS = new Set(
  `Accepts Adds Appends Applies Archives Asks Assigns Awaits Begins Builds Caches Carries Changes Checks Commits Compares Compiles Computes Copies Counts
  Creates Deletes Describes Drops Encodes Ends Enters Escapes Fetches Finds Finishes Forgets Formats Groups Hides Holds
  Joins Keeps Leaves Lets Limits Lists Loads Locks Looks Makes Marks Matches Measures Merges Moves Names Normalizes Notes Numbers Opens Orders Parses
  Gathers Handles Passes Stops Prepares Prints Pulls Pushes Puts Reads Rebuilds Records Refuses Remembers Removes Renames Renders Reopens Replaces Reports Requires
  Chooses Converts Exports Imports Installs Plans Blames Completes Configures Decodes Expands Forks Pauses Picks Proposes Resumes Reverts Resolves Restores Returns Reverses Rewrites Runs Saves Searches Sends Sets Settles Shares Shows Skips Sorts Splits Stages
  Calls Scores Serves Starts Stashes Stores Strips Switches Takes Throws Trims Turns Undoes Updates Waits Withdraws Writes Yields`.split(
    /\s+/,
  ),
);

/** Words that name nothing, with what to write instead. */
const VAGUE = [
  [/\b(?:here|elsewhere)\b/i, "name the place: this clone, this file, another branch"],
  [/\bthere\b(?! (?:is|are|was|were|may|must|can)\b)/i, "name the place"],
  [/\b(?:one|those|the one) that\b/i, "use the noun"],
  [/\b(?:anew|whoever|whatever is|what is there)\b/i, "use the usual word"],
  [/\b(?:is|are|was|were) (?:told|said|asked)\b/i, "use the active voice, with an actor"],
];

const found = [];
const files = readdirSync("src", { recursive: true, withFileTypes: true })
  .filter((each) => each.isFile() && each.name.endsWith(".ts") && !each.name.endsWith(".generated.ts"))
  .map((each) => path.posix.join(each.parentPath.split(path.sep).join("/"), each.name))
  .sort();

for (const file of files) {
  const lines = readFileSync(file, "utf8").split("\n");
  for (const comment of commentsOf(lines)) check(file, comment);
  for (const [at, name] of undocumented(file, lines))
    found.push(`${file}:${at + 1}: the exported function ${name} has no docstring`);
}

for (const subject of subjects())
  if (subject.length > MAX_SUBJECT) found.push(`commit subject over ${MAX_SUBJECT} characters: ${subject}`);

if (found.length > 0) {
  console.error(found.join("\n"));
  process.exitCode = 1;
}

/** Returns the comments of a file: the first line from 1, the text, the lines, and the code below. */
function commentsOf(lines) {
  const comments = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    const isDoc = /^\s*\/\*\*/.test(line);
    if (!isDoc && !/^\s*\/\/ /.test(line)) continue;
    const from = at;
    if (isDoc) while (!lines[at].includes("*/")) at++;
    else while (/^\s*\/\/ /.test(lines[at + 1] ?? "")) at++;
    const own = lines.slice(from, at + 1);
    const text = own.map((each) =>
      each.replace(/^\s*(?:\/\*\*|\*\/|\*|\/\/)?\s?/, "").replace(/\*\/\s*$/, ""),
    );
    comments.push({ line: from + 1, isDoc, own, text: text.join(" ").trim(), code: lines[at + 1] ?? "" });
  }
  return comments;
}

/** Returns the exported functions without a docstring: line from 0 and name. Overloads share the first docstring. */
function undocumented(file, lines) {
  const seen = new Set();
  return lines.flatMap((line, at) => {
    const pattern =
      /^export (?:(?:async )?function\*? (\w+)|const (\w+)(?:: [^=]+)? = (?:async )?(?:<.*>)?\(.*(?:=>|\($))/;
    const [, declared, assigned] = pattern.exec(line) ?? [];
    const name = declared ?? assigned;
    if (name === undefined || seen.has(name)) return [];
    seen.add(name);
    // Every command exports `define`; src/cli/command.ts documents it.
    if (name === "define" && file.startsWith("src/commands/")) return [];
    return lines[at - 1]?.trimEnd().endsWith("*/") ? [] : [[at, name]];
  });
}

/** Checks the comments' lengths, vague words and first words. */
function check(file, { line, isDoc, own, text, code }) {
  const where = `${file}:${line}`;
  if (/biome-ignore|@ts-/.test(text)) return;
  for (const [at, each] of own.entries())
    if (each.length > MAX_COMMENT)
      found.push(`${file}:${line + at}: a comment line of ${each.length} characters`);
  const prose = text.replace(/`[^`]*`|"[^"]*"|@see \S+/g, "");
  for (const [pattern, instead] of VAGUE) {
    const match = pattern.exec(prose);
    if (match) found.push(`${where}: "${match[0]}": ${instead}`);
  }
  const clause = /^(?:What|Whether|Where|Who|Whose|How)\b/.exec(text);
  if (isDoc && clause) found.push(`${where}: begins with "${clause[0]}": use a noun or a verb`);
  if (!isDoc || !/^export (?:async )?function\b/.test(code)) return;
  const [first = ""] = text.split(/[\s:,.]/);
  if (!VERBS.has(first)) found.push(`${where}: begins with "${first}", not with a verb such as Returns`);
}

/** Returns the subjects of the newer commits, merges left out; none outside of a clone that has them. */
function subjects() {
  try {
    const options = { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
    const text = execFileSync("git", ["log", "--no-merges", "--format=%s", `${SINCE}..HEAD`], options);
    return text.split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
