/** The trailers with each `record.plain_commits` and `record.checkpoints`, from which a clone rebuilds everything. */
import { expect, test } from "vitest";
import { fixture, initRepository, type Scratch, scratch } from "../support/scratch.ts";

const SIX = ["One", "Two", "Three", "Four", "Five", "Six"];

function started(): Promise<Scratch> {
  return fixture("short-records", async (s) => {
    await initRepository(s, { session: ["work", ...SIX.flatMap((each) => ["-o", each])] });
    await s.ok("hooks", "install");
    await plain(s, "feat: first");
  });
}

let count = 0;
async function plain(s: Scratch, message: string, ...args: string[]): Promise<string> {
  count += 1;
  await s.write("README.md", `${count}\n`);
  await s.git("commit", "--quiet", "--all", "-m", message, ...args);
  return body(s);
}

const body = async (s: Scratch, commit = "HEAD") =>
  (await s.git("log", "-1", "--format=%B", commit)).trimEnd();
const lists = async (s: Scratch) => {
  const { objectives, blockers, decisions } = await s.json("status");
  return {
    objectives: objectives.map((each: { mark: string; text: string }) => [each.mark, each.text]),
    blockers: blockers.map((each: { text: string }) => each.text),
    decisions: decisions.map((each: { text: string }) => each.text),
  };
};

/** Returns the branch's session as a fresh clone restores it. */
async function cloned(s: Scratch, branch = "work") {
  const c = await scratch({ bare: true, commits: 0 });
  await s.git("push", "--quiet", c.root, `${branch}:refs/heads/${branch}`, "main:refs/heads/main");
  const clone = await scratch();
  await clone.git("remote", "add", "origin", c.root);
  await clone.git("fetch", "--quiet", "origin");
  await clone.git("reset", "--quiet", "--hard", "origin/main");
  await clone.ok("resume", branch);
  return lists(clone);
}

test("a checkpoint without changes carries only the session id, and a change is carried once", async () => {
  const s = await started();
  const id = (await s.json("status")).session.id;
  expect(await body(s)).toContain(" - [ ] obj-6: Six\nSession-Id:");
  expect(await plain(s, "fix: typo")).toBe(`fix: typo\n\nSession-Id: ${id}`);
  await s.ok("objectives", "complete", "obj-2");
  await s.ok("objectives", "add", "Seven");
  await s.ok("blockers", "add", "Keys", "--link", "#7");
  await s.ok("decisions", "add", "Use A");
  const block = [
    "Session-Objectives:\n - [x] obj-2: Two\n - [ ] obj-7: Seven\n - ... 5 more (session show)",
    "Blockers:\n - [ ] blk-1: Keys (#7)\nDecisions:\n - dec-1: Use A",
    `Session-Id: ${id}`,
  ];
  expect(await plain(s, "feat: more")).toBe(`feat: more\n\n${block.join("\n")}`);
  expect(await plain(s, "fix: typo")).toBe(`fix: typo\n\nSession-Id: ${id}`);
  expect(await cloned(s)).toEqual(await lists(s));

  // A checkpoint says everything, and the next commit nothing of it again.
  await s.ok("objectives", "drop", "obj-3");
  await s.write("README.md", "checkpoint\n");
  await s.ok("checkpoint", "-m", "feat: whole");
  expect(await body(s)).toMatch(/obj-1: One\n[\s\S]*\[-\] obj-3: Three[\s\S]*obj-7: Seven\nBlockers:/);
  expect(await plain(s, "fix: typo")).toBe(`fix: typo\n\nSession-Id: ${id}`);
  expect(await cloned(s)).toEqual(await lists(s));
});

