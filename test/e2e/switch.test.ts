import { expect, test } from "vitest";
import { shellWord } from "../../src/text/shell.ts";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";

const branch = (s: Scratch) => s.git("branch", "--show-current");

/** Two sessions; the second one is checked out. */
function twoSessions(): Promise<Scratch> {
  return fixture("switch", async (s) => {
    await initRepository(s, {
      session: ["feature/login", "-o", "OAuth provider", "-o", "Docs", "--title", "OAuth login"],
    });
    await s.ok("objectives", "complete", "1");
    await s.ok("start", "fix/crash", "-o", "Find it");
  });
}

const folderOf = (name: string) => `.git/sessions/${name}`;

async function contextOf(s: Scratch, name: string) {
  return JSON.parse(await s.read(`${folderOf(name)}/context.json`));
}

test("switch prints two lines: the session and its state", async () => {
  const s = await twoSessions();
  const { code, stdout, stderr } = await s.session("switch", "feature/login");
  expect(code).toBe(0);
  expect(stderr).toBe("Switched to feature/login.\n");
  expect(stdout).toBe("▶ OAuth login 1/2\nNext  start obj-2: Docs\n      session objectives start obj-2\n");
  expect(await branch(s)).toBe("feature/login");
  expect((await s.session("switch", "feature/login")).stderr).toBe("Already on feature/login.\n");
});

test("a session is named by branch, id, start of the id, title, or - for the previous one", async () => {
  const s = await twoSessions();
  const { id } = await contextOf(s, "feature/login");
  for (const name of [id, id.slice(0, 6), "OAuth login", "feature/login"]) {
    await s.ok("switch", name);
    expect(await branch(s)).toBe("feature/login");
    await s.ok("switch", "-");
    expect(await branch(s)).toBe("fix/crash");
  }
  await s.ok("switch", "@");
  expect(await branch(s)).toBe("fix/crash");
});

test("a branch name wins over an equal title or id", async () => {
  const s = await twoSessions();
  const { id } = await contextOf(s, "feature/login");
  await s.git("branch", id.slice(0, 6), "main");
  await s.git("branch", "Crash", "main");
  await s.ok("switch", id.slice(0, 6));
  expect(await branch(s)).toBe(id.slice(0, 6));
  await s.ok("switch", "Crash");
  expect(await branch(s)).toBe("Crash");
});

test("switching to a default branch without a session names an active session", async () => {
  const s = await twoSessions();
  const { code, stdout } = await s.session("switch", "main");
  expect(code).toBe(0);
  expect(await branch(s)).toBe("main");
  expect(stdout).toBe("main: no session\nNext  continue Crash\n      session switch fix/crash\n");
  expect(s.exists(".git/sessions/main")).toBe(false);
});

test("switch - returns to a branch without a session, and works from a detached HEAD", async () => {
  const s = await twoSessions();
  await s.git("switch", "--quiet", "main");
  await s.git("switch", "--quiet", "fix/crash");
  await s.ok("switch", "-");
  expect(await branch(s)).toBe("main");
  await s.git("switch", "--quiet", "--detach");
  await s.ok("switch", "fix/crash");
  expect(await branch(s)).toBe("fix/crash");
});

test("an ended session stays ended, and switch prints the resume command", async () => {
  const s = await twoSessions();
  const { id } = await contextOf(s, "fix/crash");
  await s.ok("end");
  await s.ok("switch", "feature/login");
  const { stderr } = await s.session("switch", id);
  expect(stderr).toContain(`Its session Crash has ended.\nhint: session resume ${id}`);
  expect(await branch(s)).toBe("fix/crash");
  expect(s.exists(`${folderOf("fix/crash")}/context.json`)).toBe(false);
  expect((await s.json("switch", "fix/crash")).ended).toEqual({ id, title: "Crash" });
});

test("switch activates a paused session and logs it, and leaves an active one unchanged", async () => {
  const s = await twoSessions();
  const context = await contextOf(s, "feature/login");
  await s.write(`${folderOf("feature/login")}/context.json`, JSON.stringify({ ...context, state: "paused" }));
  const { stderr } = await s.session("switch", "feature/login");
  expect(stderr).toContain("The session was paused, and is active again.");
  expect((await contextOf(s, "feature/login")).state).toBe("active");
  const log = await s.read(`${folderOf("feature/login")}/events.jsonl`);
  expect(log.trim().split("\n").at(-1)).toContain('"type":"session.resumed"');
  const before = await s.read(`${folderOf("fix/crash")}/events.jsonl`);
  expect((await s.json("switch", "fix/crash")).resumed).toBe(false);
  expect(await s.read(`${folderOf("fix/crash")}/events.jsonl`)).toBe(before);
});

