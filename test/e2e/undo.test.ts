import path from "node:path";
import { describe, expect, test } from "vitest";
import { endedSession, sessionWithWork } from "../support/ended-session.ts";
import { sampledChanges } from "../support/sampling.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const texts = async (s: Scratch) =>
  (await s.json("objectives")).map((each: { mark: string; text: string }) => `${each.mark} ${each.text}`);

test("repeated undo goes further back, and undo --redo goes forward again", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.ok("objectives", "add", "Two");
  await s.ok("objectives", "complete", "1");
  await s.ok("note", "mind the gap");
  expect(await s.json("undo")).toMatchObject({ change: "note: mind the gap", redone: false, branch: "work" });
  expect((await s.json("brief")).notes).toEqual([]);
  expect(await texts(s)).toEqual(["done One", "open Two"]);
  await s.ok("undo");
  expect(await texts(s)).toEqual(["open One", "open Two"]);
  expect(await s.ok("undo")).toContain("Undone in Work: objective added: obj-2 Two");
  expect(await texts(s)).toEqual(["open One"]);
  const begun = await s.session("undo");
  expect([begun.code, begun.stderr]).toEqual([1, expect.stringContaining("session delete work")]);
  expect(await s.ok("undo", "--redo")).toContain("Redone in Work: objective added: obj-2 Two");
  expect(await texts(s)).toEqual(["open One", "open Two"]);
  await s.ok("undo", "--redo");
  expect(await texts(s)).toEqual(["done One", "open Two"]);
  await s.ok("undo", "--redo");
  expect((await s.json("brief")).notes).toHaveLength(1);
  expect((await s.session("undo", "--redo")).code).toBe(1);
  await s.ok("undo");
  expect((await s.json("brief")).notes).toEqual([]);
  await s.ok("objectives", "add", "Three");
  const gone = await s.session("undo", "--redo");
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('nothing to redo in session "Work"')]);
  // The number of what was undone is not given again.
  expect((await s.json("objectives")).map((each: { id: string }) => each.id)).toEqual([
    "obj-1",
    "obj-2",
    "obj-3",
  ]);
});

test("undo --list shows the changes, the undone ones, and the next one", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.ok("decisions", "add", "Keep it simple");
  await s.ok("blockers", "add", "Keys");
  await s.ok("undo");
  const list = await s.json("undo", "--list");
  expect(
    list.map((each: { what: string; undone: boolean; next: boolean }) => [each.what, each.undone, each.next]),
  ).toEqual([
    ["undone: blocker added: blk-1 Keys", false, false],
    ["blocker added: blk-1 Keys", true, false],
    ["decision added: dec-1 Keep it simple", false, true],
    ["session started: Work; objective added: obj-1 One", false, false],
  ]);
  expect(await s.ok("undo", "--list")).toMatch(/> {3}2 {2}decision added: dec-1 Keep it simple/);
});

test("an edit by hand returns when undo is undone with --redo", async () => {
  const s = await sessionWithWork();
  await s.ok("note", "x");
  await s.write(".git/sessions/work/objectives.md", "# Objectives\n\n- [ ] obj-1: One\n- [ ] By hand\n");
  await s.ok("undo");
  expect(await texts(s)).toEqual(["open One"]);
  await s.ok("undo", "--redo");
  expect(await texts(s)).toEqual(["open One", "open By hand"]);
});

test("undo of a checkpoint reverts the record, keeps the commit, and prints git's command", async () => {
  const s = await sessionWithWork();
  await s.write("README.md", "more\n");
  await s.ok("checkpoint", "-m", "docs: more", "--complete", "1", "--decision", "Decided");
  const head = await s.git("rev-parse", "HEAD");
  const ran = await s.session("undo");
  expect(ran.stderr).toContain(`commit ${head.slice(0, 8)} is kept\nhint: git reset --soft HEAD~1`);
  expect(await s.git("rev-parse", "HEAD")).toBe(head);
  expect(await texts(s)).toEqual(["open One"]);
  // A commit carries it, whatever was undone.
  expect(await s.json("decisions")).toMatchObject([{ text: "Decided", state: "committed", commit: head }]);
  await s.git("reset", "--quiet", "--hard", "HEAD~1");
  expect(await s.json("decisions")).toMatchObject([{ text: "Decided", state: "pending" }]);
  await s.git("reset", "--quiet", "--hard", head);
  await s.git("commit", "--quiet", "--allow-empty", "-m", "later");
  await s.ok("undo", "--redo");
  expect(await texts(s)).toEqual(["done One"]);
  const late = await s.json("undo");
  expect(late.commit).toEqual({ oid: head, command: `git revert ${head.slice(0, 12)}` });
});

