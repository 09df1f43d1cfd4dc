import { mkdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { connectClient } from "../support/mcp-client.ts";
import { fixture, initRepository, type Scratch, scratch } from "../support/scratch.ts";

/** Three worktrees: main without a session, and two sessions. */
async function threeWorktrees(): Promise<{ s: Scratch; login: Scratch; crash: Scratch }> {
  const s = await fixture("status-all", async (made) => {
    await initRepository(made);
    for (const name of ["a", "b", "c"]) await made.write(`src/${name}.ts`, `${name}\n`);
    await made.git("add", "--all");
    await made.git("commit", "--quiet", "-m", "files");
    await made.ok("start", "feature/login", "--worktree", "-o", "OAuth", "-o", "Docs");
    await made.ok("start", "fix/crash", "--worktree", "--title", "No crash");
  });
  return { s, login: s.at("../work-feature-login"), crash: s.at("../work-fix-crash") };
}

test("status --all shows each worktree's session, progress, holder and changes, and files changed in several", async () => {
  const { s, login, crash } = await threeWorktrees();
  await login.write("src/a.ts", "login\n");
  await login.write("new file.ts", "login\n");
  await login.ok("checkpoint", "-A", "-m", "feat: login", "--complete", "1");
  await crash.write("src/a.ts", "crash\n");
  await crash.write("new file.ts", "crash\n");
  await crash.write("src/b.ts", "crash\n");
  await s.write("src/b.ts", "main\n");
  await s.write("src/c.ts", "main\n");
  await s.ok("start", "later", "--no-switch");
  const lines = (await s.ok("status", "--all"))
    .replace(/[0-9a-z]{12}$/gm, "<id>")
    .replace(/by .*, less/g, "by <who>, less");
  expect(lines).toBe(`@ .  main
    no session · 2 changed files
  ../work-feature-login  feature/login
    Login · 1 of 2 done · <id>
    held by <who>, less than a minute ago
  ../work-fix-crash  fix/crash
    No crash · 3 changed files · <id>
    held by <who>, less than a minute ago

Changed in more than one worktree  3 files
  new file.ts  feature/login, fix/crash
  src/a.ts  feature/login, fix/crash
  src/b.ts  main, fix/crash

feature/login would conflict with fix/crash in new file.ts and 1 more file

1 more session without a worktree
`);
  const view = await crash.json("status", "--all");
  expect(view).toMatchObject({
    worktrees: [
      { path: s.root, folder: "../work", here: false, branch: "main", dirty: 2, missing: false },
      {
        ...{ path: login.root, folder: "../work-feature-login", branch: "feature/login", dirty: 0 },
        session: { title: "Login", state: "active", progress: "1 of 2 done" },
        holder: { live: true, worktree: login.root, pid: expect.any(Number), who: expect.any(String) },
      },
      { path: crash.root, folder: ".", here: true, dirty: 3, session: { title: "No crash" } },
    ],
    conflicts: [{ one: "feature/login", other: "fix/crash", files: ["new file.ts", "src/a.ts"] }],
    elsewhere: 1,
  });
  expect(view.shared).toEqual([
    { path: "new file.ts", worktrees: [login.root, crash.root] },
    { path: "src/a.ts", worktrees: [login.root, crash.root] },
    { path: "src/b.ts", worktrees: [s.root, crash.root] },
  ]);
});

test("brief and MCP name the other sessions that change the same files, with branch, agent and age", async () => {
  const { login, crash } = await threeWorktrees();
  for (const file of ["src/a.ts", "src/b.ts"]) await login.write(file, "login\n");
  await crash.write("src/a.ts", "crash\n");
  const says =
    /`fix\/crash` changes the same files now: `src\/a\.ts` \(`\.\.\/work-fix-crash`, .+, less than a minute ago\)/;
  expect(await login.ok("brief")).toMatch(says);
  expect((await login.json("brief")).warnings.join("\n")).toContain("fix/crash");
  const { call } = await connectClient(login);
  expect((await call("session_status")).value.warnings.join("\n")).toContain("changes the same files now");
  await crash.ok("pause");
  expect(await login.ok("brief")).not.toContain("changes the same files now");
});

test("changes from the base do not count for the session, and merged-back changes are no conflict", async () => {
  const { s, login, crash } = await threeWorktrees();
  await s.write("src/c.ts", "main\n");
  await s.git("commit", "--quiet", "-am", "main goes on");
  await login.git("merge", "--quiet", "main");
  await crash.write("src/c.ts", "crash\n");
  expect((await s.json("status", "--all")).shared).toEqual([]);
  await crash.ok("checkpoint", "-m", "fix: c");
  await login.write("src/c.ts", "login\n");
  expect((await s.json("status", "--all")).shared).toHaveLength(1);
  await s.git("merge", "--quiet", "--strategy-option=theirs", "fix/crash");
  expect((await s.json("status", "--all")).shared).toEqual([]);
});

test("renamed and deleted files count by their old names too, the decision log never", async () => {
  const { s, login, crash } = await threeWorktrees();
  await s.ok("init", "--yes", "--no-hooks");
  await login.git("mv", "src/a.ts", "src/moved.ts");
  await login.ok("decisions", "add", "Move it");
  await login.ok("checkpoint", "-m", "refactor: move");
  await crash.git("rm", "--quiet", "src/a.ts");
  await crash.ok("decisions", "add", "Remove it");
  await crash.ok("checkpoint", "-m", "refactor: remove");
  expect((await s.json("status", "--all")).shared).toEqual([
    { path: "src/a.ts", worktrees: [login.root, crash.root] },
  ]);
});

test("without a base branch, changes count since the session's first commit", async () => {
  const { s, login, crash } = await threeWorktrees();
  for (const tree of [login, crash]) {
    await tree.write("src/a.ts", `${tree.root}\n`);
    await tree.ok("checkpoint", "-m", "feat: a");
  }
  await s.git("branch", "--quiet", "-m", "main", "trunk");
  expect((await s.json("status", "--all")).shared).toHaveLength(1);
});

test("status --all shows unfinished operations, a detached HEAD, an unborn branch and conflicts", async () => {
  const { s, login, crash } = await threeWorktrees();
  await login.write("src/a.ts", "login\n");
  await login.ok("checkpoint", "-m", "feat: a");
  await crash.write("src/a.ts", "crash\n");
  await crash.ok("checkpoint", "-m", "fix: a");
  await crash.run("git", ["merge", "feature/login"]);
  await s.git("worktree", "add", "--quiet", "--detach", "../bare-head");
  await s.git("worktree", "add", "--quiet", "--detach", "../unborn");
  await s.at("../unborn").git("switch", "--quiet", "--orphan", "fresh");
  const text = await s.ok("status", "--all");
  expect(text).toMatch(
    /work-fix-crash {2}fix\/crash\n.*1 changed file.*\n.*\n {4}a merge is in progress\n {4}hint: git merge --continue/,
  );
  expect(text).toMatch(/bare-head {2}detached at [0-9a-f]{8}\n {4}no session/);
  expect(text).toMatch(/unborn {2}fresh\n {4}no session/);
  const { worktrees } = await s.json("status", "--all");
  expect(worktrees.map((each: { branch?: string }) => each.branch)).toEqual([
    "main",
    undefined,
    "fresh",
    "feature/login",
    "fix/crash",
  ]);
  expect(worktrees.at(-1).operation).toMatchObject({ name: "merge", abort: "git merge --abort" });
});

test("a missing, damaged or nested worktree is named and never fatal", async () => {
  const { s, login, crash } = await threeWorktrees();
  await s.run("rm", ["-rf", login.root]);
  await crash.write(".git", "gitdir: /nowhere\n");
  await s.ok("start", "inner", "--worktree", "trees/in ner");
  const text = await s.ok("status", "--all");
  expect(text).toMatch(/work-feature-login {2}feature\/login {2}missing\n {4}Login/);
  expect(text).toMatch(/work-fix-crash {2}fix\/crash\n {4}No crash.*\n {4}not a git repository/);
  expect(text).toMatch(/^@ \. {2}main\n {4}no session\n/);
  expect(text).toMatch(/ {2}trees\/in ner {2}inner\n/);
  const { worktrees } = await s.json("status", "--all");
  expect(worktrees.filter((each: { missing: boolean }) => each.missing)).toHaveLength(1);
});

test("status --all works with git before 2.36, which lists worktrees without -z", async () => {
  const { s, login } = await threeWorktrees();
  const git = (await s.run("sh", ["-c", "command -v git"])).stdout.trim();
  await s.write(
    "../old/git",
    `#!/bin/sh\nfor word; do [ "$word" != -z ] || case "$*" in *"worktree list"*) exit 129;; esac; done\nexec ${git} "$@"\n`,
  );
  await s.run("chmod", ["+x", s.at("../old/git").root]);
  const env = { PATH: `${s.at("../old").root}:${s.env.PATH}` };
  const cli = `${process.cwd()}/dist/cli.js`;
  const ran = await s.run(process.execPath, [cli, "status", "--all", "--json"], { env });
  expect(JSON.parse(ran.stdout)).toEqual(await s.json("status", "--all"));
  const refused = await s.run(process.execPath, [cli, "switch", "feature/login"], { env });
  expect(refused.stderr).toContain(`cd ${login.root}`);
});

test("status --all writes nothing, and excludes the other options of status", async () => {
  const { s } = await threeWorktrees();
  const manifest = async () =>
    (await s.run("find", [".", "../work-feature-login", "-printf", "%p %m %s %T@ %C@\n"])).stdout;
  const before = await manifest();
  await s.ok("status", "--all");
  expect(await manifest()).toBe(before);
  for (const other of ["--short", "--objectives", "--blockers", "--decisions"])
    expect((await s.session("status", "--all", other)).code).toBe(2);
});

test("a branch created again for other work has no session, and the stored one is in no worktree", async () => {
  const { s, login } = await threeWorktrees();
  await login.write("src/a.ts", "login\n");
  await login.ok("checkpoint", "-m", "feat: a");
  await s.git("worktree", "remove", login.root);
  await s.git("branch", "--quiet", "-D", "feature/login");
  // Reflogs tell seconds apart.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await s.git("worktree", "add", "--quiet", "-b", "feature/login", login.root, "main");
  const text = await s.ok("status", "--all");
  expect(text).toMatch(/work-feature-login {2}feature\/login\n {4}no session\n/);
  expect(text).toContain("1 more session without a worktree");
  await s.git("worktree", "remove", login.root);
  const { stdout, stderr } = await s.session("switch", "feature/login");
  expect(stderr).toContain("belongs to an earlier branch feature/login.\nhint: session resume");
  expect(stderr).not.toContain("has ended");
  expect(stdout).toContain("feature/login: no session");
});

test("status --all works with a single empty worktree", async () => {
  const s = await scratch({ commits: 0 });
  expect(await s.ok("status", "--all")).toBe("@ .  main\n    no session\n");
  expect(await s.json("status", "--all")).toMatchObject({ shared: [], elsewhere: 0 });
  await mkdir(`${s.root}/sub`);
  expect((await s.at("sub").json("status", "--all")).worktrees[0].folder).toBe("..");
});
