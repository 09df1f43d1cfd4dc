/** Merging where a session is put aside, only a snapshot, without a common one, in use, or has what stays in its clone. */
import { expect, test } from "vitest";
import {
  clonesAtWork,
  expectSameRecord,
  sharedRecord,
  snapshotCommit,
  syncUntilEqual,
} from "../support/clones-in-sync.ts";
import { twoClones } from "../support/two-clones.ts";

test("two clones that both rebuilt a session from commits merge without a common snapshot", async () => {
  const both = await twoClones();
  const { a, b, id } = both;
  await a.ok("decisions", "add", "Use PKCE");
  await a.ok("checkpoint", "--allow-empty", "-m", "feat: one");
  await a.git("push", "--quiet", "origin", "work");
  await b.git("pull", "--quiet", "--all");
  await b.ok("resume", "work");
  expect((await b.json("status")).session.id).toBe(id);
  await a.ok("objectives", "add", "From a");
  await b.ok("objectives", "add", "From b");
  await b.ok("note", "Seen by b");
  await syncUntilEqual(both);
  await expectSameRecord(both);
  const { objectives, decisions } = await a.json("handoff");
  expect(objectives.map((each: { text: string }) => each.text)).toEqual(["One", "From a", "From b"]);
  expect(decisions.map((each: { text: string }) => each.text)).toEqual(["Use PKCE"]);
  expect(await snapshotCommit(a, id)).toBe(await snapshotCommit(b, id));
});

test("an ended session merges with one known only from its snapshot", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("note", "Before the end");
  await a.ok("end");
  await a.ok("push", id);
  await b.ok("pull");
  await a.ok("tag", id, "from-a");
  await a.ok("meta", id, "issue", "42");
  await b.ok("tag", id, "from-b");
  await b.ok("rename", id, "Renamed in b");
  await b.ok("push", id);
  expect(await a.ok("pull")).toContain("merged");
  await a.ok("push", id);
  expect(await b.ok("pull")).toContain("forward");
  expect(await snapshotCommit(a, id)).toBe(await snapshotCommit(b, id));
  for (const s of [a, b])
    expect(await s.json("list", "--all")).toMatchObject([
      { id, title: "Renamed in b", tags: ["from-a", "from-b"], state: "ended" },
    ]);
  const kept = JSON.parse(await a.read(`.git/sessions/.kept/${id}/context.json`));
  expect([kept.title, kept.tags]).toEqual(["Renamed in b", ["from-a", "from-b"]]);
  expect((await a.session("pull")).stderr).toContain("Already up to date");
  await b.ok("resume", id);
  expect((await b.json("handoff")).notes).toMatchObject([{ text: "Before the end" }]);
});

test("concurrent pulls during a write all finish and lose nothing", async () => {
  const both = await clonesAtWork();
  const { a, b } = both;
  await a.ok("note", "from a");
  await a.ok("push");
  const ran = await Promise.all([
    b.apart.session("pull"),
    b.apart.session("note", "while it pulls"),
    b.apart.session("pull"),
    b.apart.session("objectives", "add", "meanwhile"),
  ]);
  expect([ran[1]?.code, ran[3]?.code]).toEqual([0, 0]);
  await syncUntilEqual(both);
  await expectSameRecord(both);
  const { context, texts } = await sharedRecord(a);
  expect(context.notes.map((each: { text: string }) => each.text).sort()).toEqual([
    "from a",
    "while it pulls",
  ]);
  expect(texts[0]).toContain("meanwhile");
});

test("another clone's checkpoints stay in the snapshot without their commits", async () => {
  const both = await clonesAtWork();
  const { a, b, id } = both;
  await a.ok("checkpoint", "--allow-empty", "-m", "feat: made in a");
  await a.ok("push");
  await b.ok("pull");
  await b.ok("note", "b goes on");
  await b.ok("push");
  const lines = await both.remote.git("show", `refs/sessions/${id}:checkpoints.jsonl`);
  expect(lines).toContain("feat: made in a");
  // Rewritten where it was made, it is gone.
  await a.ok("pull");
  await a.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "feat: amended");
  await a.ok("note", "after that");
  await a.ok("push");
  const now = await both.remote.git("grep", "-h", "-e", "", `refs/sessions/${id}`);
  expect(now).not.toContain('"message":"feat: made in a');
});