test("undo reverts title, tags and metadata, and undo of an end continues the session", async () => {
  const s = await sessionWithWork();
  await s.ok("rename", "@", "Another");
  await s.ok("tag", "@", "one");
  await s.ok("meta", "@", "issue", "42");
  await s.ok("end");
  expect((await s.session("note", "x")).code).toBe(3);
  expect(await s.json("undo")).toMatchObject({ change: "handoff written; session ended" });
  expect((await s.json("status")).session).toMatchObject({
    title: "Another",
    state: "active",
    tags: ["one"],
  });
  expect(await s.read(".git/sessions/work/trailers")).toContain("Session-Id");
  for (let n = 0; n < 3; n++) await s.ok("undo");
  expect((await s.json("status")).session).toMatchObject({ title: "Work", tags: [] });
  expect(await s.json("meta", "@")).toEqual({});
  for (let n = 0; n < 3; n++) await s.ok("undo", "--redo");
  expect((await s.json("status")).session).toMatchObject({ title: "Another", tags: ["one"] });
  await s.ok("undo", "--redo");
  expect((await s.session("note", "x")).code).toBe(3);
  expect(await s.json("list")).toMatchObject([{ title: "Another", state: "ended", where: "kept" }]);
});

test("undo of a pause activates the session, and stashed work stays safe", async () => {
  const s = await sessionWithWork();
  await s.write("README.md", "half done\n");
  await s.ok("pause");
  const list = await s.json("undo", "--list");
  expect(list[0].what).toMatch(/paused/);
  await s.ok("undo");
  const status = await s.json("status");
  expect(status.session.state).toBe("active");
  expect(await s.git("for-each-ref", "refs/session-stash")).not.toBe("");
  await s.ok("resume", "work");
  expect(await s.read("README.md")).toBe("half done\n");
});

test("undo of a change to an ended session updates its snapshot", async () => {
  const s = await endedSession("kept");
  const [{ id }] = await s.json("list");
  await s.ok("rename", id, "Another");
  await s.ok("archive", id);
  await s.ok("undo", id);
  expect(await s.json("list")).toMatchObject([{ state: "ended", title: "Another" }]);
  await s.ok("undo", id);
  await s.run("rm", ["-rf", ".git/sessions/.kept"]);
  expect(await s.json("list")).toMatchObject([{ state: "ended", title: "Work" }]);
  const ran = await s.session("undo", id);
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('nothing to undo in session "Work"')]);
});

test("undo restores a deleted session, by branch and by name", async () => {
  const s = await sessionWithWork();
  const { session } = await s.json("status");
  await s.ok("delete", "work", "--force");
  expect(await s.json("undo")).toMatchObject({ id: session.id, change: "session deleted" });
  expect((await s.json("status")).session.id).toBe(session.id);
  await s.ok("delete", "work", "--force");
  await s.git("switch", "--quiet", "main");
  await s.ok("undo", "work");
  expect(await s.json("list")).toMatchObject([{ id: session.id, where: "local" }]);
  const none = await s.session("undo");
  expect([none.code, none.stderr]).toEqual([3, expect.stringContaining("there is no session on main")]);
  const unknown = await s.session("undo", "wrok");
  expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining("did you mean work?")]);
});

