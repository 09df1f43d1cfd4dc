import { rename } from "node:fs/promises";
import { expect, test } from "vitest";
import { expectRun, expectWholeSession } from "../support/expect-run.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = `${process.cwd()}/dist/cli.js`;
const edit = (s: Scratch) => () => s.write("README.md", "edited\n");

test("on an unborn branch a session starts at the root commit, and may end without any commit", async () => {
  const s = await scratch({ commits: 0 });
  await expectRun(s, ["status"], { says: /no session/ });
  await expectRun(s, ["brief"]);
  await expectRun(s, ["start", "main", "-o", "One"]);
  await expectRun(s, ["status"], { says: /obj-1 One/ });
  await expectRun(s, ["brief"], { says: /obj-1: One/ });
  await expectRun(s, ["checkpoint", "-m", "x"], { code: 1, says: /nothing to commit/ });
  await s.write("a.txt", "a\n");
  await expectRun(s, ["checkpoint", "-A", "-m", "feat: begin"], { changes: ["head", "refs", "index"] });
  expect(await s.git("rev-list", "--parents", "HEAD")).toMatch(/^[0-9a-f]{40}$/);
  await expectRun(s, ["end"], { changes: ["snapshots"] });

  const none = await scratch({ commits: 0, session: ["idea", "-o", "Think"] });
  await none.ok("decisions", "add", "Not worth it");
  const { session } = await none.json("end");
  expect(await none.git("show", `refs/sessions/${session.id}:context.json`)).toContain("Not worth it");
  expect(await none.ok("handoff", session.id)).toContain("Not worth it");
});

