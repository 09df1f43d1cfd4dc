import { expect, test } from "vitest";
import { checkoutRepository, runAndKill } from "../support/kill-checkout.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

/** Returns the state after `switch other` was killed at its second file. */
async function half(prepare = async (_s: Scratch) => {}): Promise<Scratch> {
  const s = await checkoutRepository();
  await prepare(s);
  expect(await runAndKill(s, { at: 2, when: "smudge" }, ["switch", "other"])).toBe(true);
  expect(await s.git("status", "--short")).toMatch(/^ D /m);
  return s;
}

test("a file that somebody wrote during an interrupted checkout is kept aside, named, and never committed", async () => {
  const s = await half();
  await s.write("work.txt", "mine\n");
  await s.write("later.txt", "of no branch here\n");
  const { stderr, code } = await s.session("checkpoint", "-m", "feat: no");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /Kept aside, because no commit has it: work\.txt, now in (\.git\/session-aside\/\S+)/,
  );
  const [, folder = ""] = /now in (\S+)/.exec(stderr) ?? [];
  expect(await s.read(`${folder}/work.txt`)).toBe("mine\n");
  expect(await s.read("work.txt")).toBe("work\n");
  // No path of the two branches: it stays where it is.
  expect(await s.git("status", "--short")).toBe("?? later.txt");
  // It is named until somebody tidies up, and not deleted before its time.
  expect(await s.ok("doctor")).toContain("1 folder with uncommitted files, set aside in .git/session-aside");
  expect((await s.session("cleanup", "-y")).stderr).toContain("Nothing to clean up");
  await s.run("touch", ["-d", "40 days ago", folder]);
  expect((await s.session("cleanup")).stderr).toContain(folder);
  await s.ok("cleanup", "-y");
  expect(s.exists(".git/session-aside")).toBe(false);
});

test("uncommitted changes that were carried along survive an interrupted checkout, also in a sparse checkout", async () => {
  const s = await half(async (s) => {
    await s.git("sparse-checkout", "set", "--no-cone", "/*", "!/later.txt", "!/deep");
    await s.write(".gitignore", "*.log\n");
    await s.write("sub/two.txt", "two\n");
    await s.git("add", ".gitignore");
    await s.git("commit", "--quiet", "-m", "chore: ignore");
    await s.write("new.txt", "new\n");
  });
  const hidden = await s.git("ls-files", "-t");
  await s.ok("resume", "feat");
  // It was put away for the switch, and is back.
  expect(await s.git("status", "--short")).toBe("?? new.txt");
  expect(await s.git("ls-files", "-t")).toBe(hidden);
  expect(s.exists("deep")).toBe(false);
});

test.each([
  [["switch", "other"]],
  [["resume", "other"]],
  [["start", "new", "--from", "other"]],
  [["end", "--merge-to", "other", "--force"]],
  [["switch", "other", "--keep"]],
  [["fork", "other", "another"]],
  [["end", "--merge-to", "other", "--squash", "--force"]],
])("switch never overwrites an ignored file that the other branch tracks: %s", async (args) => {
  const s = await checkoutRepository();
  await s.write(".git/info/exclude", "only-other.txt\n");
  await s.write("only-other.txt", "my only copy\n");
  const before = await s.fingerprint();
  const { code, stderr } = await s.session(...args);
  expect({ code, stderr }).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("only-other.txt is ignored"),
  });
  expect(await s.read("only-other.txt")).toBe("my only copy\n");
  expect(await s.fingerprint()).toBe(before);
  expect(s.exists(".git/session-move.json")).toBe(false);
});

test("a move removes the temporary file of a killed one", async () => {
  const s = await checkoutRepository();
  const left = ".git/.tmp-4194303-0123456789abcdef";
  await s.write(left, "");
  await s.ok("switch", "other");
  expect(s.exists(left)).toBe(false);
});

test("a failing post-checkout hook is reported after the command has finished", async () => {
  const s = await checkoutRepository();
  await s.write(".git/hooks/post-checkout", "#!/bin/sh\nexit 3\n");
  await s.run("chmod", ["+x", ".git/hooks/post-checkout"]);
  const { code, stderr } = await s.session("switch", "other");
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("post-checkout hook failed"),
  });
  expect(await s.git("branch", "--show-current")).toBe("other");
});

