/** Every write, rename, fsync, unlink, mkdir and link of a command fails or is the last one: the old state or the new one. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { KINDS, noFaults, withFault } from "../support/faults.ts";
import { ALL } from "../support/sampled.ts";
import { begin, CLI, fixture, type Scratch } from "../support/scratch.ts";

/** A session with a checkpoint and a remote; another one; hooks. */
async function world(s: Scratch): Promise<void> {
  await begin(s);
  await s.git("config", "gc.auto", "0");
  await s.git("config", "maintenance.auto", "false");
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

const dirty = [
  "sh -c echo changed >>README.md; echo new >new.txt; echo staged >staged.txt; git add staged.txt",
];

/** Another clone changes the session, and pushes it. */
const theirs = [
  "sh -c git push -q origin feat; git clone -q ../remote.git ../two; cd ../two; git switch -q feat",
  ...["pull", "resume feat", "note Theirs", "push"].map((each) => `"$NODE" "$CLI" ${each}`),
].join("; ");

interface Operation {
  /** Before the fault, in a world: commands of the program, or of the shell. */
  readonly before?: readonly string[];
  readonly args: string;
}

const OPERATIONS: readonly Operation[] = [
  { args: "start new -o Three" },
  { before: dirty, args: "start new --from other -o Three" },
  { before: dirty, args: "checkpoint -m feat:_more --complete 1" },
  { before: dirty, args: "checkpoint -A -m feat:_more" },
  { args: "end" },
  { args: "end --merge-to main" },
  { args: "end --merge-to main --squash" },
  { args: "switch other" },
  { before: dirty, args: "switch other" },
  { before: dirty, args: "pause" },
  { before: [...dirty, "pause"], args: "resume" },
  { before: [...dirty, "switch other"], args: "switch feat" },
  { args: "fork @ copy" },
  { args: "push" },
  { before: ["push", theirs], args: "pull" },
  { before: ["push", theirs, "note Later"], args: "sync" },
  { before: ["end", "export feat --output ../out.json", "delete feat --yes"], args: "import -i ../out.json" },
  { before: ["end"], args: "archive feat" },
  { before: ["end"], args: "delete feat --yes" },
  { before: ["end", "delete feat --yes"], args: "restore feat" },
  { args: "undo" },
  { args: "rename feat Another" },
  { before: ["hooks uninstall"], args: "hooks install" },
  { args: "hooks uninstall" },
  { args: "agents install claude --project" },
  { before: ["agents install claude --project"], args: "agents uninstall claude --project" },
  { before: ["sh -c rm -rf .session; git commit -qam gone"], args: "init --yes" },
];

const words = (line: string) => line.split(" ").map((each) => each.replaceAll("_", " "));

async function prepared(operation: Operation): Promise<Scratch> {
  return fixture(`faults ${JSON.stringify(operation)}`, async (s) => {
    await world(s);
    for (const line of operation.before ?? []) {
      if (line.startsWith("sh -c "))
        await s.run("sh", ["-ec", line.slice(6)], { env: { NODE: process.execPath, CLI } });
      else await s.session(...words(line));
    }
  });
}

/** What a command may change, part by part; ids of new commits and sessions are by chance, so their words stand for them. */
async function state(s: Scratch): Promise<Record<string, string>> {
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

/** Files of a tree; the log of decisions has times in it. */
async function files(s: Scratch, tree: string): Promise<string> {
  const listed = (await s.run("git", ["ls-tree", "-r", tree])).stdout.split("\n");
  return listed.map((each) => (each.includes("decision-log") ? "log" : each)).join(",");
}

/** What the program says of its sessions, without what is by chance. */
async function record(s: Scratch): Promise<string> {
  const sessions = await s.json("list", "--all");
  const decisions = await s.json("decisions", "list", "--all");
  const told = sessions.map((each: Record<string, unknown>) =>
    JSON.stringify([each.title, each.branch, each.state, each.objectives]),
  );
  return [...told.sort(), ...decisions.map((each: { text: string }) => each.text).sort()].join("\n");
}

/** Every file of state is one that can be read. */
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

const LOCKS = "find .git ../remote.git -name '*.lock' -not -path '*/sessions/*' -delete";

const NOT_FAULTS = /^ +at |TypeError|Unexpected/m;

let struck = 0;

/** Runs an operation with a fault at the n-th change, and again without. True where there are fewer changes than that. */
async function strike(operation: Operation, at: number, ends: Ends): Promise<boolean> {
  const kind = KINDS[(at + Number(process.env.SESSION_TEST_SEED ?? 0)) % KINDS.length] ?? "EIO";
  const s = await prepared(operation);
  const before = await state(s);
  const { ran, what } = await withFault(s, words(operation.args), kind, at);
  if (what === undefined) return true;
  struck++;
  const told = `${operation.args}, ${kind} at ${at}: ${what.replaceAll(path.dirname(s.root), "")}\n${ran.stderr}`;
  expect(ran.stderr, told).not.toMatch(NOT_FAULTS);
  expectParsed(s, told);
  const between = await state(s);
  for (const name of new Set([...Object.keys(before), ...Object.keys(between)])) {
    // A file may be gone or cut off while git writes it: the next command finishes that.
    if (
      name.startsWith("file ") &&
      (kind === "before" || kind === "after" || name.startsWith("file ./.claude"))
    )
      continue;
    // Meant to be added by a commit that was not made: the next command takes that back.
    if (name.startsWith("index ") && between[name]?.includes(" e69de29")) continue;
    expect([before[name], ends.state[name]], `${told}\n${name}`).toContain(between[name]);
  }
  // As git tells people to do after a crash.
  await s.run("sh", ["-c", LOCKS]);
  const fsck = await s.run("git", ["fsck", "--strict", "--no-dangling"]);
  expect(fsck.code, `${told}\n${fsck.stderr}`).toBe(0);
  // Done already, a checkpoint would take what is left: any command that writes finishes the record.
  const isDone =
    operation.args.startsWith("checkpoint") && JSON.stringify(between) === JSON.stringify(ends.state);
  const again = await s.session(...words(isDone ? "tag @ none --remove" : operation.args));
  const after = `${told}\nagain: ${again.code} ${again.stderr}`;
  expect(again.stderr, after).not.toMatch(NOT_FAULTS);
  const end = await state(s);
  // git goes on where it cannot remove a file, and the command names it as one that is left.
  const left = /^(?:unlink|rmdir) \/work\/(?!\.git\/)(.*)$/.exec(
    what.replaceAll(path.dirname(s.root), ""),
  )?.[1];
  if (left !== undefined && end[`file ./${left}`] === before[`file ./${left}`]) delete end[`file ./${left}`];
  expect(end, after).toEqual(left === undefined ? ends.state : expect.objectContaining(end));
  expect(await record(s), after).toBe(ends.record);
  expect(await problems(s), after).toEqual(ends.problems);
  return false;
}

/** Names of the checks of doctor that find something wrong. */
async function problems(s: Scratch): Promise<string[]> {
  const checks = await s.json<{ name: string; state: string }[]>("doctor");
  return checks.filter((each) => each.state === "problem").map((each) => each.name);
}

interface Ends {
  readonly state: Record<string, string>;
  readonly record: string;
  readonly problems: readonly string[];
}

async function endsOf(operation: Operation): Promise<Ends & { count: number }> {
  const s = await prepared(operation);
  const { ran, count } = await withFault(s, words(operation.args), "EIO", 0);
  expect(ran.code, `${operation.args}: ${ran.stderr}`).toBe(0);
  expect(count, `${operation.args} changes nothing`).toBeGreaterThan(0);
  return { state: await state(s), record: await record(s), problems: await problems(s), count };
}

/** Faults of one operation: all of them, or so many from place to place. */
const MOST = process.env.SESSION_FAULT_MOST;

function places(count: number): number[] {
  const most = MOST ?? (ALL ? count : 4);
  const every = Math.max(1, Math.ceil(count / Number(most)));
  const first = 1 + (seed % every);
  return Array.from({ length: Math.ceil((count - first + 1) / every) }, (_, n) => first + n * every);
}

/** In `npm test` two operations, by the seed. */
const wanted = process.env.SESSION_FAULT_OPERATIONS;
const seed = Number(process.env.SESSION_TEST_SEED ?? 1);
const some = OPERATIONS.filter((each, at) =>
  wanted !== undefined ? each.args.includes(wanted) : ALL || (at - seed) % 14 === 0,
);

test
  .skipIf(noFaults !== undefined)
  .each(some.map((each) => [`${each.before ? "…, " : ""}${each.args}`, each] as const))(
  "%s: each change of a file fails or is the last",
  async (_name, operation) => {
    const ends = await endsOf(operation);
    const failed: string[] = [];
    for (const at of places(ends.count)) {
      const done = await strike(operation, at, ends).catch((error: Error) => {
        failed.push(error.message);
        return false;
      });
      if (done) break;
    }
    if (ALL || MOST !== undefined)
      console.log(
        `${operation.args}: ${ends.count} changes, ${struck} faults so far, ${failed.length} failed`,
      );
    if (failed.length > 0) throw new Error(failed.join("\n======\n"));
  },
  1_800_000,
);

if (noFaults !== undefined) test.skip(`no faults: ${noFaults}`, () => {});