test("detached at a tag, as in CI, reading works, recording says what to do, and a branch can be started", async () => {
  const s = await scratch({ commits: 3 });
  await s.git("tag", "v1", "HEAD~1");
  await s.git("checkout", "--quiet", "v1");
  await expectRun(s, ["status"], { says: /HEAD is detached/ });
  await expectRun(s, ["list"]);
  await expectRun(s, ["decisions", "list", "--all"]);
  await expectRun(s, ["doctor"]);
  for (const args of [
    ["checkpoint", "-m", "x"],
    ["end"],
    ["note", "x"],
    ["objectives"],
    ["handoff", "--ack"],
  ])
    await expectRun(s, args, { code: 1, says: /HEAD is detached.*\nhint: session start <branch>/ });
  await expectRun(s, ["brief"], {
    says: /# Detached HEAD at [0-9a-f]{8}\n[\s\S]*HEAD is detached[\s\S]*`commit 1`[\s\S]*On `main`, not in this branch: `[0-9a-f]{8}` `commit 2`/,
  });
  await expectRun(s, ["handoff"], { says: /# Handoff: Detached HEAD[\s\S]*session start <branch>/ });
  await expectRun(s, ["start", "fix", "-o", "One"], { changes: ["head", "refs"] });
  expect(await s.git("rev-parse", "fix")).toBe(await s.git("rev-parse", "v1^{commit}"));
  expect(s.exists(".git/sessions/HEAD")).toBe(false);
});

test.each(["refs/sessions/t05ac9gpehvy", "refs/remotes/origin/main", "refs/tags/v1"])(
  "HEAD on %s counts as no branch, and nothing is recorded",
  async (ref) => {
    const s = await scratch();
    await s.git("update-ref", ref, "HEAD");
    // git itself refuses to put HEAD there unless it is written by hand.
    await s.write(".git/HEAD", `ref: ${ref}\n`);
    await expectRun(s, ["status"], { says: /HEAD is detached/ });
    for (const args of [["checkpoint", "-m", "x"], ["end"], ["note", "x"]])
      await expectRun(s, args, { code: 1, says: /HEAD is detached/ });
  },
);

test("starting on the default branch warns that checkpoints commit to it", async () => {
  const s = await scratch();
  await expectRun(s, ["start", "main"], {
    says: /main is the default branch: checkpoints go straight to it/,
  });
});

test("one branch in two worktrees is one session, and writers wait for each other", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.git("worktree", "add", "--quiet", "--force", "../tree", "work");
  const tree = s.at("../tree");
  const ran = await Promise.all(
    Array.from({ length: 8 }, (_, n) => (n % 2 ? s : tree).apart.session("objectives", "add", `item ${n}`)),
  );
  for (const each of ran) expect(each.code, each.stderr).toBe(0);
  const texts = async (from: Scratch) =>
    (await from.json("objectives")).map((each: { text: string }) => each.text).sort();
  expect(await texts(s)).toHaveLength(9);
  expect(await texts(tree)).toEqual(await texts(s));
});

test.each(["removed", "moved", "lost"])(
  "a worktree that is %s does not affect the sessions of others",
  async (how) => {
    const s = await scratch();
    await s.git("worktree", "add", "--quiet", "-b", "work", "../tree");
    await s.at("../tree").ok("start", "work", "-o", "One");
    if (how === "removed") await s.git("worktree", "remove", "../tree");
    if (how === "moved") await s.git("worktree", "move", "../tree", "../elsewhere");
    if (how === "lost") {
      await rename(`${s.root}/../tree`, `${s.root}/../gone`);
      await s.git("worktree", "prune");
    }
    expect((await s.json("list"))[0]).toMatchObject({ branch: "work" });
    const from = how === "moved" ? s.at("../elsewhere") : s;
    await from.ok("resume", "work");
    expect(await from.json("objectives")).toMatchObject([{ text: "One" }]);
    await expectRun(from, ["end"], { changes: ["snapshots"] });
  },
);

test("inside .git and in a bare repository, commands say that there is no work tree", async () => {
  const s = await scratch({ session: ["work"] });
  const bare = await scratch({ bare: true, commits: 0 });
  for (const [from, says] of [
    [s.at(".git"), /is inside a \.git folder; a session needs a work tree/],
    [s.at(".git/refs"), /is inside a \.git folder/],
    [bare, /is a bare repository; a session needs a work tree\nhint: session start <branch> --worktree/],
  ] as const) {
    for (const args of [["status"], ["brief"], ["start", "x"], ["checkpoint", "-m", "x"], ["end"]]) {
      const ran = await from.session(...args);
      expect(ran.code, args.join(" ")).toBe(1);
      expect(ran.stderr).toMatch(says);
    }
  }
});

test("sessions work in a bare repository with worktrees", async () => {
  const s = await scratch({ commits: 2 });
  await s.git("clone", "--quiet", "--bare", ".", "../project/.bare");
  const project = s.at("../project");
  await project.write(".git", "gitdir: ./.bare\n");
  await project.git("worktree", "add", "--quiet", "main", "main");
  const main = project.at("main");
  await expectWholeSession(main, edit(main));
  expect(project.exists(".bare/sessions/work/context.json")).toBe(true);
});

test.each(["a symbolic link", "a file that names another folder"])(
  "commands report a .git that is %s",
  async (what) => {
    const s = await scratch();
    await rename(`${s.root}/.git`, `${s.root}/../elsewhere`);
    if (what === "a symbolic link") await s.run("ln", ["-s", "../elsewhere", ".git"]);
    else await s.write(".git", "gitdir: ../elsewhere\n");
    await expectWholeSession(s, edit(s));
    expect(s.exists("../elsewhere/sessions/work/context.json")).toBe(true);
  },
);

test("a deleted current folder is reported in one line", async () => {
  const s = await scratch();
  for (const args of ["status", "brief", "start x", "--version", "objectives --json"]) {
    const ran = await s.run("sh", [
      "-c",
      `mkdir gone && cd gone && rmdir ../gone && exec "${process.execPath}" "${CLI}" ${args}`,
    ]);
    if (args === "--version") expect(ran.code).toBe(0);
    else {
      expect(ran.code, args).toBe(1);
      expect(ran.stderr + ran.stdout).toMatch(/the current folder is gone/);
      expect(ran.stderr).not.toMatch(/^\s+at /m);
    }
  }
  const elsewhere = await s.run("sh", [
    "-c",
    `mkdir gone && cd gone && rmdir ../gone && exec "${process.execPath}" "${CLI}" -C "${s.root}" status`,
  ]);
  expect(elsewhere.code, elsewhere.stderr).toBe(0);
});

test("a home folder that is a repository counts as the repository of its subfolders", async () => {
  const s = await scratch();
  await s.git("init", "--quiet", s.home);
  const inside = s.at("../home");
  await inside.ok("start", "work", "-o", "Home");
  expect(s.exists("../home/.git/sessions/work/context.json")).toBe(true);
  expect(await s.json("list")).toEqual([]);
});

test("a bare repository inside a clone is not opened", async () => {
  const s = await scratch();
  await s.git("config", "--global", "safe.bareRepository", "explicit");
  await s.git("init", "--quiet", "--bare", "embedded");
  const inside = await s.at("embedded").session("status");
  expect(inside.code).toBe(1);
  expect(inside.stderr).toMatch(/^error: .*bareRepository/);
  await expectWholeSession(s, edit(s));
});
