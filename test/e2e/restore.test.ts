import { expect, test } from "vitest";
import { endedSession, sessionWithWork } from "../support/ended-session.ts";

test("restore brings a session back to its branch, and commits carry it again", async () => {
  const s = await sessionWithWork("--tag", "kept", "--meta", "issue=42");
  await s.ok("decisions", "add", "Decided");
  await s.write(".git/sessions/work/workspace/notes.md", "mine\n");
  const { session } = await s.json("status");
  await s.ok("delete", "work", "--force");
  expect(await s.json("restore")).toMatchObject([
    { key: `${session.id}-1`, id: session.id, title: "Work", branch: "work" },
  ]);
  expect(await s.json("restore", "work")).toMatchObject([{ id: session.id, where: "local" }]);
  expect((await s.json("status")).session).toMatchObject({ id: session.id, state: "active", tags: ["kept"] });
  expect(await s.json("decisions")).toMatchObject([{ text: "Decided", state: "pending" }]);
  expect(await s.read(".git/sessions/work/workspace/notes.md")).toBe("mine\n");
  expect(await s.read(".git/sessions/work/trailers")).toContain(session.id);
  expect(await s.json("restore")).toEqual([]);
});

test("a session restored to a branch with another session is kept as ended and can be resumed", async () => {
  const s = await sessionWithWork();
  const { session } = await s.json("status");
  await s.ok("delete", "work", "--force");
  await s.ok("start", "work", "-o", "New");
  const said = await s.session("restore", session.id);
  expect(said.stdout).toContain("work has another session now.");
  expect(said.stderr).toBe(`hint: session resume ${session.id}\n`);
  expect(await s.json("objectives")).toMatchObject([{ text: "New" }]);
  await s.ok("resume", session.id);
  expect(await s.json("objectives")).toMatchObject([{ text: "One" }]);
});

test("restore takes the latest of two deletions", async () => {
  const s = await endedSession("kept");
  const [{ id }] = await s.json("list");
  for (const title of ["First", "Second"]) {
    await s.ok("rename", id, title);
    await s.ok("delete", id, "--force");
    await s.ok("restore", id);
  }
  expect(await s.json("list")).toMatchObject([{ id, title: "Second", state: "ended" }]);
  await s.ok("delete", id, "--force");
  await s.git("switch", "--quiet", "work");
  await s.ok("resume", "work");
  await s.ok("rename", "work", "Out of its commits");
  await s.ok("delete", "work", "--force");
  expect(await s.json("restore")).toMatchObject([{ key: `${id}-2` }, { key: `${id}-1` }]);
  await s.ok("restore", id);
  expect(await s.json("list")).toMatchObject([{ id, title: "Out of its commits" }]);
  const ran = await s.session("restore", id);
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("is already restored")]);
  await s.ok("delete", id, "--force");
  await s.ok("restore", `${id}-1`);
  expect(await s.json("list")).toMatchObject([{ id, title: "Second" }]);
});

test("restore refuses unknown names", async () => {
  const s = await sessionWithWork();
  const active = await s.session("restore", "work");
  expect([active.code, active.stderr]).toEqual([1, expect.stringContaining("is not deleted")]);
  const none = await s.session("restore", "other");
  expect([none.code, none.stderr]).toEqual([3, "error: no session was deleted in the last 30 days\n"]);
  expect(s.exists(".git/sessions/.trash")).toBe(false);
  await s.ok("delete", "work", "--force");
  const near = await s.session("restore", "wrok");
  expect([near.code, near.stderr]).toEqual([3, expect.stringContaining("did you mean work?")]);
  await s.ok("start", "work", "--title", "Work");
  await s.ok("delete", "work", "--force");
  const several = await s.session("restore", "work");
  expect([several.code, several.stderr]).toEqual([3, expect.stringContaining("matches 2 sessions")]);
});

test("commands that take a session or other words recognize a deleted session", async () => {
  const s = await sessionWithWork();
  const { session } = await s.json("status");
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", "../remote.git");
  await s.ok("delete", "work", "--force");
  const says = (name: string) => ({
    code: 3,
    stderr: `error: the session "${name}" was deleted\nhint: session restore ${session.id}\n`,
  });
  expect(await s.session("push", "work")).toMatchObject(says("work"));
  expect(await s.session("share", "--undo", session.id)).toMatchObject(says(session.id));
  expect(await s.session("meta", "Work")).toMatchObject(says("Work"));
  await s.ok("start", "other");
  expect(await s.session("tag", session.id, "q")).toMatchObject(says(session.id));
  expect(await s.ok("tag", "work")).toBe("work\n");
});

test("a foreign file in the trash is ignored", async () => {
  const s = await sessionWithWork();
  const { session } = await s.json("status");
  await s.ok("delete", "work", "--force");
  const file = `.git/sessions/.trash/${session.id}-1/deleted.json`;
  const note = JSON.parse(await s.read(file));
  await s.write(file, JSON.stringify({ ...note, refs: [{ ref: "refs/heads/main", oid: "0".repeat(40) }] }));
  expect(await s.json("restore")).toEqual([]);
  await s.write(file, JSON.stringify(note));
  await s.ok("restore", session.id);
  expect((await s.json("status")).session.id).toBe(session.id);
});

test("stashed work is deleted and restored with its session", async () => {
  const s = await sessionWithWork();
  await s.write("README.md", "half done\n");
  await s.ok("pause");
  expect(await s.git("status", "--porcelain")).toBe("");
  const stash = await s.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/session-stash");
  expect(stash).not.toBe("");
  await s.ok("delete", "work", "--force");
  expect(await s.git("for-each-ref", "refs/session-stash")).toBe("");
  await s.git("gc", "--quiet", "--prune=now");
  await s.ok("restore", "work");
  expect(await s.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/session-stash")).toBe(stash);
  await s.ok("resume", "work");
  expect(await s.read("README.md")).toBe("half done\n");
});
