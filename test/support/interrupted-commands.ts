/** A repository for interrupted commands, and the conditions after the interruption and after a repetition. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { CLI, fixture, initRepository, type Scratch } from "./scratch.ts";

/** A session with a checkpoint and a remote; another one; hooks. */
async function world(s: Scratch): Promise<void> {
  await initRepository(s);
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", path.resolve(s.root, "../remote.git"));
  await s.ok("init", "--yes");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: session");
  await s.git("push", "--quiet", "origin", "main");
  await s.ok("start", "other", "-o", "Theirs");
  await s.write("other.txt", "other\n");
  await s.ok("checkpoint", "-A", "-m", "feat: other");
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "feat", "-o", "One", "-o", "Two");
  await s.ok("note", "Remember");
  await s.write("feat.txt", "feat\n");
  await s.ok("checkpoint", "-A", "-m", "feat: feat", "--decision", "Use A");
  await s.ok("decisions", "add", "Use B");
}

export const dirty = [
  "sh -c echo changed >>README.md; echo new >new.txt; echo staged >staged.txt; git add staged.txt",
];

export interface Operation {
  /** Before the fault, in a world: commands of the program, or of the shell. */
  readonly before?: readonly string[];
  readonly args: string;
}

export const splitArguments = (line: string) => line.split(" ").map((each) => each.replaceAll("_", " "));

export async function prepareFor(operation: Operation): Promise<Scratch> {
  return fixture(`broken off ${JSON.stringify(operation)}`, async (s) => {
    await world(s);
    for (const line of operation.before ?? []) {
      if (line.startsWith("sh -c "))
        await s.run("sh", ["-ec", line.slice(6)], { env: { NODE: process.execPath, CLI } });
      else await s.session(...splitArguments(line));
    }
  });
}

/** Returns everything a command may change, by part. Random ids of commits and sessions are replaced by their texts. */
export async function repositoryParts(s: Scratch): Promise<Record<string, string>> {
  const said = async (program: string, ...args: string[]) => (await s.run(program, args)).stdout;
  const refs = await said("git", "for-each-ref", "--format=%(refname) %(tree) %(subject)");
  const parts: Record<string, string> = { HEAD: (await said("git", "symbolic-ref", "-q", "HEAD")).trim() };
  for (const line of refs.split("\n").filter(Boolean)) {
    const [name = "", tree = "", ...subject] = line.split(" ");
    if (name.startsWith("refs/heads/") || name.startsWith("refs/tags/"))
      parts[name] = `${await files(s, tree)} ${subject.join(" ")}`;
    else if (name.startsWith("refs/stash")) parts[name] = line;
  }
  for (const line of (await said("git", "ls-files", "--stage")).split("\n").filter(Boolean)) {
    const [info = "", name = ""] = line.split("\t");
    parts[`index ${name}`] = name.startsWith(".session/decision") ? "" : info;
  }
  const onDisk = await said(
    "find",
    ".",
    "-name",
    ".git",
    "-prune",
    "-o",
    "(",
    "-type",
    "f",
    "-o",
    "-type",
    "l",
    ")",
    "-print",
  );
  for (const name of onDisk.split("\n").filter(Boolean))
    parts[`file ${name}`] = name.includes("decision-log") ? "" : await s.read(name);
  return parts;
}

/** Returns the files of a tree, without the times in the decision log. */
async function files(s: Scratch, tree: string): Promise<string> {
  const listed = (await s.run("git", ["ls-tree", "-r", tree])).stdout.split("\n");
  return listed.map((each) => (each.includes("decision-log") ? "log" : each)).join(",");
}

/** Returns what the program shows of its sessions, without random ids. */
export async function shownRecord(s: Scratch): Promise<string> {
  const sessions = await s.json("list", "--all");
  const decisions = await s.json("decisions", "list", "--all");
  const told = sessions.map((each: Record<string, unknown>) =>
    JSON.stringify([each.title, each.branch, each.state, each.objectives]),
  );
  return [...told.sort(), ...decisions.map((each: { text: string }) => each.text).sort()].join("\n");
}