test("resuming an active session and restoring a deleted one cannot be undone", async () => {
  const s = await sessionWithWork();
  await s.ok("note", "mind the gap");
  await s.ok("resume");
  expect(await s.json("undo")).toMatchObject({ change: "note: mind the gap" });
  await s.ok("resume");
  await s.ok("undo", "--redo");
  await s.ok("delete", "work", "--force");
  expect(await s.json("undo")).toMatchObject({ change: "session deleted" });
  expect(await s.json("undo")).toMatchObject({ change: "note: mind the gap" });
});

test("undo steps move with a renamed branch, and 50 can be undone", async () => {
  const s = await scratch({ session: ["work"] });
  for (let n = 0; n < 3; n++) await s.ok("note", `note ${n}`);
  const names = async (branch: string) =>
    (await s.run("ls", [`.git/sessions/${branch}/.undo`])).stdout.trim().split("\n");
  expect(await names("work")).toEqual(["000001.json", "000002.json", "000003.json", "000004.json"]);
  await s.git("branch", "--quiet", "-m", "renamed");
  await s.ok("resume");
  await s.ok("undo");
  await s.ok("undo");
  expect((await s.json("brief")).notes).toHaveLength(2);
  const last = await s.read(".git/sessions/renamed/.undo/000004.json");
  for (let n = 100; n < 210; n++) await s.write(`.git/sessions/renamed/.undo/000${n}.json`, last);
  await s.ok("note", "one more");
  const kept = await names("renamed");
  // Fifty changes, and a record for each undo of them.
  expect(kept).toHaveLength(100);
  expect(kept.at(-1)).toBe("000210.json");
});

test("a damaged undo step is skipped", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.ok("note", "first");
  await s.ok("note", "second");
  await s.write(".git/sessions/work/.undo/000003.json", "{");
  expect(await s.json("undo")).toMatchObject({ change: "note: first" });
  expect((await s.json("brief")).notes).toEqual([]);
});

/** Runs a command that is interrupted at its change number `at`; whether it ran through. */
async function interrupted(s: Scratch, kind: string, at: number, ...args: string[]): Promise<boolean> {
  await s.write("../home/count", "0");
  const env = { FAULT: kind, FAULT_OF: "rename", FAULT_AT: String(at), FAULT_COUNT: `${s.home}/count` };
  const words = [
    "--require",
    path.resolve("test/support/node-faults.cjs"),
    path.resolve("dist/cli.js"),
    ...args,
  ];
  const { code } = await s.run(process.execPath, words, { env });
  return code === 0 && Number(await s.read("../home/count")) < at;
}

describe.each(["kill", "ENOSPC"])("%s at every rename of an undo", (kind) => {
  test("leaves the state before or after, and the next undo continues from it", async () => {
    const s = await scratch({ session: ["work", "-o", "One"] });
    for (const at of sampledChanges(60)) {
      await s.ok("objectives", "add", `added ${at}`);
      const before = await texts(s);
      const isDone = await interrupted(s, kind, at, "undo");
      const after = await texts(s);
      expect([before.join(), before.slice(0, -1).join()]).toContain(after.join());
      if (after.join() === before.join()) {
        expect(isDone).toBe(false);
        await s.ok("undo");
        expect(await texts(s)).toEqual(before.slice(0, -1));
      }
      await s.ok("undo", "--redo");
      expect(await texts(s)).toEqual(before);
      if (isDone) return expect(at).toBeGreaterThan(4);
    }
    throw new Error("it never ran through");
  });
});

test.each(["undo", "redo"])(
  "a kill at any rename of the %s of an end leaves the session ended or active",
  async (way) => {
    const s = await scratch({ session: ["work", "-o", "One"] });
    for (const at of sampledChanges(60)) {
      await s.ok("end");
      if (way === "redo") await s.ok("undo");
      const isDone = await interrupted(s, "kill", at, "undo", ...(way === "redo" ? ["--redo"] : []));
      const [{ state, where }] = await s.json("list", "--all");
      expect(state === "ended" || where === "local").toBe(true);
      if (isDone) expect(state).toBe(way === "redo" ? "ended" : "active");
      if (state === "ended") await s.ok("undo");
      expect(await texts(s)).toEqual(["open One"]);
      if (isDone) return expect(at).toBeGreaterThan(4);
    }
    throw new Error("it never ran through");
  },
);