test("stashed work stays in its clone", async () => {
  const { a, b, id } = await clonesAtWork();
  await a.write("README.md", "not done\n");
  await a.ok("pause");
  await a.ok("push", id);
  expect(await b.git("show", `refs/sessions/${id}:context.json`).catch(() => "")).not.toContain('"work"');
  await b.ok("pull");
  expect(await b.read(".git/sessions/work/context.json")).not.toContain('"work"');
  await b.ok("note", "b");
  await b.ok("push");
  await a.ok("pull");
  await a.ok("resume", id);
  expect(await a.read("README.md")).toBe("not done\n");
});

test("documents are merged by lines, or kept side by side, and written to the folder", async () => {
  const both = await clonesAtWork();
  const { a, b } = both;
  const plan = ".git/sessions/work/workspace/plan.md";
  await a.write(plan, "one\ntwo\nthree\n");
  await a.ok("push", "--workspace");
  await b.ok("pull");
  expect(await b.read(plan)).toBe("one\ntwo\nthree\n");
  await a.write(plan, "one in a\ntwo\nthree\n");
  await b.write(plan, "one\ntwo\nthree in b\n");
  await a.write(".git/sessions/work/workspace/notes.md", "a\n");
  await b.write(".git/sessions/work/workspace/notes.md", "b\n");
  await a.ok("push", "--workspace");
  const pushed = await b.session("push", "--workspace");
  expect(pushed.stderr).toContain(
    "workspace/notes.md was changed in two clones: the other text is in workspace/notes.from-",
  );
  await a.ok("pull");
  const tree = await both.remote.git("ls-tree", "-r", "--name-only", `refs/sessions/${both.id}`);
  expect(tree).toMatch(/workspace\/notes\.from-[0-9a-f]{8}\.md\nworkspace\/notes\.md\nworkspace\/plan\.md/);
  expect(await both.remote.git("show", `refs/sessions/${both.id}:workspace/plan.md`)).toBe(
    "one in a\ntwo\nthree in b",
  );
  const texts = await Promise.all(
    [a, b].map(async (s) => (await s.run("sh", ["-c", "cat .git/sessions/work/workspace/*"])).stdout),
  );
  for (const text of texts)
    for (const line of ["a\n", "b\n", "one in a\n", "three in b\n"]) expect(text).toContain(line);
});

test("a session that was ended, resumed and ended again takes in another clone's changes", async () => {
  const both = await clonesAtWork();
  const { a, b, id } = both;
  for (const each of ["once", "twice"]) {
    await a.ok("end", "--summary", each);
    if (each === "once") await a.ok("resume", id);
  }
  await a.ok("push", id);
  await b.ok("pull");
  await b.ok("resume", id);
  await b.ok("objectives", "add", "After the end");
  await b.ok("push");
  await a.ok("pull");
  expect(await a.ok("show", id)).toContain("After the end");
  expect(await a.json("list", "--all")).toMatchObject([{ id, state: "active" }]);
  // What changes the session now goes from there.
  await a.ok("tag", id, "late");
  await a.ok("push", id);
  await b.ok("pull");
  expect((await b.json("status")).objectives.map((each: { text: string }) => each.text)).toContain(
    "After the end",
  );
});

test("a branch renamed in one clone has the new name in every snapshot, and clones that sync come to rest", async () => {
  const both = await clonesAtWork();
  const { a, b, id } = both;
  await b.git("branch", "--move", "work", "better");
  await b.ok("resume", id);
  await b.ok("sync");
  const pulled = await a.session("sync");
  expect(pulled.stderr).toContain(`${id}: its branch is better in another clone`);
  await a.ok("note", "From a");
  for (const s of [a, b]) await s.ok("sync");
  const settled = await snapshotCommit(a, id);
  for (const s of [b, a, b, a]) {
    const ran = await s.session("sync");
    expect(ran.stdout + ran.stderr).not.toMatch(/in another clone|forward|pushed/);
    expect(await snapshotCommit(s, id)).toBe(settled);
  }
  expect(await a.git("log", "-1", "--format=%B", settled)).toContain("Session-Branch: better\n");
  expect([(await a.json("status")).session.branch, (await b.json("status")).session.branch]).toEqual([
    "work",
    "better",
  ]);
  // A later rename counts, in whichever clone.
  await a.git("branch", "--move", "work", "best");
  await a.ok("resume", id);
  await a.ok("sync");
  await b.ok("sync");
  expect(await b.json("list")).toMatchObject([{ branch: "better" }]);
  expect(await b.git("show", `refs/sessions/${id}:context.json`)).toContain('"ref": "refs/heads/best"');
});
