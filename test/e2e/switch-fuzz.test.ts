import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { seededRandom } from "../support/fuzz-model.ts";
import { repositoryState } from "../support/repository-state.ts";
import { sampledSeeds } from "../support/sampling.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");
const FAULT = path.resolve("test/support/node-faults.cjs");

/** SESSION_FUZZ_SEED and SESSION_FUZZ_STEPS run others, and longer. */
const SEEDS = sampledSeeds([1, 2, 3]);
const STEPS = Number(process.env.SESSION_FUZZ_STEPS ?? 15);

/** Random actions between two switches; git may refuse each. */
const EDITS: readonly ((n: number, file: string, other: string) => string)[] = [
  (n, file) => `echo ${n} >> '${file}'`,
  (n, file) => `printf '${n}\\r\\n\\0\\377' > '${file}'`,
  (_n, file) => `: > '${file}'`,
  (_n, file) => `rm -rf '${file}'`,
  (_n, file) => `git add -- '${file}'`,
  (_n, file) => `git add --intent-to-add -- '${file}'`,
  (_n, file) => `git rm -rq --cached -- '${file}'`,
  (_n, file, other) => `git mv -- '${file}' '${other}'`,
  (_n, file) => `chmod +x '${file}'`,
  (_n, file) => `rm -rf '${file}'; ln -s nowhere '${file}'`,
  (n, file) => `rm -rf '${file}'; mkdir -p '${file}/deep'; echo ${n} > '${file}/deep/x'`,
  (_n, file) => `git restore --staged -- '${file}'`,
  (_n, file) => `git restore -- '${file}'`,
];

const FILES = ["a.txt", "b.txt", "dir/c.txt", "dir/d.txt", "ü n.txt", "new.txt", "i.log", "dir"];

/** Work tree, index and HEAD bit by bit, without folders; the ignored file belongs to nobody. */
async function state(s: Scratch) {
  const { index, files, head } = await repositoryState(s);
  const status = (await s.run("git", ["status", "--porcelain=v2", "-z", "--untracked-files=all"])).stdout;
  const kept = files.split("\n").filter((line) => !line.includes("i.log") && !/ 4\d{4} $/.test(line));
  return { index, head, status, files: kept.join("\n") };
}

type State = Awaited<ReturnType<typeof state>>;

class World {
  readonly story: string[] = [];
  /** Returns each session's uncommitted work and objectives; undefined without uncommitted work. */
  readonly left = new Map<string, State | undefined>();
  readonly objectives = new Map<string, string>();
  count = 0;
  constructor(
    readonly s: Scratch,
    readonly random: () => number,
  ) {}
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }
  branch = () => this.s.git("branch", "--show-current");
}

/** Runs one of our commands, killed somewhere one time in so many. */
async function killed({ s, random, story }: World, oneIn: number, ...args: string[]) {
  const at = random() < 1 / oneIn ? 1 + Math.floor(random() * 60) : 0;
  story.push(`session ${args.join(" ")}${at > 0 ? ` (killed at ${at})` : ""}`);
  const env = { FAULT: "kill", FAULT_AT: String(at) };
  const ran = await s.run(process.execPath, [...(at > 0 ? ["--require", FAULT] : []), CLI, ...args], { env });
  expect(ran.stderr).not.toContain("unexpected:");
  return { at, ran };
}

/** Runs a command that has to succeed; killed, it is finished by whatever finishes it. */
async function run(world: World, ...args: string[]): Promise<void> {
  const { s } = world;
  const { at, ran } = await killed(world, 5, ...args);
  if (at === 0 || ran.code === 0) return expect(ran).toMatchObject({ code: 0 });
  const on = await world.branch();
  if (world.left.has(on)) await s.ok("resume");
}

/** Expects the stashed work to be restored completely, and nothing else. */
async function check(world: World): Promise<void> {
  const { s, left } = world;
  const on = await world.branch();
  const now = await state(s);
  const expected = left.get(on);
  if (expected) expect(now).toEqual(expected);
  else expect(now.status).toBe("");
  expect(await s.git("stash", "list", "--format=%s")).toBe("On main: the user's own");
  for (const [name, text] of world.objectives)
    expect(await readFile(path.join(s.root, ".git/sessions", name, "objectives.md"), "utf8")).toBe(text);
}

