/** One session in two clones that both went on: what each has afterwards. */
import { expect, test } from "vitest";
import {
  clonesAtWork,
  expectSameRecord,
  sharedRecord,
  snapshotCommit,
  syncUntilEqual,
} from "../support/clones-in-sync.ts";
import type { Scratch } from "../support/scratch.ts";

test("both clones have each other's additions, once, in the same commit", async () => {
  const both = await clonesAtWork();
  const { a, b, id } = both;
  await a.ok("objectives", "add", "From a");
  await a.ok("note", "Seen by a");
  await a.ok("decisions", "add", "Use PKCE", "--rationale", "no secret on the client");
  await b.ok("objectives", "add", "From b");
  await b.ok("blockers", "add", "Waiting for keys", "--link", "#4");
  await b.ok("tag", "@", "api");
  await a.ok("push");
  const pulled = await b.session("pull");
  expect(pulled.code).toBe(0);
  expect(pulled.stdout).toContain("merged");
  expect(pulled.stdout + pulled.stderr).toContain("obj-2 (From b) is obj-3 now: obj-2 was given twice");
  expect(
    (await b.json("status")).objectives.map((each: { id: string; text: string }) => [each.id, each.text]),
  ).toEqual([
    ["obj-1", "One"],
    ["obj-2", "From a"],
    ["obj-3", "From b"],
  ]);
  await b.ok("push");
  expect(await a.ok("pull")).toContain("forward");
  await expectSameRecord(both);
  const { context, texts } = await sharedRecord(a);
  expect([context.tags, context.notes.length, context.decisions.length]).toEqual([["api"], 1, 1]);
  expect(texts[1]).toContain("Waiting for keys (#4)");
  expect((await a.session("pull")).stderr).toContain("Already up to date");
  expect((await a.json("push")).sessions).toMatchObject([{ id, outcome: "same" }]);
  await a.git("fsck", "--strict");
});

test("done wins over in progress, reopened over done, and a text changed in both clones keeps both versions", async () => {
  const both = await clonesAtWork("-o", "Two", "-o", "Three");
  const { a, b } = both;
  await a.ok("objectives", "complete", "3");
  await syncUntilEqual(both);
  await a.ok("objectives", "complete", "1");
  await b.ok("objectives", "start", "1");
  await a.ok("objectives", "edit", "2", "Two, with tests");
  await b.ok("objectives", "edit", "2", "Two, with docs");
  await b.ok("objectives", "reopen", "3");
  await syncUntilEqual(both);
  await expectSameRecord(both);
  expect(
    (await a.json("status")).objectives.map((each: { mark: string; text: string }) => [each.mark, each.text]),
  ).toEqual([
    ["done", "One"],
    ["open", "Two, with docs\n(or) Two, with tests"],
    ["open", "Three"],
  ]);
  expect(await a.ok("objectives", "list")).toContain("obj-2 Two, with docs (or) Two, with tests\n");
  expect(await a.ok("status")).toContain("obj-2 Two, with docs (or) Two, with tests\n");
});

test("two clones that merge the same snapshots make the same commit", async () => {
  const both = await clonesAtWork();
  const { a, b, id } = both;
  await a.ok("note", "a");
  await b.ok("note", "b");
  // Neither of them pushes before both have what the other one has.
  const fetch = (s: Scratch, from: Scratch) =>
    s.git("fetch", "--quiet", from.root, `+refs/sessions/*:refs/session-remotes/origin/*`);
  await a.ok("push");
  const mine = await snapshotCommit(a, id);
  await fetch(b, a);
  await b.ok("pull");
  const merged = await snapshotCommit(b, id);
  const its = (await b.git("rev-list", "--parents", "-1", merged))
    .split(" ")
    .find((each) => each !== merged && each !== mine);
  await both.remote.git("update-ref", `refs/sessions/${id}`, mine);
  await b.git("push", "--quiet", "--force", "origin", `${its}:refs/sessions/${id}`);
  await a.ok("pull");
  expect(await snapshotCommit(a, id)).toBe(merged);
  await expectSameRecord(both);
});

const textsOf = (items: readonly { readonly text: string }[]) => items.map((each) => each.text).sort();

test.each([
  ["a push to this clone", (a: Scratch, b: Scratch) => a.ok("push", b.root)],
  [
    "git fetch",
    async (a: Scratch, b: Scratch) => {
      await a.ok("push");
      await b.git("fetch", "--quiet", "origin", "refs/sessions/*:refs/sessions/*");
    },
  ],
])("push merges a snapshot that %s put on the session's ref", async (_what, put) => {
  const both = await clonesAtWork();
  const { a, b, id } = both;
  await a.ok("objectives", "add", "From a");
  // No command has noted it in the log yet.
  const file = ".git/sessions/work/objectives.md";
  await a.write(file, (await a.read(file)).replace("One", "One, by hand in a"));
  await b.ok("note", "Seen by b");
  await put(a, b);
  const arrived = await snapshotCommit(b, id);
  await b.ok("push");
  expect(await a.ok("pull")).toContain("forward");
  await expectSameRecord(both);
  await a.git("merge-base", "--is-ancestor", arrived, `refs/sessions/${id}`);
  const { context, texts } = await sharedRecord(b);
  expect(textsOf(context.notes)).toEqual(["Seen by b"]);
  expect(texts[0]).toMatch(/One, by hand in a\n.*From a/);
  expect((await b.json("push")).sessions).toMatchObject([{ id, outcome: "same" }]);
});

