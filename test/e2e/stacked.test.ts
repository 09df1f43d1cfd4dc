/** Sessions that stand on each other's branches, before and after the lower one was merged. */
import { expect, test } from "vitest";
import type { OpenSession } from "../../src/ui/overview.ts";
import { type Scratch, scratch } from "../support/scratch.ts";
import { startUi } from "../support/ui-server.ts";

async function commit(s: Scratch, name: string) {
  await s.write(`${name}.txt`, `${name}\n`);
  await s.ok("checkpoint", "-A", "-m", `feat: ${name}`);
}

/** main ← low ← high, each with commits of its own, and a main that moved on. */
async function stack(): Promise<Scratch> {
  const s = await scratch();
  await s.ok("start", "low", "-o", "One");
  await commit(s, "low-1");
  await commit(s, "low-2");
  await s.ok("start", "high", "-o", "Two");
  await commit(s, "high-1");
  await s.git("switch", "--quiet", "main");
  await s.write("main.txt", "meanwhile\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: meanwhile");
  await s.git("switch", "--quiet", "low");
  return s;
}

test("status, list and pr show parent and child", async () => {
  const s = await stack();
  expect((await s.json("status")).children).toMatchObject([{ branch: "high", state: "active" }]);
  expect(await s.ok("status")).toContain("high is stacked on this: High, active");
  expect(await s.ok("pr")).toMatch(/Stacked on this branch: `high` \(High\)\./);
  const tree = await s.json("list", "--tree");
  expect(tree.map((each: { branch: string; depth: number }) => [each.branch, each.depth])).toEqual([
    ["low", 0],
    ["high", 1],
  ]);
  await s.git("switch", "--quiet", "high");
  expect((await s.json("status")).parent).toMatchObject({ branch: "low", state: "active" });
  const request = await s.json("pr");
  expect(request).toMatchObject({ base: "low", parent: { branch: "low" }, children: [] });
  expect(request.body).toContain("Stacked on `low` (Low, active): merge that first.");
  expect((await s.json("status")).warnings.join("\n")).not.toContain("rebase");
});

/** Squashes a branch into main as a forge does. */
async function squashed(s: Scratch, branch = "low") {
  const bodies = await s.git("log", "--reverse", "--format=* %B", `main..${branch}`);
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--squash", branch);
  await s.git("commit", "--quiet", "-m", `One (#7)\n\n${bodies}`);
}

/** Ways to merge the lower session. */
const MERGES: Record<string, (s: Scratch) => Promise<unknown>> = {
  "a squash": (s) => s.ok("end", "--merge-to", "main", "--squash"),
  "a merge commit": (s) => s.ok("end", "--merge-to", "main", "--no-ff"),
  "a squash that deletes the branch": (s) => s.ok("end", "--merge-to", "main", "--squash", "--delete-branch"),
  "a merge by git, then the end": async (s) => {
    await s.git("switch", "--quiet", "main");
    await s.git("merge", "--quiet", "--no-edit", "low");
    await s.git("switch", "--quiet", "low");
    await s.ok("end");
  },
  "a forge's squash, then the end": async (s) => {
    await squashed(s);
    await s.git("switch", "--quiet", "low");
    await s.ok("end");
  },
  "a merge by git, while its session goes on": async (s) => {
    await s.git("switch", "--quiet", "main");
    await s.git("merge", "--quiet", "--no-edit", "low");
  },
  "a forge's squash, while its session goes on": (s) => squashed(s),
};

test.each(Object.keys(MERGES))("after %s the printed command rebases the child, once", async (name) => {
  const s = await stack();
  await MERGES[name]?.(s);
  await s.git("switch", "--quiet", "high");
  const warned = (await s.json("status")).warnings.join("\n");
  const [, command = ""] =
    /low was merged into main\.\nhint: (git rebase --onto \S+ \S+ \S+)$/m.exec(warned) ?? [];
  expect(command).not.toBe("");
  const brief = await s.ok("brief");
  expect(brief).toContain(command);
  expect(brief).not.toContain("--merge-to low");
  expect((await s.json("pr")).body).not.toContain("merge that first");
  const [program = "", ...args] = command.split(" ");
  expect(await s.run(program, args)).toMatchObject({ code: 0 });
  expect(await s.git("log", "--format=%s", "main..high")).toBe("feat: high-1");
  expect(await s.git("diff", "--name-only", "main", "high")).toContain("high-1.txt");
  expect(await s.git("merge-base", "main", "high")).toBe(await s.git("rev-parse", "main"));
  expect((await s.json("status")).warnings.join("\n")).not.toContain("rebase");
  // The child's work is now measured against main, and goes there.
  expect((await s.json("status")).session.drift).toBe("1 commit ahead of main");
  expect(await s.ok("brief")).toContain("`session end --merge-to main`");
  const request = await s.json("pr");
  expect(request).toMatchObject({ base: "main", children: [] });
  expect(request.parent).toBeUndefined();
  expect(request.body).not.toContain("low-1");
  expect(await s.json("stats")).toMatchObject({ files: 1, added: 1 });
  // main moving on is no reason to say it again.
  await s.git("switch", "--quiet", "main");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: later");
  await s.git("switch", "--quiet", "high");
  expect((await s.json("status")).warnings.join("\n")).not.toContain("rebase");
});

