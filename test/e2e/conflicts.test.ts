/** Conflicts before they happen, as plain `git merge` has them. */
import { expect, test } from "vitest";
import type { Conflicts } from "../../src/views/shapes/conflicts.ts";
import { connectClient } from "../support/mcp-client.ts";
import { projectHistory } from "../support/project-history.ts";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

/** A session from main that writes these files. */
async function session(s: Scratch, branch: string, files: Readonly<Record<string, string>>) {
  await s.git("switch", "--quiet", "main");
  await s.ok("start", branch, "--title", `Title of ${branch}`, "--new");
  for (const [file, text] of Object.entries(files)) await s.write(file, text);
  await s.ok("checkpoint", "-A", "-m", `feat: ${branch}`);
}

const pairsOf = ({ conflicts }: Conflicts) =>
  Object.fromEntries(
    conflicts.map(({ one, other, files }) => [
      [one.branch, other.branch].sort().join(" "),
      files.map((each) => each.path),
    ]),
  );

/** Files in which `git merge` of each two branches conflicts, worked out in a clone. */
async function merged(s: Scratch, branches: readonly string[]) {
  await s.git("clone", "--quiet", ".", "../clone");
  const clone = s.at("../clone");
  const pairs = branches.flatMap((one, at) => branches.slice(at + 1).map((other) => [one, other].sort()));
  const found: Record<string, string[]> = {};
  for (const [one = "", other = ""] of pairs) {
    await clone.git("switch", "--quiet", "--detach", `origin/${one}`);
    await clone.run("git", ["merge", "--quiet", "--no-edit", `origin/${other}`]);
    const files = (await clone.git("diff", "--name-only", "--diff-filter=U")).split("\n").filter(Boolean);
    if (files.length > 0) found[`${one} ${other}`] = files.sort();
    await clone.git("reset", "--quiet", "--hard");
  }
  return found;
}

test("conflicts names each pair of conflicting branches with their files, and changes nothing", async () => {
  const s = await scratch();
  expect(await s.ok("conflicts")).toBe("no conflicts  1 branch, 0 pairs\n");
  await s.write("a.txt", "a\n");
  await s.write("b.txt", "b\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: files");
  await session(s, "fix/a", { "a.txt": "fix a\n", "new.txt": "one\n" });
  await session(s, "fix/b", { "b.txt": "fix b\n" });
  await s.ok("pause");
  await session(s, "fix/both", { "a.txt": "both a\n", "b.txt": "both b\n", "new.txt": "two\n" });
  await session(s, "fix/ended", { "a.txt": "ended\n" });
  await s.ok("end");
  await session(s, "fix/gone", { "a.txt": "gone\n" });
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "--quiet", "-D", "fix/gone");
  await s.write("b.txt", "main b\n");
  await s.git("commit", "--quiet", "--all", "-m", "chore: main moved on");

  const before = await s.fingerprint();
  const conflicts = await s.json<Conflicts>("conflicts");
  expect(conflicts.branches.map((each) => each.branch).sort()).toEqual([
    "fix/a",
    "fix/b",
    "fix/both",
    "main",
  ]);
  expect(conflicts.branches.find((each) => each.branch === "fix/b")?.session?.state).toBe("paused");
  expect(conflicts.pairs).toBe(6);
  expect(pairsOf(conflicts)).toEqual(await merged(s, ["fix/a", "fix/b", "fix/both", "main"]));
  expect(pairsOf(conflicts)).toEqual({
    "fix/a fix/both": ["a.txt", "new.txt"],
    "fix/b fix/both": ["b.txt"],
    "fix/b main": ["b.txt"],
    "fix/both main": ["b.txt"],
  });
  const screen = await s.ok("conflicts");
  expect(screen).toMatch(
    /fix\/a and fix\/both would conflict\n {2}C a\.txt {2}line 1 ↔ 1 {2}both since .*\n {6}fix\/a: Test Person in \w{8}, .*\n {6}fix\/both: Test Person in .*\n {2}C new\.txt {2}line 1 ↔ 1 .*\n.*\n.*\n {2}fix\/a: Title of fix\/a · active/,
  );
  expect(screen).toMatch(/main: default branch/);
  expect(screen).toMatch(/4 conflicts {2}4 branches, 6 pairs\n$/);
  expect(await s.fingerprint()).toBe(before);

  await s.git("switch", "--quiet", "--orphan", "fix/apart");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: apart");
  await s.ok("start");
  expect(await s.ok("conflicts")).toMatch(/fix\/apart and main share no history/);
});