test("a failing filter leaves everything unchanged, and the next command repairs the rest", async () => {
  const s = await checkoutRepository();
  const smudge = await s.git("config", "filter.deadly.smudge");
  await s.git("config", "filter.deadly.required", "true");
  await s.git("config", "filter.deadly.smudge", "false");
  const { code, stderr } = await s.session("switch", "other");
  expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining("half checked out") });
  expect((await s.session("status")).stdout).toContain("hint: session switch other");
  await s.git("config", "filter.deadly.smudge", smudge);
  await s.ok("resume");
  expect(await s.git("status", "--short")).toBe("");
  expect(await s.git("branch", "--show-current")).toBe("feat");
});

test("a filter that fails while work is stashed or restored loses no work", async () => {
  const s = await checkoutRepository();
  await s.write("a.dat", "on disk: half done\n");
  await s.write("own.txt", "mine\n");
  const smudge = await s.git("config", "filter.deadly.smudge");
  await s.git("config", "filter.deadly.required", "true");
  await s.git("config", "filter.deadly.smudge", "false");
  for (const args of [["pause"], ["start", "new", "--from", "main"]]) {
    const { code, stderr } = await s.session(...args);
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining("the work is safe") });
    expect((await s.session("status")).stdout).toContain("hint: session resume");
    await s.git("config", "filter.deadly.smudge", smudge);
    await s.ok("resume");
    expect([await s.read("a.dat"), await s.read("own.txt")]).toEqual(["on disk: half done\n", "mine\n"]);
    await s.git("config", "filter.deadly.smudge", "false");
  }
});

test("end commits nothing until the merge is known to succeed", async () => {
  const s = await checkoutRepository();
  const head = await s.git("rev-parse", "HEAD");
  await s.write("work.txt", "staged\n");
  await s.git("add", "work.txt");
  await s.write("work.txt", "and more\n");
  const refused = await s.session("end", "--merge-to", "main", "--force");
  expect(refused.stderr).toContain("work.txt has changes that are not staged");
  await s.git("checkout", "--quiet", "HEAD", "work.txt");
  await s.write("later.txt", "another one\n");
  await s.git("add", "later.txt");
  const conflict = await s.session("end", "--merge-to", "main", "--force");
  expect(conflict.stderr).toContain("conflicts in later.txt");
  expect(conflict.code).toBe(4);
  expect(await s.git("rev-parse", "HEAD")).toBe(head);
  expect(await s.git("status", "--short")).toBe("A  later.txt");
});

test("end checks the result of the merge, whatever the settings of the target are", async () => {
  const s = await checkoutRepository();
  await s.git("config", "branch.main.mergeOptions", "--no-commit --squash");
  const tip = await s.git("rev-parse", "feat");
  await s.ok("end", "--merge-to", "main", "--force");
  expect(await s.git("merge-base", "main", tip)).toBe(tip);
  expect(s.exists(".git/MERGE_HEAD")).toBe(false);
});

test("end says that an empty squash has no changes, and ends the session", async () => {
  const s = await scratch();
  await s.ok("start", "empty", "-o", "One");
  const { code, stderr, stdout } = await s.session("end", "--merge-to", "main", "--squash", "--force");
  expect({ code, said: stdout + stderr }).toMatchObject({
    code: 0,
    said: expect.stringContaining("Nothing to merge"),
  });
});

test.each([
  ["a file in its place", "own/mine.txt"],
  ["a file where its folder was", "own"],
  ["a folder where it was", "own/mine.txt/deep"],
])("undo, resume and restore never overwrite an ignored file with stashed work: %s", async (_kind, mine) => {
  const s = await scratch({ session: ["feat", "-o", "One"] });
  await s.write("own/mine.txt", "put away\n");
  await s.write("README.md", "changed\n");
  await s.ok("pause");
  await s.write(".git/info/exclude", "own\n");
  await s.write(mine, "my only copy\n");
  const refuses = async (...args: string[]) => {
    const { code, stderr } = await s.session(...args);
    expect({ code, stderr }).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/own.* would be overwritten/),
    });
    expect(await s.git("status", "--short")).toBe("");
  };
  await s.ok("undo");
  await refuses("resume");
  await s.git("switch", "--quiet", "main");
  for (const back of [
    ["undo", "feat"],
    ["restore", "feat"],
  ]) {
    await s.ok("delete", "feat", "--yes", "--force");
    await s.ok(...back);
    await refuses("resume", "feat");
    expect(await s.read(mine)).toBe("my only copy\n");
    await s.git("switch", "--quiet", "main");
  }
  await s.run("rm", ["-r", "own"]);
  await s.ok("resume", "feat");
  expect([await s.read("own/mine.txt"), await s.read("README.md")]).toEqual(["put away\n", "changed\n"]);
});