test("changes that a rewrite drops are carried again, and folded commits have complete records", async () => {
  const s = await started();
  await s.ok("objectives", "complete", "obj-1");
  await plain(s, "feat: a");
  await s.git("reset", "--quiet", "--hard", "HEAD~1");
  expect(await plain(s, "feat: b")).toContain("[x] obj-1: One\n - ... 5 more");
  await s.git("commit", "--quiet", "--amend", "-m", "feat: amended");
  expect(await body(s)).toContain("feat: amended\n\nSession-Objectives:\n - [x] obj-1: One\n - ... 5 more");
  await s.ok("objectives", "complete", "obj-2");
  await plain(s, "fixup! feat: amended");
  await s.ok("objectives", "complete", "obj-3");
  await plain(s, "feat: c");
  const env = { GIT_SEQUENCE_EDITOR: "true", GIT_EDITOR: "true" };
  expect((await s.run("git", ["rebase", "-qi", "--autosquash", "main"], { env })).code).toBe(0);
  const after = await lists(s);
  expect(await cloned(s)).toEqual(after);
  expect(after.objectives.slice(0, 4)).toEqual([
    ["done", "One"],
    ["done", "Two"],
    ["done", "Three"],
    ["open", "Four"],
  ]);

  await s.git("rebase", "--quiet", "-X", "theirs", "--onto", "HEAD~2", "HEAD~1");
  expect(await plain(s, "feat: d")).toContain("obj-1: One");
  expect(await cloned(s)).toEqual(after);

  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--squash", "work");
  await s.git("commit", "--quiet", "-m", "feat: squashed");
  const { session } = await s.json("trailers");
  expect(session.objectives.map((each: { mark: string; text: string }) => [each.mark, each.text])).toEqual(
    after.objectives,
  );
  expect(session.more).toBeUndefined();
});

test("two clones with short trailers take over each other's changes", async () => {
  const s = await started();
  const remote = await scratch({ bare: true, commits: 0 });
  await s.git("remote", "add", "origin", remote.root);
  await s.git("push", "--quiet", "origin", "main", "work");
  const other = await scratch();
  await other.git("remote", "add", "origin", remote.root);
  await other.git("fetch", "--quiet", "origin");
  await other.git("reset", "--quiet", "--hard", "origin/main");
  await other.ok("resume", "work");
  await other.ok("hooks", "install");
  await other.ok("objectives", "complete", "obj-5");
  expect(await plain(other, "feat: there")).toContain(
    "Session-Objectives:\n - [x] obj-5: Five\n - ... 5 more",
  );
  await other.git("push", "--quiet", "origin", "work");
  await s.ok("objectives", "complete", "obj-6");
  await s.git("pull", "--quiet", "--ff-only", "origin", "work");
  expect(await plain(s, "feat: here")).toContain("Session-Objectives:\n - [x] obj-6: Six\n - ... 5 more");
  await s.ok("note", "seen");
  const all = await lists(s);
  expect(all.objectives.filter(([mark]: string[]) => mark === "done")).toHaveLength(2);
  expect(await cloned(s)).toEqual(all);
});

test("settings choose short or full trailers", async () => {
  const s = await started();
  await s.ok("config", "set", "record.plain_commits", "full");
  await s.ok("decisions", "add", "Use A");
  for (const message of ["fix: a", "fix: b"]) expect(await plain(s, message)).toContain("obj-6: Six\n");
  await s.ok("config", "set", "record.plain_commits", "none");
  await s.ok("decisions", "add", "Use B");
  expect(await plain(s, "fix: c")).toBe("fix: c");
  expect((await s.json("status")).pending).toEqual(["dec-2"]);

  await s.ok("config", "set", "record.checkpoints", "short");
  await s.ok("objectives", "complete", "obj-1");
  await s.write("README.md", "short\n");
  await s.ok("checkpoint", "-m", "feat: d");
  const short = await body(s);
  expect(short).toContain("Session-Objectives:\n - [x] obj-1: One\n - ... 5 more (session show)\nDecisions:");
  expect(short).toContain("Session-Time:");
  await s.write("README.md", "shorter\n");
  await s.ok("checkpoint", "-m", "feat: e");
  expect(await body(s)).toContain("Session-Objectives:\n - ... 6 more (session show)\n");
  expect(await cloned(s)).toEqual(await lists(s));
});
