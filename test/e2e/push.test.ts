/** Sessions to a remote: one ref each, nothing by itself, never forced. */
import { expect, test } from "vitest";
import { bareRemote } from "../support/git-servers.ts";
import { scratch } from "../support/scratch.ts";
import { currentSessionId, gitConfig, refNames, twoClones } from "../support/two-clones.ts";

test("push sends the current state of this branch's session, and no other session", async () => {
  const { a, remote, id } = await twoClones();
  await a.ok("start", "more", "-o", "Other", "--no-switch");
  expect(await a.ok("push")).toContain(`pushed\tWork\twork\t${id}`);
  expect(await refNames(remote, "refs/sessions/")).toBe(`refs/sessions/${id}`);
  await a.ok("objectives", "add", "Two");
  expect(await a.ok("push")).toContain("pushed");
  expect(await remote.git("show", `refs/sessions/${id}:objectives.md`)).toContain("obj-2: Two");
  expect(await a.ok("push")).toContain("same");
});

test("each push adds to the previous snapshot, in a chain without commits of the project", async () => {
  const { a, remote, id } = await twoClones();
  await a.ok("push");
  const tree = await remote.git("rev-parse", `refs/sessions/${id}^{tree}`);
  await a.ok("objectives", "add", "Two");
  await a.ok("push");
  expect(await remote.git("rev-list", "--count", `refs/sessions/${id}`)).toBe("2");
  expect(await remote.git("rev-parse", `refs/sessions/${id}~1^{tree}`)).toBe(tree);
  expect((await a.git("ls-remote", "origin")).split("\n").map((line) => line.split("\t")[1])).toEqual([
    "HEAD",
    "refs/heads/main",
    "refs/heads/work",
    `refs/sessions/${id}`,
  ]);
});

test("push takes names, several at once, and --all", async () => {
  const { a, remote, id } = await twoClones();
  await a.ok("start", "second", "-o", "S", "--title", "The second");
  const second = await currentSessionId(a);
  await a.ok("end");
  await a.ok("start", "third", "-o", "T");
  const third = await currentSessionId(a);
  await a.ok("push", id.slice(0, 5), "The second", "origin");
  const both = [id, second].sort().map((each) => `refs/sessions/${each}`);
  expect(await refNames(remote, "refs/sessions/")).toBe(both.join("\n"));
  const all = await a.json("push", "--all");
  expect(all.remote).toBe("origin");
  const outcomes = all.sessions.map((each: { id: string; outcome: string }) => [each.id, each.outcome]);
  expect(new Map(outcomes)).toEqual(
    new Map([
      [id, "same"],
      [second, "same"],
      [third, "pushed"],
    ]),
  );
});

test("push refuses an unknown name; a remote comes last", async () => {
  const { a } = await twoClones();
  const unknown = await a.session("push", "wrk");
  expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining("did you mean work?")]);
  const order = await a.session("push", "origin", "work");
  expect([order.code, order.stderr]).toEqual([
    3,
    expect.stringContaining("origin is a remote: name it last"),
  ]);
  const both = await a.session("push", "--all", "work");
  expect(both.code).toBe(2);
});

test("on a detached HEAD or a branch without a session, push needs a name", async () => {
  const { a, remote, id } = await twoClones();
  await a.git("checkout", "--quiet", "--detach");
  const nothing = await a.session("push");
  expect([nothing.code, nothing.stderr]).toEqual([
    3,
    expect.stringContaining("no session to push: this branch has none, and none is shared"),
  ]);
  expect(await refNames(remote, "refs/sessions/")).toBe("");
  await a.ok("push", "work");
  expect(await refNames(remote, "refs/sessions/")).toBe(`refs/sessions/${id}`);
});

