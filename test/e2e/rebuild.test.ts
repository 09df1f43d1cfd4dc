/** A `context.json` that is torn or gone comes back from the log, whatever was done to the session before. */
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { parseContext } from "../../src/session/context.ts";
import { parseEvents } from "../../src/session/events/events.ts";
import { rebuildFromEvents } from "../../src/session/events/rebuild.ts";
import { clonesAtWork } from "../support/clones-in-sync.ts";
import { type Scratch, scratch } from "../support/scratch.ts";
import { twoClones } from "../support/two-clones.ts";

/** Folders of the sessions of a clone, the ones put aside included. */
async function folders(s: Scratch): Promise<string[]> {
  const files = await readdir(path.join(s.root, ".git/sessions"), { recursive: true });
  return files.flatMap((each) => (path.basename(each) === "context.json" ? [path.dirname(each)] : [])).sort();
}

/** Expects that the log of each session gives its context back; returns what the log had to note for that. */
async function expectTold(s: Scratch): Promise<number> {
  let noted = 0;
  for (const folder of await folders(s)) {
    const read = (name: string) => s.read(`.git/sessions/${folder}/${name}`);
    const { tip: _tip, told: _told, ...context } = parseContext(await read("context.json")) ?? {};
    const { events } = parseEvents(await read("events.jsonl"));
    const here = JSON.parse(await read(".clone.json").catch(() => "{}"));
    expect([folder, rebuildFromEvents(events, here)]).toEqual([folder, context]);
    noted += events.filter((each) => each.type === "context.noted").length;
  }
  return noted;
}

async function withRemote(): Promise<Scratch> {
  const s = await scratch();
  const origin = path.join(s.home, "origin.git");
  await s.git("init", "--quiet", "--bare", origin);
  await s.git("remote", "add", "origin", origin);
  return s;
}

/** Runs commands one after the other, and looks at the logs after each. */
async function all(s: Scratch, commands: readonly (readonly string[])[]): Promise<number> {
  let noted = 0;
  for (const command of commands) {
    await s.ok(...command);
    noted = await expectTold(s);
  }
  return noted;
}

test("each everyday command logs its change completely, so that saving adds no correction to the log", async () => {
  const s = await withRemote();
  await s.write("a.txt", "a\n");
  const noted = await all(s, [
    ["start", "work", "-o", "One", "-o", "Two", "--tag", "t", "--meta", "k=v", "--title", "A day"],
    ["objectives", "add", "Three"],
    ["objectives", "start", "2"],
    ["objectives", "complete", "1"],
    ["objectives", "complete", "1"],
    ["objectives", "edit", "2", "Two, but better"],
    ["objectives", "drop", "3"],
    ["objectives", "reopen", "3"],
    ["blockers", "add", "Waits", "--link", "#7"],
    ["blockers", "resolve", "1", "--note", "  came\nat last "],
    ["decisions", "add", "Decided", "--rationale", "because", "--alternatives", "other"],
    ["note", "  a note \n of two lines"],
    ["verify", "npm  test", "--result", "passed"],
    ["checkpoint", "-A", "-m", "feat: a", "--label", "first", "--complete", "2", "--decision", "Another"],
    ["tag", "@", "second"],
    ["meta", "@", "issue", "42"],
    ["rename", "@", "Renamed"],
    ["share", "@"],
    ["pause"],
    ["resume"],
    ["end", "--summary", "All done"],
  ]);
  expect(noted).toBe(0);
});

test("changes without an event are added to the log: hand edits, plain commits, undo, forks, ends and restores", async () => {
  const s = await scratch();
  await s.ok("hooks", "install");
  await s.ok("start", "work", "-o", "One", "--meta", "issue=42");
  await s.ok("decisions", "add", "Kept");
  await s.write("a.txt", "a\n");
  await s.git("add", "a.txt");
  await s.git("commit", "--quiet", "-m", "plain");
  await all(s, [["note", "after a plain commit"]]);
  await s.git("commit", "--quiet", "--amend", "-m", "amended");
  await s.write(".git/sessions/work/objectives.md", "# Objectives\n- [x] obj-1: One\n- [ ] By hand\n");
  await all(s, [
    ["note", "after an edit by hand"],
    ["undo"],
    ["undo", "--redo"],
    ["decisions", "add", "Pending"],
    ["undo"],
    ["fork", "@", "forked"],
    ["note", "in the fork"],
    ["pause"],
    ["switch", "work"],
    ["end", "--no-handoff"],
    ["undo"],
    ["end", "--no-handoff"],
    ["resume", "work"],
    ["delete", "forked", "--yes"],
    ["restore", "forked"],
  ]);
  await s.git("branch", "--quiet", "-m", "work", "moved");
  await all(s, [
    ["resume"],
    ["export", "moved", "-o", "moved.json"],
    ["import", "-i", "moved.json", "--new-id"],
    ["clone", "moved", "cloned"],
    ["note", "in the clone"],
  ]);
});

test("the log rebuilds records merged from clones, from snapshots and from commits", async () => {
  const { a, b } = await clonesAtWork("--meta", "k=v");
  await a.ok("objectives", "add", "From A");
  await b.ok("decisions", "add", "From B");
  await b.ok("objectives", "add", "Also from B");
  await all(b, [["push"]]);
  await all(a, [["pull"], ["note", "after the pull"], ["sync"]]);
  await all(b, [["sync"], ["note", "of B"], ["end"], ["push", "--all"]]);
  await all(a, [["pull"]]);
});

test("the log rebuilds a record that came from commits", async () => {
  const { a, b } = await twoClones("--title", "Carried");
  await a.write("a.txt", "a\n");
  await a.ok("checkpoint", "-A", "-m", "feat: a", "--decision", "Of A");
  await a.git("push", "--quiet", "--all");
  await b.git("fetch", "--quiet");
  await b.git("switch", "--quiet", "work");
  await all(b, [["resume"], ["note", "of B"]]);
});

test.each(["{", undefined])(
  "a context.json that holds %j is rebuilt completely by the next command",
  async (torn) => {
    const s = await withRemote();
    await s.ok("start", "work", "-o", "One", "--tag", "t");
    await s.ok("decisions", "add", "Kept");
    await s.ok("share", "@");
    await s.ok("objectives", "complete", "1");
    await s.ok("fork", "@", "forked");
    await s.ok("blockers", "add", "Waits", "--link", "#7");
    await s.git("branch", "--quiet", "-m", "forked", "renamed");
    await s.ok("resume");
    await s.ok("export", "renamed", "-o", "../renamed.json");
    await s.ok("clone", "renamed", "cloned");
    await s.git("branch", "--quiet", "imported");
    await s.ok("import", "-i", "../renamed.json", "--new-id", "--branch", "imported");
    await s.ok("resume", "imported");
    for (const branch of ["work", "renamed", "cloned", "imported"]) {
      const [before, context] = [
        await s.json("show", branch),
        await s.read(`.git/sessions/${branch}/context.json`),
      ];
      const file = `.git/sessions/${branch}/context.json`;
      await (torn === undefined ? rm(path.join(s.root, file)) : s.write(file, torn));
      expect(await s.json("show", branch)).toEqual(before);
      await s.ok("switch", branch);
      await s.ok("note", "goes on");
      const { shared, author, items } = JSON.parse(context);
      expect(JSON.parse(await s.read(file))).toMatchObject({ items, ...(shared ? { shared } : {}), author });
    }
  },
);
