/** Ends of sessions whose work the target has already, or that another branch contains too. */
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";

test("an active session that a forge squashed says so, and its end adds no merge commit", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("own.txt", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: own", "--complete", "1");
  const text = await s.ok("pr");
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--squash", "work");
  await s.git("commit", "--quiet", "-m", `One (#7)\n\n${text}`);
  const main = await s.git("rev-parse", "main");
  await s.git("switch", "--quiet", "work");
  const { session, next } = await s.json("status");
  expect(session).toMatchObject({ state: "active", drift: `merged into main as ${main.slice(0, 8)}` });
  expect(next).toEqual([{ what: "every objective is done", command: "session end" }]);
  const said = await s.session("end", "--merge-to", "main");
  expect(said.stderr).toContain("Nothing to merge: main already has these changes");
  expect(await s.git("rev-parse", "main")).toBe(main);
});

test("a session that goes on after a part of it was squashed is not called merged", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("own.txt", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: own");
  const text = await s.ok("pr");
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--squash", "work");
  await s.git("commit", "--quiet", "-m", `One (#7)\n\n${text}`);
  await s.git("switch", "--quiet", "work");
  await s.write("more.txt", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: more");
  expect((await s.json("status")).session.drift).toBe("2 commits ahead of, 1 behind main");
});

test("the way to leave out another session's commits keeps the own ones, and the hint keeps all options", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.git("commit", "--quiet", "--allow-empty", "-m", "feat: own");
  await s.ok("start", "child", "-o", "Two");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: child");
  await s.git("switch", "--quiet", "work");
  await s.git("merge", "--quiet", "--ff-only", "child");
  await s.ok("start", "elsewhere");
  const { error } = await s.json("end", "work", "--merge-to", "main", "--squash");
  expect(error).toMatchObject({
    code: "others-along",
    hint: "session end work --merge-to main --squash --with child",
  });
  // The child's branch contains the whole branch: a rebase on top of it would drop the own commit.
  expect(error.details).toBeUndefined();
});
