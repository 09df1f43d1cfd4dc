import { describe, expect, test } from "vitest";
import { endedSession, sessionWithWork } from "../support/ended-session.ts";
import { scratch } from "../support/scratch.ts";

test("rename changes the title everywhere and in the next checkpoint", async () => {
  const s = await sessionWithWork();
  expect(await s.ok("rename", "@", "Google login")).toContain("Google login");
  expect(await s.json("list")).toMatchObject([{ title: "Google login", branch: "work" }]);
  await s.write("README.md", "again\n");
  await s.ok("checkpoint", "-m", "docs: again");
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Title,valueonly)")).toContain(
    "Google login",
  );
  await s.ok("name", "Google login", "By its old title");
  expect((await s.json("status")).session.title).toBe("By its old title");
});

describe.each(["kept", "snapshot"] as const)("rename of an ended session (%s)", (where) => {
  test("adds a snapshot with the new title", async () => {
    const s = await endedSession(where);
    const [{ id }] = await s.json("list");
    const before = await s.git("rev-parse", `refs/sessions/${id}`);
    expect(await s.json("rename", "work", "Another")).toMatchObject({ id, title: "Another", changed: true });
    expect(await s.git("rev-parse", `refs/sessions/${id}^`)).toBe(before);
    expect(await s.git("log", "-1", "--format=%s", `refs/sessions/${id}`)).toBe("Another");
    const told = (at: string) =>
      s.git("log", "-1", "--format=%(trailers:key=Session-Checkpoints)%(trailers:key=Session-Progress)", at);
    expect(await told(`refs/sessions/${id}`)).toBe(await told(before));
    expect(await s.json("list")).toMatchObject([{ id, title: "Another", state: "ended" }]);
    await s.run("rm", ["-rf", ".git/sessions/.kept"]);
    expect(await s.json("list")).toMatchObject([{ id, title: "Another", state: "ended" }]);
    await s.ok("resume", "Another");
    expect((await s.json("status")).session).toMatchObject({ id, title: "Another", state: "active" });
    await s.git("fsck", "--strict");
  });
});

test("rename gives a fetched session a snapshot of this clone", async () => {
  const s = await endedSession("snapshot");
  const [{ id }] = await s.json("list");
  await s.git("update-ref", `refs/session-remotes/origin/${id}`, `refs/sessions/${id}`);
  await s.git("update-ref", "-d", `refs/sessions/${id}`);
  await s.ok("rename", id, "Mine now");
  expect(await s.git("rev-parse", `refs/sessions/${id}^`)).toBe(
    await s.git("rev-parse", `refs/session-remotes/origin/${id}`),
  );
  expect(await s.json("list")).toMatchObject([{ id, title: "Mine now" }]);
});

test("rename refuses empty and overlong titles, unknown names and ambiguous names", async () => {
  const s = await sessionWithWork();
  const before = await s.read(".git/sessions/work/context.json");
  for (const [title, says] of [
    ["", "at least one character"],
    [" \n ", "at least one character"],
    ["x".repeat(300), "at most 256 characters; this one has 300"],
  ] as const) {
    const ran = await s.session("rename", "@", title);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(says)]);
  }
  expect(await s.read(".git/sessions/work/context.json")).toBe(before);
  await s.ok("rename", "@", "✓".repeat(256));
  const unknown = await s.session("rename", "wrok", "x");
  expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining("did you mean work?")]);
  await s.ok("start", "second", "--title", "Same");
  await s.ok("start", "third", "--title", "Same");
  const several = await s.session("rename", "Same", "x");
  expect([several.code, several.stderr]).toEqual([3, expect.stringContaining("matches 2 sessions")]);
});

test("a new title survives a damaged context.json", async () => {
  const s = await sessionWithWork();
  await s.ok("rename", "@", "Kept in the log");
  await s.ok("tag", "@", "one", "two");
  await s.ok("meta", "@", "issue", "42");
  await s.write(".git/sessions/work/context.json", "{");
  const [found] = await s.json("list");
  expect(found).toMatchObject({ title: "Kept in the log", tags: ["one", "two"] });
  expect(await s.json("meta", "@")).toEqual({ issue: "42" });
});

test("rename of an ended session needs an identity, and changes nothing without one", async () => {
  const s = await endedSession("kept");
  await s.write("../home/gitconfig", "[user]\n\tuseConfigOnly = true\n");
  const ran = await s.session("rename", "work", "x");
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("git does not know who you are")]);
  expect(await s.json("list")).toMatchObject([{ title: "Work" }]);
});

test("rename works in a bare repository", async () => {
  const s = await scratch({ bare: true, commits: 0 });
  const ran = await s.session("rename", "x", "y");
  expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('there is no session "x"')]);
});
