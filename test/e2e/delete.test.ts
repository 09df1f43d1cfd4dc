import { expect, test } from "vitest";
import { endedSession, sessionWithWork } from "../support/ended-session.ts";
import { type Scratch, scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

const ids = async (s: Scratch) => (await s.json("list", "--all")).map((each: { id: string }) => each.id);

test("delete --confirm deletes a paused session and nothing else", async () => {
  const s = await sessionWithWork();
  await s.git("switch", "--quiet", "main");
  const [id] = await ids(s);
  const refs = await s.git("for-each-ref");
  const deleted = await s.session("delete", "work", "--yes");
  expect(deleted).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`hint: session restore ${id}\n`),
  });
  expect(await ids(s)).toEqual([]);
  expect(await s.git("for-each-ref")).toBe(refs);
  expect((await s.session("objectives")).code).toBe(3);
});

test.each(["kept", "snapshot"] as const)(
  "delete removes an ended session (%s), whose snapshot survives gc",
  async (where) => {
    const s = await endedSession(where);
    const [id] = await ids(s);
    const snapshot = await s.git("rev-parse", `refs/sessions/${id}`);
    expect(await s.json("delete", id, "--force")).toMatchObject({ deleted: [{ id, branch: "work" }] });
    expect(await ids(s)).toEqual([]);
    expect(await s.git("for-each-ref", "refs/sessions")).toBe("");
    await s.git("reflog", "expire", "--expire=now", "--all");
    await s.git("gc", "--quiet", "--prune=now");
    await s.ok("restore", id);
    expect(await s.git("rev-parse", `refs/sessions/${id}`)).toBe(snapshot);
    await s.git("fsck", "--strict");
  },
);

test("a deleted session's decisions belong to no commit", async () => {
  const s = await sessionWithWork();
  await s.ok("decisions", "add", "Only here");
  await s.ok("end");
  const [id] = await ids(s);
  await s.ok("delete", id, "--force");
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "--quiet", "-D", "work");
  const found = await s.json("decisions", "list", "--all");
  expect(found).toEqual([]);
});

test("without a terminal delete lists and refuses without --confirm", async () => {
  const s = await endedSession("kept");
  const [id] = await ids(s);
  const ran = await s.session("delete", "work");
  expect(ran.code).toBe(2);
  expect(ran.stderr).toMatch(/nothing was deleted: there is no terminal to ask on\nhint: session .* --yes\n/);
  expect(ran.stderr).toContain(id);
  expect(await ids(s)).toEqual([id]);
  expect((await s.json("delete", "work")).error).toMatchObject({ code: "not-confirmed", exit: 2 });
});

test("delete refuses a checked-out active session by name, skips it with --all, and takes it with --force", async () => {
  const s = await sessionWithWork();
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "other");
  const ran = await s.session("delete", "other", "--yes");
  expect([ran.code, ran.stderr]).toEqual([
    1,
    expect.stringMatching(/other is checked out\nhint: session end\nhint: session delete .*--force/),
  ]);
  expect(await s.json("delete", "--all", "--dry-run")).toMatchObject({
    going: [{ branch: "work" }],
    staying: [{ branch: "other", why: "active and checked out" }],
    deleted: [],
  });
  expect(await ids(s)).toHaveLength(2);
  await s.ok("delete", "--all", "--yes");
  expect(await s.json("list")).toMatchObject([{ branch: "other" }]);
  await s.ok("delete", "@", "--force");
  expect(await ids(s)).toEqual([]);
  await s.write("README.md", "after\n");
  await s.git("commit", "--quiet", "-am", "plain");
  expect(await s.git("log", "-1", "--format=%B")).not.toContain("Session-Id");
});