test("pull brings a snapshot that a push put on the session's ref into the folder", async () => {
  const { a, b, id } = await clonesAtWork();
  await a.ok("objectives", "add", "From a");
  await a.ok("push", b.root);
  expect((await b.json("pull", a.root)).sessions).toMatchObject([{ id, outcome: "merged" }]);
  expect(textsOf((await b.json("status")).objectives)).toEqual(["From a", "One"]);
});

test("ending and tagging a session keep a snapshot that a push put on its ref", async () => {
  const { a, b, id } = await clonesAtWork();
  await a.ok("objectives", "add", "From a");
  await a.ok("push", b.root);
  await b.ok("end", "--summary", "Done in b");
  expect(await b.git("show", `refs/sessions/${id}:objectives.md`)).toContain("From a");
  await b.ok("push", id);
  await a.ok("pull");
  await a.ok("tag", id, "a");
  await a.ok("push", id, b.root);
  await b.ok("tag", id, "b");
  await b.ok("pull", a.root);
  expect((await b.json("show", id)).session.tags.sort()).toEqual(["a", "b"]);
  await b.ok("push", id);
  await a.ok("pull");
  for (const s of [a, b]) {
    const { session, objectives } = await s.json("show", id);
    expect([session.state, session.tags.sort()]).toEqual(["ended", ["a", "b"]]);
    expect(textsOf(objectives)).toEqual(["From a", "One"]);
  }
  expect(await snapshotCommit(a, id)).toBe(await snapshotCommit(b, id));
});

test("push names a commit on the session's ref that is not its snapshot, and continues without it", async () => {
  const { a, b, id } = await clonesAtWork();
  const head = await b.git("rev-parse", "HEAD");
  await b.git("update-ref", `refs/sessions/${id}`, head);
  await b.ok("note", "Seen by b");
  const { code, stdout, stderr } = await b.session("push");
  expect([code, stdout], stderr).toEqual([0, expect.stringContaining("pushed")]);
  expect(stderr).toContain(`the snapshot ${head} on refs/sessions/${id} was left out: `);
  expect(await a.ok("pull")).toContain("forward");
});

test("edits by hand that no command has read are merged, and lines between the items stay", async () => {
  const both = await clonesAtWork();
  const { a, b } = both;
  const file = ".git/sessions/work/objectives.md";
  await a.write(file, `${await a.read(file)}- [ ] By hand in a\n\nThought of a.\n`);
  await b.write(file, `Thought of b.\n\n${(await b.read(file)).replace("- [ ] obj-1", "- [x] obj-1")}`);
  await b.ok("objectives", "add", "Added in b");
  await syncUntilEqual(both);
  await expectSameRecord(both);
  const text = await a.read(file);
  for (const each of ["By hand in a", "Thought of a.", "Thought of b.", "[x] obj-1: One", "Added in b"])
    expect(text).toContain(each);
});

test("undo reverts a merge, and later changes build on the result", async () => {
  const both = await clonesAtWork();
  const { a, b } = both;
  await a.ok("objectives", "add", "From a");
  await b.ok("objectives", "add", "From b");
  await a.ok("push");
  await b.ok("pull");
  expect(await b.ok("undo")).toContain("session united");
  expect(await b.read(".git/sessions/work/objectives.md")).not.toContain("From a");
  expect(await b.ok("undo", "--redo")).toContain("session united");
  await syncUntilEqual(both);
  await expectSameRecord(both);
  expect(await a.read(".git/sessions/work/objectives.md")).toContain("From a");
});

test("a session ended in one clone is ended in the other, which can resume it", async () => {
  const both = await clonesAtWork();
  const { a, b, id } = both;
  await b.ok("note", "Still at it");
  await a.ok("end", "--summary", "It is done");
  await a.ok("push", id);
  const pulled = await b.session("pull");
  expect(pulled.stdout + pulled.stderr).toContain(
    `it has ended in another clone\nhint: session resume ${id}`,
  );
  // The branch shows the record of what has ended, and takes no more into it.
  expect((await b.session("objectives", "list")).stderr).toMatch(/session "?work"? ended .* ago/);
  expect((await b.session("objectives", "add", "Too late")).code).toBe(3);
  expect(await b.json("list", "--all")).toMatchObject([{ id, state: "ended" }]);
  expect(await b.ok("show", id)).toContain("Still at it");
  expect((await b.session("resume", id)).stderr).toContain("It had ended and is active again.");
  await b.ok("objectives", "add", "Once more");
  await b.ok("push");
  // It has ended in this clone, and is active in the other.
  expect(await a.ok("pull")).toMatch(/forward|merged/);
  expect(await a.ok("show", id)).toContain("Once more");
  await a.git("switch", "--quiet", "main");
  const { stdout, stderr } = await a.session("switch", "work", "--json");
  expect(stderr).toContain(`Its session Work is not resumed in this clone.\nhint: session resume ${id}`);
  const switched = JSON.parse(stdout);
  expect([switched.elsewhere, switched.ended]).toEqual([{ id, title: "Work" }, undefined]);
  expect((await a.session("resume", id)).stderr).not.toContain("had ended");
  await syncUntilEqual(both);
  await expectSameRecord(both);
  expect(await a.read(".git/sessions/work/objectives.md")).toContain("Once more");
});
