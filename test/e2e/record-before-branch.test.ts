/** A record that was pulled before the branch's own commits. */
import { expect, test } from "vitest";
import { twoClones } from "../support/two-clones.ts";

test("a colleague's decision stays that of the colleague's commit, although only the record was pulled", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  await b.write("theirs.txt", "1\n");
  await b.ok("checkpoint", "-A", "-m", "feat: theirs", "--decision", "Use B");
  await b.git("push", "--quiet", "origin", "work");
  await b.ok("push");
  const theirs = (await b.git("rev-parse", "HEAD")).slice(0, 8);
  await a.git("fetch", "--quiet");
  await a.ok("pull");
  const { warnings, pending } = await a.json("status");
  expect([warnings, pending]).toEqual([[], []]);
  expect(await a.ok("decisions")).toContain(theirs);
  await a.write("ours.txt", "1\n");
  await a.ok("checkpoint", "-A", "-m", "feat: ours");
  await a.git("pull", "--quiet", "--no-rebase", "--no-edit");
  expect((await a.git("log", "--format=%B")).match(/- dec-1: Use B/g)).toHaveLength(1);
  expect(await a.ok("decisions")).toContain(theirs);
});