/** The next command that changes a session finishes what was killed; then all is as it was. */
async function seen(world: World, branch: string): Promise<void> {
  await world.s.ok("meta", branch, "seen", String(world.count));
  await check(world);
}

/** Of `git add --intent-to-add` only existing files are restored, each with its mode of that moment. */
async function settleIntents({ s }: World): Promise<void> {
  const names = async (...args: string[]) => (await s.run("git", args)).stdout.split("\0");
  const staged = (filter: string) =>
    names("diff", "-z", "--cached", "--name-only", "--no-renames", `--diff-filter=${filter}`);
  const removed = new Set(await staged("D"));
  const known = new Set([
    ...(await names("ls-tree", "-rz", "--name-only", "HEAD")).filter((each) => !removed.has(each)),
    ...(await staged("d")),
  ]);
  const gone = (await names("diff", "-z", "--name-only", "--diff-filter=D")).filter(
    (each) => each !== "" && !known.has(each),
  );
  const intended = (await names("diff", "-z", "--name-only", "--diff-filter=A")).filter(Boolean);
  if (gone.length + intended.length > 0)
    await s.git("update-index", "--force-remove", "--", ...gone, ...intended);
  if (intended.length > 0) await s.git("add", "--intent-to-add", "--", ...intended);
}

async function remember(world: World): Promise<string> {
  await settleIntents(world);
  const on = await world.branch();
  const now = await state(world.s);
  if (world.left.has(on)) world.left.set(on, now.status === "" ? undefined : now);
  return on;
}

async function begin(world: World): Promise<void> {
  const { s } = world;
  const from = await remember(world);
  const name = `s${++world.count}`;
  world.story.push(`session start ${name}`);
  await s.ok("start", name, "-o", `Objective ${name}`);
  // git carries changes along.
  if (world.left.has(from)) world.left.set(from, undefined);
  world.left.set(name, undefined);
  world.objectives.set(name, await s.read(`.git/sessions/${name}/objectives.md`));
  await remember(world);
}

async function change(world: World): Promise<void> {
  const { s } = world;
  for (let n = 0; n < 4; n++) {
    const command = world.pick(EDITS)(++world.count, world.pick(FILES), world.pick(FILES.slice(0, 6)));
    world.story.push(command);
    await s.run("sh", ["-c", command]);
  }
}

async function go(world: World): Promise<void> {
  const on = await remember(world);
  const others = ["main", ...world.left.keys()].filter((each) => each !== on);
  await run(
    world,
    world.pick(["switch", "switch", "resume"]),
    world.pick(others.filter((each) => each !== "main")),
  );
  await check(world);
}

async function rest(world: World): Promise<void> {
  if (!world.left.has(await remember(world))) return;
  await run(world, "pause");
  if ((await world.s.json("status")).session.state === "paused")
    expect(await world.s.git("status", "--porcelain")).toBe("");
  await run(world, "resume");
  await check(world);
}

async function commit(world: World): Promise<void> {
  const how = world.pick([
    ["git", "commit", "-qm", "staged"],
    ["git", "commit", "-qam", "tracked"],
    ["git", "reset", "-q", "--hard"],
  ]);
  world.story.push(how.join(" "));
  await world.s.run("git", how.slice(1));
}

async function home(world: World): Promise<void> {
  if (!world.left.has(await remember(world))) return;
  await run(world, "switch", "main");
  await check(world);
  await run(world, "switch", world.pick([...world.left.keys()]));
  await check(world);
}

/** Returns whether a session is listed; otherwise expects it among the deleted ones. */
async function isListed({ s, story }: World, branch: string): Promise<boolean> {
  const of = (each: { branch: string }) => each.branch === branch;
  const [listed, deleted] = [await s.json("list", "--all"), await s.json("restore")].map((each) =>
    each.filter(of),
  );
  story.push(`${branch} is ${listed.length > 0 ? "there" : "deleted"}`);
  expect(listed.length + deleted.length).toBe(1);
  return listed.length > 0;
}