test("delete by age counts the last activity, not the file time", async () => {
  const s = await sessionWithWork();
  await s.ok("start", "young", "--no-switch");
  await s.git("switch", "--quiet", "main");
  const log = ".git/sessions/work/events.jsonl";
  await s.write(log, (await s.read(log)).replaceAll(/"at":"[^"]+"/g, '"at":"2020-01-01T12:00:00.000Z"'));
  const going = async (...args: string[]) =>
    (await s.json("delete", ...args, "--dry-run")).going.map((each: { branch: string }) => each.branch);
  expect(await going("--older-than", "30d")).toEqual(["work"]);
  expect(await going("--before", "2020-01-01")).toEqual([]);
  expect(await going("--before", "2020-01-02")).toEqual(["work"]);
  expect((await going("--before", "2999-01-01")).sort()).toEqual(["work", "young"]);
  await s.ok("delete", "--older-than", "30d", "--yes");
  expect(await s.json("list")).toMatchObject([{ branch: "young" }]);
  expect((await s.session("delete", "--older-than", "30d", "--yes")).stderr).toContain("No sessions match");
});

test("delete checks all names before it deletes anything", async () => {
  const s = await endedSession("kept");
  for (const [args, code, says] of [
    [["work", "wrok"], 3, "did you mean work"],
    [[], 2, "name sessions, or use --before"],
    [["work", "--all"], 2, "name sessions, or use --before"],
    [["--before", "sometime"], 2, '--before: "sometime" is not a date'],
    [["--before", "2026-02-31"], 2, '--before: "2026-02-31" is not a date'],
    [["--older-than", "long"], 2, "--older-than takes a time"],
  ] as const) {
    const ran = await s.session("delete", ...args, "--force");
    expect([args, ran.code, ran.stderr]).toEqual([args, code, expect.stringContaining(says)]);
  }
  expect(await ids(s)).toHaveLength(1);
});

test("delete removes a fetched snapshot and warns that it may be fetched again", async () => {
  const s = await endedSession("snapshot");
  const [id] = await ids(s);
  await s.git("update-ref", `refs/session-remotes/origin/${id}`, `refs/sessions/${id}`);
  await s.git("update-ref", "-d", `refs/sessions/${id}`);
  expect(await s.ok("delete", id, "--dry-run")).toContain(
    "fetched from origin: the next fetch brings it again",
  );
  await s.ok("delete", id, "--force");
  expect(await ids(s)).toEqual([]);
  await s.ok("restore", id);
  expect(
    await s.git("for-each-ref", "--format=%(refname)", "refs/session-remotes", "refs/session-trash"),
  ).toBe(`refs/session-remotes/origin/${id}`);
});

test("an empty name means no session", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  const before = await s.fingerprint();
  for (const args of [
    ["delete", "", "--yes", "--force"],
    ["end", ""],
    ["archive", "", "--yes"],
    ["show", ""],
  ])
    expect(await s.session(...args)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no session ""'),
    });
  expect(await s.fingerprint()).toBe(before);
});

test("a session whose snapshot git lost is deleted, and stops no other deletion", async () => {
  const s = await scratch();
  const ids: string[] = [];
  for (const branch of ["one", "two"]) {
    await s.ok("start", branch, "--from", "main");
    ids.push((await s.json("end")).session.id);
    await s.git("switch", "--quiet", "main");
  }
  const [lost = "", sound = ""] = ids;
  await s.write(`.git/refs/sessions/${lost}`, `${"1".repeat(40)}\n`);
  await s.ok("delete", lost, "--yes");
  await s.ok("delete", sound, "--yes");
  expect(await s.json("list", "--all")).toEqual([]);
});

test("delete says if nothing matches", async () => {
  const s = await scratch();
  expect(await s.json("delete", "--all", "--force")).toEqual({ going: [], staying: [], deleted: [] });
  expect(s.exists(".git/sessions/.trash")).toBe(false);
});

test("on a terminal delete shows the list and asks; Enter means no", async () => {
  const s = await scratch({ session: ["work", "--title", "A title"] });
  await s.ok("pause");
  const there = async () => (await s.json("list")).length;
  for (const keys of ["enter", "n,enter"]) {
    const said = await runAtTerminal(s, { keys, until: "?" }, "delete", "@");
    expect(said.code, said.stdout).toBe(1);
    expect(said.stdout).toContain("A title");
    expect(said.stdout).toContain("nothing was deleted");
    expect(await there()).toBe(1);
  }
  expect((await runAtTerminal(s, { keys: "y,enter", until: "?" }, "delete", "@")).code).toBe(0);
  expect(await there()).toBe(0);
});
