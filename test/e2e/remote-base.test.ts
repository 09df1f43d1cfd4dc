/** Sessions whose branch contains commits of the base that only the remote's copy has. */
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

/** A branch that was rebased on `origin/main`, which has a squashed session of a colleague that main lacks. */
async function rebased(): Promise<Scratch> {
  const s = await scratch();
  await s.git("init", "--quiet", "--bare", "../home/remote");
  await s.git("remote", "add", "origin", "../home/remote");
  await s.ok("start", "theirs", "-o", "Other");
  await s.write("theirs.txt", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: theirs", "--decision", "Other decision");
  await s.ok("end", "--merge-to", "main", "--squash", "--delete-branch");
  await s.git("push", "--quiet", "origin", "main");
  await s.git("switch", "--quiet", "main");
  await s.git("reset", "--quiet", "--hard", "HEAD~1");
  await s.ok("start", "work", "-o", "One");
  await s.write("own.txt", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: own");
  await s.git("rebase", "--quiet", "origin/main");
  return s;
}

test("a branch is measured against the copy of its base that it contains, so that a colleague's work is not its own", async () => {
  const s = await rebased();
  expect((await s.json("status")).session.drift).toBe("1 commit ahead of origin/main");
  expect(await s.json("stats")).toMatchObject({ files: 1, added: 1, checkpoints: 1 });
  const { body, base } = await s.json("pr");
  expect(base).toBe("main");
  expect(body).not.toMatch(/Other decision|theirs\.txt/);
});

test("end does not take the base's own commits for another session's, and does not squash them again", async () => {
  const s = await rebased();
  const refused = await s.session("end", "--merge-to", "main", "--squash");
  expect(refused).toMatchObject({ code: 4 });
  expect(refused.stderr).toMatch(
    /main lacks commits of origin\/main that work has.*\nhint: git fetch \. origin\/main:main\nhint: session end --merge-to main --squash\n/,
  );
  await s.git("fetch", "--quiet", ".", "origin/main:main");
  await s.ok("end", "--merge-to", "main", "--squash");
  expect(await s.git("log", "--format=%s", "origin/main..main")).toBe("feat: own");
});

test("end without a squash merges them as they are", async () => {
  const s = await rebased();
  await s.ok("end", "--merge-to", "main");
  expect(await s.git("rev-parse", "main")).toBe(await s.git("rev-parse", "work"));
});