test("conflicts includes uncommitted changes of worktrees by line, and caches the answer", async () => {
  const s = await scratch();
  const lines = Array.from({ length: 40 }, (_, at) => `line ${at + 1}`);
  const text = (changes: Readonly<Record<number, string>>) =>
    `${lines.map((each, at) => changes[at + 1] ?? each).join("\n")}\n`;
  await s.write("a.txt", text({}));
  await s.write("gone.txt", "a\nb\nc\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: files");
  await session(s, "fix/crash", {
    "a.txt": text({ 2: "added\nabove", 10: "ten", 30: "thirty\nand more" }),
    "gone.txt": "a\nb\nd\n",
  });
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "fix/tree", "--new", "--worktree");
  const tree = s.at((await s.json("status", "--all")).worktrees[1].path);
  expect(await s.ok("conflicts")).toMatch(/^no conflicts {2}3 branches/);

  await tree.write("a.txt", text({ 10: "TEN", 20: "twenty", 31: "THIRTY" }));
  await tree.git("rm", "--quiet", "gone.txt");
  await tree.write("new/untracked.txt", "new\n");
  const before = await tree.fingerprint();
  const found = await s.json<Conflicts>("conflicts");
  expect(found.branches.map((each) => [each.branch, each.uncommitted])).toEqual([
    ["fix/crash", 0],
    ["fix/tree", 3],
    ["main", 0],
  ]);
  expect(found.conflicts).toMatchObject([
    {
      one: { branch: "fix/crash" },
      other: { branch: "fix/tree", worktree: tree.root },
      files: [
        {
          path: "a.txt",
          kind: "changed",
          hunks: [
            { one: [11, 11], other: [10, 10] },
            { one: [31, 33], other: [30, 31] },
          ],
          one: { who: "Test Person" },
          other: { who: null, commit: null },
        },
        { path: "gone.txt", kind: "removed by other", hunks: [] },
      ],
    },
  ]);
  expect(found.conflicts[0]?.since).toMatch(/^2/);
  expect(await s.ok("conflicts")).toMatch(
    /fix\/tree: not committed, .*\n[\s\S]*fix\/tree: .* · 3 files not committed/,
  );
  expect(await tree.fingerprint()).toBe(before);

  // The second look merges nothing.
  const env = { GIT_TRACE: s.at("trace").root };
  await s.run(process.execPath, [CLI, "conflicts"], { env });
  expect(await s.read("trace")).not.toMatch(/ merge-tree .*--stdin.*\n[\s\S]* log .*--left-right/);
  await tree.write("a.txt", text({ 20: "twenty" }));
  expect((await s.json<Conflicts>("conflicts")).conflicts[0]?.files.map((each) => each.path)).toEqual([
    "gone.txt",
  ]);
  await tree.git("reset", "--quiet", "--hard");
  expect(await s.ok("conflicts")).toMatch(/^no conflicts/);
});

test("conflicts includes sessions of a remote on request", async () => {
  const s = await scratch();
  await s.git("clone", "--quiet", "--bare", ".", "../up.git");
  await s.git("remote", "add", "origin", "../up.git");
  await s.git("clone", "--quiet", "../up.git", "../theirs");
  const theirs = s.at("../theirs");
  await session(theirs, "fix/theirs", { "a.txt": "theirs\n" });
  await theirs.git("push", "--quiet", "origin", "fix/theirs");
  await s.git("fetch", "--quiet", "origin");
  await session(s, "fix/ours", { "a.txt": "ours\n" });
  expect(await s.ok("conflicts")).toMatch(/^no conflicts {2}2 branches/);
  const { conflicts } = await s.json<Conflicts>("conflicts", "--remotes");
  expect(conflicts).toMatchObject([
    {
      one: { branch: "fix/ours" },
      other: { branch: "fix/theirs", remote: "origin" },
      files: [{ kind: "added" }],
    },
  ]);
});

test("checkpoint, brief and status --all name a conflict while it exists", async () => {
  const s = await scratch();
  await s.write("src/a.ts", "a\n");
  await s.write("src/b.ts", "b\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: files");
  await session(s, "fix/crash", { "src/a.ts": "crash\n" });
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "fix/other", "--new");
  await s.write("src/b.ts", "other\n");
  expect((await s.session("checkpoint", "-m", "feat: b")).stderr).toBe("");
  await s.write("src/a.ts", "other\n");
  const { stderr } = await s.session("checkpoint", "-m", "feat: a");
  expect(stderr).toContain("this would conflict with fix/crash in src/a.ts\nhint: session conflicts");
  await s.write("src/a.ts", "other again\n");
  expect((await s.session("checkpoint", "-m", "feat: again")).stderr).not.toContain("conflict");

  expect(await s.ok("status", "--all")).toContain("fix/crash would conflict with fix/other in src/a.ts\n");
  const { call } = await connectClient(s);
  expect((await call("session_conflicts")).value.conflicts).toEqual([
    { branches: ["fix/crash", "fix/other"], files: ["src/a.ts"] },
  ]);
  const line = "It would conflict with `fix/crash` in `src/a.ts`: `session conflicts`.";
  expect(await s.ok("brief")).toContain(line);
  expect(await s.ok("status")).toContain("It would conflict with fix/crash in src/a.ts");
  await s.git("switch", "--quiet", "fix/crash");
  expect(await s.ok("brief", "--full")).toContain(line.replace("fix/crash", "fix/other"));
  await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: moved on");
  expect(await s.ok("brief")).not.toContain("would conflict");
  await s.git("switch", "--quiet", "fix/other");
  expect(await s.ok("brief")).not.toContain("would conflict");
});

test("conflicts agrees with git merge on a real history with merges", async () => {
  const s = await scratch({ repository: false });
  const up = await projectHistory(s);
  const clone = s.at("real");
  await s.git("clone", "--quiet", "--shared", up, clone.root);
  const merges = (await clone.git("rev-list", "--merges", "--parents", "HEAD")).split("\n");
  const branches: string[] = [];
  for (const line of merges) {
    const [, ...parents] = line.split(" ");
    const { code } = await clone.run("git", ["merge-tree", "--write-tree", ...parents]);
    if (code !== 1) continue;
    for (const parent of parents) {
      branches.push(`real-${branches.length}`);
      await clone.git("branch", branches.at(-1) ?? "", parent);
    }
    if (branches.length >= 6) break;
  }
  for (const branch of branches) {
    await clone.git("switch", "--quiet", branch);
    await clone.ok("start", "--new");
  }
  const conflicts = await clone.json<Conflicts>("conflicts");
  expect(pairsOf(conflicts)).toEqual(await merged(clone, ["main", ...branches]));
  expect(conflicts.conflicts.length).toBeGreaterThan(2);
  for (const { files } of conflicts.conflicts)
    for (const file of files)
      expect([file.path, file.one !== null, file.other !== null]).toContain(file.path);
});