/** Expects every state file to be readable. */
function expectParsed(s: Scratch, what: string): void {
  const folder = path.join(s.root, ".git/sessions");
  for (const each of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!each.isFile() || each.name.startsWith(".tmp-") || each.parentPath.includes("/.tmp-")) continue;
    const text = readFileSync(path.join(each.parentPath, each.name), "utf8");
    const isJson = each.name.endsWith(".json") || each.name === ".journal" || each.name === ".lock";
    // The last line of a log may be torn while the journal has it whole.
    const lines = isJson ? [text] : each.name === "events.jsonl" ? text.trim().split("\n").slice(0, -1) : [];
    for (const line of lines) expect(() => JSON.parse(line), `${what}: ${each.name}`).not.toThrow();
  }
}

const LOCKS = "find .git ../remote.git -name '*.lock' -not -path '.git/sessions/*' -delete";

/** Output that no command may print, however it fails. */
export const NOT_FAULTS = /^ +at |TypeError|Unexpected/m;

/** Returns the names of doctor's failing checks. */
export async function doctorProblems(s: Scratch): Promise<string[]> {
  const checks = await s.json<{ name: string; state: string }[]>("doctor");
  return checks.filter((each) => each.state === "problem").map((each) => each.name);
}

export interface Ends {
  readonly state: Record<string, string>;
  readonly record: string;
  readonly problems: readonly string[];
}

export interface Broken {
  readonly operation: Operation;
  readonly before: Record<string, string>;
  readonly ends: Ends;
  /** The history of the run, printed if it fails. */
  readonly told: string;
}

/** Expects the state before or after the command, and returns which. Files of these names may differ until the next command. */
export async function expectWhole(
  s: Scratch,
  { before, ends, told }: Broken,
  mayBeTorn: RegExp,
): Promise<Record<string, string>> {
  expectParsed(s, told);
  const between = await repositoryParts(s);
  // Of an interrupted move the next command settles files and index alike.
  const isMoving = s.exists(".git/session-move.json");
  for (const name of new Set([...Object.keys(before), ...Object.keys(between)])) {
    if (mayBeTorn.test(name) || (isMoving && name.startsWith("index "))) continue;
    // Meant to be added by a commit that was not made: the next command takes that back.
    if (name.startsWith("index ") && between[name]?.includes(" e69de29")) continue;
    expect([before[name], ends.state[name]], `${told}\n${name}`).toContain(between[name]);
  }
  // As git tells people to do after a crash.
  await s.run("sh", ["-c", LOCKS]);
  const fsck = await s.run("git", ["fsck", "--strict", "--no-dangling"]);
  expect(fsck.code, `${told}\n${fsck.stderr}`).toBe(0);
  return between;
}

/** Expects the repeated command to end as without a fault, except for a file that could not be removed. */
export async function expectSameEnd(
  s: Scratch,
  { operation, before, ends, told }: Broken,
  between: Record<string, string>,
  left?: string,
): Promise<void> {
  // Done already, a checkpoint would take what is left: any command that writes finishes the record.
  const isDone =
    operation.args.startsWith("checkpoint") && JSON.stringify(between) === JSON.stringify(ends.state);
  const repeat = () => s.session(...splitArguments(isDone ? "tag @ none --remove" : operation.args));
  let again = await repeat();
  // A git that outlived the program may hold a lock for a moment.
  if (/\.lock': File exists/.test(again.stderr)) again = await repeat();
  const after = `${told}\nagain: ${again.code} ${again.stderr}`;
  expect(again.stderr, after).not.toMatch(NOT_FAULTS);
  const end = await repositoryParts(s);
  if (left !== undefined && end[`file ./${left}`] === before[`file ./${left}`]) delete end[`file ./${left}`];
  expect(end, after).toEqual(left === undefined ? ends.state : expect.objectContaining(end));
  expect(await shownRecord(s), after).toBe(ends.record);
  expect(await doctorProblems(s), after).toEqual(ends.problems);
}