test("an unknown or ambiguous name changes nothing and suggests the nearest", async () => {
  const s = await twoSessions();
  await s.ok("start", "third", "--no-switch", "--title", "OAuth login");
  const before = await s.fingerprint();
  const unknown = await s.session("switch", "feature/logni");
  expect(unknown).toMatchObject({ code: 3, stdout: "" });
  expect(unknown.stderr).toContain("did you mean feature/login?");
  expect((await s.session("switch")).code).toBe(2);
  expect((await s.session("switch", "OAuth login")).stderr).toContain("matches 2 sessions");
  expect(await s.fingerprint()).toBe(before);
});

test("with --keep, git's refusal to overwrite files is shown with their names", async () => {
  const s = await twoSessions();
  await s.write("README.md", "committed here\n");
  await s.ok("checkpoint", "-m", "docs: readme");
  await s.write("README.md", "not committed\n");
  const before = await s.fingerprint();
  const { code, stderr } = await s.session("switch", "feature/login", "--keep");
  expect(code).toBe(1);
  expect(stderr).toMatch(/git cannot switch to feature\/login: .*README\.md/s);
  expect(await s.fingerprint()).toBe(before);
  await s.git("restore", "README.md");
  await s.write("new.txt", "goes along\n");
  await s.ok("switch", "feature/login", "--keep");
  expect(await s.read("new.txt")).toBe("goes along\n");
});

test("switch refuses during a merge, rebase or another operation", async () => {
  const s = await twoSessions();
  await s.write("README.md", "mine\n");
  await s.git("commit", "--quiet", "-am", "mine");
  await s.git("switch", "--quiet", "feature/login");
  await s.write("README.md", "theirs\n");
  await s.git("commit", "--quiet", "-am", "theirs");
  await s.run("git", ["merge", "fix/crash"]);
  const before = await s.fingerprint();
  const { code, stderr } = await s.session("switch", "fix/crash");
  expect(code).toBe(4);
  expect(stderr).toContain("git merge --continue");
  expect(await s.fingerprint()).toBe(before);
});

test("for a session of another worktree, switch, resume and start print the worktree and the cd command", async () => {
  const s = await twoSessions();
  await s.git("worktree", "add", "--quiet", "../o'ther", "feature/login");
  const { root } = s.at("../o'ther");
  const before = await s.fingerprint();
  for (const words of [["switch"], ["resume"], ["start", "--resume"], ["start", "--worktree=../new"]]) {
    const { code, stdout, stderr } = await s.session(...words, "feature/login");
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: feature/login is checked out in ${root}\nhint: cd ${shellWord(root)}\n`,
    });
  }
  expect(await s.fingerprint()).toBe(before);
  await s.run("rm", ["-rf", root]);
  const gone = await s.session("switch", "feature/login");
  expect(gone.stderr).toContain("which is gone\nhint: git worktree prune\n");
  await s.git("worktree", "prune");
  await s.ok("switch", "feature/login");
});

test("switch creates a branch known only to a remote, and a deleted branch again", async () => {
  const s = await twoSessions();
  await s.git("clone", "--quiet", ".", "../clone");
  const clone = s.at("../clone");
  const { stderr } = await clone.session("switch", "feature/login");
  expect(stderr).toContain("Switched to feature/login.");
  expect(await clone.git("rev-parse", "HEAD")).toBe(await s.git("rev-parse", "feature/login"));
  await s.git("branch", "-D", "feature/login");
  const gone = await s.session("switch", "OAuth login");
  expect(gone.stderr).toContain("Switched to feature/login.");
  expect(gone.stderr).toMatch(/\nRecreated the branch feature\/login at \w{8}\.\n/);
});

test("switch --json prints one document with every field of status", async () => {
  const s = await twoSessions();
  const answer = await s.json("switch", "feature/login");
  expect(answer).toMatchObject({ branch: "feature/login", switched: true, resumed: false });
  expect(answer.status).toEqual(await s.json("status"));
});

test("switch and pause keep the folder from which they are called", async () => {
  const s = await twoSessions();
  await s.write("tracked/a.txt", "a\n");
  await s.git("add", "tracked");
  await s.git("commit", "--quiet", "-m", "folder");
  await s.write("untracked/b.txt", "b\n");
  for (const folder of ["tracked", "untracked"]) {
    const inside = s.at(folder);
    await inside.ok("switch", "feature/login");
    expect(await inside.run("ls", [])).toMatchObject({ code: 0, stdout: "" });
    await inside.ok("switch", "fix/crash");
  }
  await s.at("untracked").ok("pause");
  await s.at("untracked").ok("resume");
  expect(await s.read("untracked/b.txt")).toBe("b\n");
  await s.git("switch", "--quiet", "--create", "file", "main");
  await s.write("folder", "a file\n");
  await s.git("add", "folder");
  await s.git("commit", "--quiet", "-m", "file");
  await s.git("switch", "--quiet", "fix/crash");
  await s.write("folder/c.txt", "c\n");
  expect((await s.at("folder").session("switch", "file")).stderr).toBe(
    `error: file has a file in place of the current folder\nhint: cd ${s.root}\nhint: session switch file\n`,
  );
  expect(await s.read("folder/c.txt")).toBe("c\n");
});