test("an ended session is pushed in its last state, and two people's sessions both arrive", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("end");
  expect((await a.session("push")).stderr).toBe(
    `error: no session to push: Work has ended, and none is shared\nhint: session push ${id} origin\n`,
  );
  await a.ok("push", id, "origin");
  await b.ok("start", "theirs", "-o", "T");
  const other = await currentSessionId(b);
  await b.ok("end");
  await b.ok("push", "theirs");
  expect((await refNames(remote, "refs/sessions/")).split("\n").sort()).toEqual(
    [id, other].map((each) => `refs/sessions/${each}`).sort(),
  );
  expect(
    await remote.git("log", "-1", "--format=%(trailers:key=Session-State,valueonly)", `refs/sessions/${id}`),
  ).toContain("ended");
});

test("push works from a linked worktree and for another worktree's branch", async () => {
  const { a, remote, id } = await twoClones();
  await a.ok("start", "side", "-o", "S", "--worktree", "../side");
  const side = a.at("../side");
  const other = await currentSessionId(side);
  await side.ok("push");
  await side.ok("push", "work");
  expect((await refNames(remote, "refs/sessions/")).split("\n").sort()).toEqual(
    [id, other].map((each) => `refs/sessions/${each}`).sort(),
  );
});

test("push chooses the named remote, else the only one, else git's own choice", async () => {
  const { a, id } = await twoClones();
  const backup = await bareRemote(a, "backup.git");
  await a.git("remote", "add", "backup", "../backup.git");
  await a.git("config", "branch.work.pushRemote", "backup");
  expect((await a.json("push")).remote).toBe("backup");
  expect(await refNames(backup)).toBe(`refs/sessions/${id}`);
  expect((await a.json("push", "origin")).remote).toBe("origin");
  expect((await a.json("push", "--remote", "origin", "work")).remote).toBe("origin");
  const wrong = await a.session("push", "--remote", "orign");
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("did you mean origin?")]);

  const s = await scratch({ session: ["work", "-o", "One"] });
  const none = await s.session("push", "work");
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("no remote")]);
  const file = "session export work --format bundle -o session.bundle";
  expect(none.stderr).toContain(`\nhint: git remote add origin <url>\nhint: ${file}\n`);
  await s.ok(...file.split(" ").slice(1));
  expect((await s.session("pull")).stderr).toContain("\nhint: session import <file>\n");
  await bareRemote(s, "one.git");
  await s.git("remote", "add", "one", "../one.git");
  expect((await s.json("push")).remote).toBe("one");
  await s.git("remote", "add", "two", "../one.git");
  const several = await s.session("push", "work");
  expect([several.code, several.stderr]).toEqual([2, expect.stringContaining("one, two")]);
  expect(several.stderr).toContain("\nhint: session push work one\n");
});

test("push changes no settings, and plain git pushes send the same as before", async () => {
  const { a, remote, id } = await twoClones();
  const before = await gitConfig(a);
  await a.ok("push");
  await a.ok("share", "@");
  await a.ok("sync");
  expect(await gitConfig(a)).toBe(before);
  await a.git("commit", "--quiet", "--allow-empty", "-m", "more");
  await a.ok("objectives", "add", "Later");
  await a.git("push", "--quiet");
  expect(await remote.git("rev-parse", "work")).toBe(await a.git("rev-parse", "work"));
  expect(await remote.git("show", `refs/sessions/${id}:objectives.md`)).not.toContain("Later");
});

test("no snapshot is made of unreadable files or of link targets", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("../secret.txt", "not of this session\n");
  await s.run("sh", [
    "-c",
    "rm -f .git/sessions/work/handoff.md; ln -s ../../../../secret.txt .git/sessions/work/handoff.md",
  ]);
  await s.git("init", "-q", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", "../remote.git");
  const pushed = await s.session("push");
  expect(pushed).toMatchObject({ code: 1 });
  expect(pushed.stderr).toContain("handoff.md is not a regular file or folder");
  expect(await s.git("for-each-ref", "refs/sessions")).toBe("");
});