/** Another session is deleted and brought back; killed or not, it comes back whole, with its unfinished work. */
async function bin(world: World): Promise<void> {
  const { s } = world;
  const on = await remember(world);
  const others = [...world.left.keys()].filter((each) => each !== on);
  if (others.length === 0) return;
  const name = world.pick(others);
  await killed(world, 2, "delete", name, "--force");
  if (!(await isListed(world, name))) {
    await killed(world, 2, "restore", name);
    if (!(await isListed(world, name))) await s.ok("restore", name);
  }
  await seen(world, name);
}

/** An undone change leaves no trace in the session or the work tree. */
async function undone(world: World): Promise<void> {
  const on = await remember(world);
  if (!world.left.has(on)) return;
  await run(world, "objectives", "add", "Not for long");
  for (const how of ["killed", "ok"]) {
    if ((await world.s.json("objectives")).length === 1) break;
    await (how === "killed" ? killed(world, 2, "undo") : world.s.ok("undo"));
  }
  await seen(world, on);
}

/**
 * The session of this branch ends, with a commit of what it may commit, is archived or cleaned up, and taken up again: the
 * files stay as they are.
 */
async function ended(world: World): Promise<void> {
  const { s } = world;
  const on = await remember(world);
  if (!world.left.has(on)) return;
  const { files } = await state(s);
  await killed(world, 3, "end");
  const after = world.pick([[], ["archive", on], ["cleanup", "--days", "0", "--force"]]);
  if (after.length > 0) await killed(world, 2, ...after);
  if (!(await isListed(world, on))) await s.ok("restore", on);
  await s.ok("resume", on);
  expect((await state(s)).files).toBe(files);
  await remember(world);
}

/** Another session is renamed, and forked: it has the one title or the other, and a fork is there whole or not at all. */
async function forked(world: World): Promise<void> {
  const { s } = world;
  const on = await remember(world);
  const name = world.pick([...world.left.keys()].filter((each) => each !== on));
  if (name === undefined) return;
  const known = async (branch: string) =>
    (await s.json("list", "--all")).find((each: { branch: string }) => each.branch === branch);
  const titles = [(await known(name)).title, `Title ${world.count}`];
  await killed(world, 2, "rename", name, `Title ${world.count}`);
  expect(titles).toContain((await known(name)).title);
  const fork = `f${++world.count}`;
  await killed(world, 2, "fork", name, fork, "--no-switch");
  if (!(await known(fork))) {
    await s.run("git", ["branch", "-D", fork]);
    await s.ok("fork", name, fork, "--no-switch");
  }
  expect((await s.json("show", fork)).objectives).toMatchObject([{ text: `Objective ${name}` }]);
  await s.ok("delete", fork, "--force");
  await s.git("branch", "-D", fork);
  await seen(world, name);
}

test.each(SEEDS)(
  "seed %i: switching at random loses no byte of work tree, index or session files",
  async (seed) => {
    const s = await scratch();
    const world = new World(s, seededRandom(seed));
    try {
      const setUp = [
        "mkdir dir; for f in a.txt b.txt dir/c.txt dir/d.txt; do seq 9 > $f; done; echo '*.log' > .gitignore",
        'git add .; git commit -qm files; echo mine > a.txt; git stash push -qm "the user\'s own"',
      ];
      expect((await s.run("sh", ["-ec", setUp.join("\n")])).code).toBe(0);
      await begin(world);
      await begin(world);
      for (let at = 0; at < STEPS; at++) {
        await change(world);
        await world.pick([go, go, go, rest, commit, home, begin, bin, undone, ended, forked])(world);
      }
      for (const name of world.left.keys()) {
        await remember(world);
        await s.ok("switch", name);
        await check(world);
      }
      await s.git("fsck", "--strict");
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${seed}: ${message}\n${world.story.join("\n")}`, { cause: error });
    }
  },
  120_000 + STEPS * 10_000,
);
