import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const OLD = "2020-01-01T12:00:00.000Z";

/** A session that ended, the last sign of life long ago. */
async function old(s: Scratch, branch: string, ...options: string[]): Promise<string> {
  await s.git("switch", "--quiet", "main");
  await s.ok("start", branch, "-o", "One", ...options);
  await s.ok("end");
  const { id } = (await s.json("list", "--all")).find((each: { branch: string }) => each.branch === branch);
  const log = `.git/sessions/.kept/${id}/events.jsonl`;
  // Longer by a line, too: a log of the same size is what the snapshot holds.
  await s.write(log, `${(await s.read(log)).replaceAll(/"at":"[^"]+"/g, `"at":"${OLD}"`)}\n`);
  return id;
}

const branches = (sessions: { branch: string }[]) => sessions.map((each) => each.branch).sort();

test("cleanup lists before it deletes, keeps active, named and tagged sessions, and can be undone by restore", async () => {
  const s = await scratch();
  await old(s, "plain");
  await old(s, "named", "--title", "A title of its own");
  await old(s, "tagged", "--tag", "keep");
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "going-on");
  const log = ".git/sessions/going-on/events.jsonl";
  await s.write(log, (await s.read(log)).replaceAll(/"at":"[^"]+"/g, `"at":"${OLD}"`));
  await s.ok("start", "young", "--no-switch");
  const plan = await s.json("cleanup", "--dry-run");
  expect(branches(plan.going)).toEqual(["plain"]);
  expect(
    plan.staying.map((each: { branch: string; why: string }) => `${each.branch}: ${each.why}`).sort(),
  ).toEqual(["going-on: active", "named: named", "tagged: tagged keep"]);
  expect(await s.json("list", "--all")).toHaveLength(5);
  expect((await s.session("cleanup")).code).toBe(2);
  expect(await s.ok("cleanup", "--yes")).toContain("Deleted 1 session");
  expect(branches(await s.json("list", "--all"))).toEqual(["going-on", "named", "tagged", "young"]);
  await s.ok("restore", "plain");
  // It was touched just now.
  expect((await s.json("cleanup", "--dry-run")).going).toEqual([]);
});

test("cleanup keeps the ancestors of a kept session", async () => {
  const s = await scratch();
  const grandparent = await old(s, "first");
  const parent = await old(s, "second");
  await old(s, "alone");
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "child");
  for (const [file, id] of [
    [`.git/sessions/.kept/${parent}/context.json`, grandparent],
    [".git/sessions/child/context.json", parent],
  ] as const)
    await s.write(file, JSON.stringify({ ...JSON.parse(await s.read(file)), parent: id }));
  const plan = await s.json("cleanup", "--dry-run");
  expect(branches(plan.going)).toEqual(["alone"]);
  expect(branches(plan.staying)).toEqual(["first", "second"]);
  expect(plan.staying[0].why).toMatch(/^parent of /);
  const deletion = await s.json("delete", parent, "--dry-run");
  expect(deletion.going).toMatchObject([{ parent: grandparent, children: [{ branch: "child" }] }]);
  expect(await s.ok("delete", parent, "--dry-run")).toContain("is kept (");
});

test("cleanup ignores file times and obeys --days", async () => {
  const s = await scratch();
  const id = await old(s, "plain");
  await s.run("touch", [`.git/sessions/.kept/${id}`, `.git/sessions/.kept/${id}/events.jsonl`]);
  expect((await s.json("cleanup", "--dry-run")).going).toHaveLength(1);
  expect((await s.json("cleanup", "--dry-run", "--days", "99999")).going).toHaveLength(0);
  for (const days of ["-1", "soon", "1.5", ""])
    expect((await s.session("cleanup", "--days", days)).code).toBe(2);
});

test("cleanup empties the trash of sessions deleted more than 30 days ago, with their refs", async () => {
  const s = await scratch();
  const id = await old(s, "plain");
  await s.ok("delete", id, "--force");
  const file = `.git/sessions/.trash/${id}-1/deleted.json`;
  expect((await s.session("cleanup", "--yes")).stderr).toContain("Nothing to clean up");
  await s.write(file, (await s.read(file)).replace(/"at": "[^"]+"/, `"at": "${OLD}"`));
  expect(await s.json("cleanup", "--dry-run")).toMatchObject({ emptied: [{ id }], deleted: [] });
  expect(await s.git("for-each-ref", "refs/session-trash")).not.toBe("");
  await s.ok("cleanup", "--yes");
  expect(await s.git("for-each-ref", "refs/session-trash")).toBe("");
  expect(s.exists(`.git/sessions/.trash/${id}-1`)).toBe(false);
  expect(await s.json("restore")).toEqual([]);
});