test("end of the parent names each child with its command, also one in its own worktree", async () => {
  const s = await stack();
  await s.git("worktree", "add", "--quiet", "../apart", "high");
  const ended = await s.json("end", "--merge-to", "main", "--squash");
  const apart = s.at("../apart");
  const upstream = (await s.git("rev-parse", "high~1")).slice(0, 12);
  expect(ended.children).toMatchObject([
    { branch: "high", onto: "main", command: `git -C ${apart.root} rebase --onto main ${upstream}` },
  ]);
  const [program = "", ...args] = ended.children[0].command.split(" ");
  expect(await s.run(program, args)).toMatchObject({ code: 0 });
  expect(await s.git("log", "--format=%s", "main..high")).toBe("feat: high-1");
});

test("end prints no rebase after a fast-forward, or without a merge", async () => {
  const s = await stack();
  await s.git("rebase", "--quiet", "main");
  await s.git("switch", "--quiet", "high");
  await s.git("rebase", "--quiet", "low");
  await s.git("switch", "--quiet", "low");
  expect((await s.json("end", "--merge-to", "main", "--ff-only")).children).toEqual([]);
  const other = await stack();
  expect((await other.json("end")).children).toEqual([]);
  await other.git("switch", "--quiet", "high");
  expect((await other.json("status")).warnings.join("\n")).not.toContain("rebase");
});

test("ui draws the tree, and pages of parent and child show each other and the command", async () => {
  const s = await stack();
  await s.ok("start", "alone", "--from", "main");
  const idOf = async (name: string): Promise<string> => (await s.json("show", name)).session.id;
  const [low, high] = [await idOf("low"), await idOf("high")];
  const data = await s.json("ui", "--terminal");
  expect(
    data.sessions.open.map(({ branch, depth, childOf }: OpenSession) => [branch, depth, childOf?.id]),
  ).toEqual([
    ["alone", 0, undefined],
    ["low", 0, undefined],
    ["high", 1, low],
  ]);
  expect(await s.ok("ui", "--terminal")).toMatch(/^Low\tlow\t.*\n└ High\thigh\t/m);
  const ui = await startUi(s);
  const page = async (id: string) => (await ui.ask(`session?id=${id}`)).text;
  expect((await ui.ask("")).text).toMatch(
    new RegExp(
      `id="s-${low}" class="card">[^]*id="s-${high}" class="card below-1">[^]*child of <a [^>]*${low}`,
    ),
  );
  expect(await page(high)).toMatch(new RegExp(`Child of <a href="session\\?id=${low}">Low</a>.*, active`));
  expect(await page(low)).toMatch(new RegExp(`Parent of <a href="session\\?id=${high}">High</a>.*, active`));
  expect((await page(low)) + (await page(high))).not.toContain("git rebase");
  await s.git("switch", "--quiet", "low");
  const ended = await s.json("end", "--merge-to", "main", "--squash");
  const { command } = ended.children[0];
  // Whether or not a worktree has its branch.
  for (const where of ["main", "high"]) {
    await s.git("switch", "--quiet", where);
    expect(await page(high), where).toContain(`low was merged into main. <code>${command}</code>`);
    expect(await page(high), where).toMatch(/Child of <a [^>]*>Low<\/a>.*, ended/);
    expect(await page(low), where).toContain(`<code>${command}</code>`);
  }
  expect((await ui.ask("")).text).toMatch(/child of <a [^>]*>Low<\/a>, ended/);
  await s.git("rebase", "--quiet", ...command.split(" ").slice(2));
  expect((await page(low)) + (await page(high))).not.toContain("git rebase");
});

test("no rebase is suggested if only a part of the parent was squashed, or the parent works on main", async () => {
  const s = await stack();
  await s.git("branch", "part", "low~1");
  await squashed(s, "part");
  await s.git("switch", "--quiet", "high");
  expect((await s.json("status")).warnings.join("\n")).not.toContain("rebase");
  const other = await scratch();
  await other.ok("start", "main");
  await commit(other, "one");
  await other.ok("fork", "main", "feature/x");
  await commit(other, "two");
  await other.git("switch", "--quiet", "main");
  await commit(other, "three");
  await other.git("switch", "--quiet", "feature/x");
  expect((await other.json("status")).parent).toMatchObject({ branch: "main", state: "active" });
  expect((await other.json("status")).warnings.join("\n")).not.toContain("rebase");
});

test("a base that was renamed is followed to the default branch", async () => {
  const s = await scratch();
  await s.git("branch", "--move", "main", "master");
  await s.ok("start", "work", "-o", "One");
  await commit(s, "own");
  await s.ok("objectives", "done", "1");
  await s.git("branch", "--move", "master", "main");
  const { session, next } = await s.json("status");
  expect(session.drift).toBe("1 commit ahead of main");
  expect(next).toEqual([{ what: "every objective is done", command: "session end --merge-to main" }]);
});
