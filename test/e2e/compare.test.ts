import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";
import { daysAgo, fastSnapshots } from "../support/snapshots.ts";

test("compare shows two sessions side by side, by default the second is this branch's session", async () => {
  const s = await scratch({ session: ["one", "--title", "The first", "-o", "A"] });
  await s.write("a.txt", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: a", "--complete", "1");
  await s.ok("end");
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "two", "--title", "The second");
  const { sessions } = await s.json("compare", "one");
  expect(sessions).toMatchObject([
    { title: "The first", state: "ended", checkpoints: 1, files: 1, objectives: { done: 1, total: 1 } },
    { title: "The second", state: "active", checkpoints: 0, files: 0, objectives: { done: 0, total: 0 } },
  ]);
  const lines = (await s.ok("compare", "two", "one")).split("\n");
  expect(lines[0]).toMatch(/^Branch\ttwo\tone$/);
  expect(lines).toContain("Checkpoints\t0\t1");
  expect(lines).toContain("Lines\t+0 -0\t+1 -0");
});

test("compare reads a session known only from its snapshot", async () => {
  const s = await scratch();
  const message = [
    "feat: old\n\nImpact:\n - Changed: 3 files, +20 -4\n - Tests: +2",
    "Session-Id: aaaa00000000\nSession-Time: 1h\n",
  ].join("\n");
  const created = daysAgo(3);
  const authored = Math.floor(Date.parse(created) / 1000) + 1800;
  await fastSnapshots(s, [
    {
      ...{ id: "aaaa00000000", title: "Old", created, ended: daysAgo(2), minutes: 288 },
      files: {
        "objectives.md": "- [x] obj-1: A\n- [ ] obj-2: B\n",
        "checkpoints.jsonl": `${JSON.stringify({ commit: "0".repeat(40), authored, message })}\ntorn {\n`,
      },
    },
  ]);
  await s.ok("start", "work");
  const [old] = (await s.json("compare", "Old", "@")).sessions;
  expect(old).toMatchObject({
    ...{ minutes: 288, span: 1440, idle: expect.closeTo(0.8), checkpoints: 1, firstCheckpoint: 30 },
    ...{ files: null, added: 20, removed: 4, tests: 2, objectives: { done: 1, total: 2 } },
  });
  expect(await s.ok("compare", "aaaa")).toMatch(/Idle\t80%\t–/);
});

test("compare refuses unknown and ambiguous names", async () => {
  const s = await scratch();
  const at = { created: daysAgo(3), ended: daysAgo(2) };
  await fastSnapshots(s, [
    { id: "aaaa00000000", title: "Same", ...at },
    { id: "aaab00000000", title: "Same", ...at },
  ]);
  for (const name of ["Same", "aaa"]) {
    const ran = await s.session("compare", name, "aaaa");
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("matches 2 sessions");
  }
  expect((await s.session("compare", "nothing", "aaaa")).code).toBe(3);
  expect((await s.session("compare")).code).toBe(2);
});

test("compare --changes shows which files both sessions change, and which only one does", async () => {
  const s = await scratch();
  for (const branch of ["one", "two"]) {
    await s.git("switch", "--quiet", "main");
    await s.ok("start", branch);
    await s.write("README.md", `${branch}\n`);
    await s.write(`${branch}.txt`, "1\n2\n");
    await s.ok("checkpoint", "-A", "-m", `feat: ${branch}`);
  }
  const { changes } = await s.json("compare", "one", "two", "--changes");
  expect(changes.both.map((each: { path: string }) => each.path)).toEqual(["README.md"]);
  expect(changes.only).toMatchObject([[{ path: "one.txt", added: 2 }], [{ path: "two.txt" }]]);
  const text = await s.ok("compare", "one", "two", "--changes");
  expect(text).toContain("Both  1 file\n  README.md  +1 -1, +1 -1\n");
  expect(text).toContain("Only two  1 file\n  A two.txt  +2 -0\n");
  expect(text).not.toContain("Checkpoints");
  expect(await s.ok("compare", "one", "two", "--changes", "--metrics")).toMatch(/Checkpoints\t1\t1\n/);
  expect(await s.json("compare", "one", "two")).not.toHaveProperty("changes");
});

test("compare --changes reports a session whose commits are gone", async () => {
  const s = await scratch();
  await fastSnapshots(s, [
    { id: "aaaa00000000", title: "Old", created: daysAgo(3), ended: daysAgo(2), minutes: 288 },
  ]);
  await s.ok("start", "work");
  const ran = await s.session("compare", "Old", "--changes", "--json");
  expect(JSON.parse(ran.stdout).changes).toBeNull();
  expect(ran.stderr).toContain("its files are unknown");
});
