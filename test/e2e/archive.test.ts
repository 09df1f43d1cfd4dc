import { expect, test } from "vitest";
import { endedSession, sessionWithWork } from "../support/ended-session.ts";
import { twoClones } from "../support/two-clones.ts";

test.each(["kept", "snapshot"] as const)(
  "archive hides an ended session (%s), and unarchive shows it again",
  async (where) => {
    const s = await endedSession(where);
    const [{ id }] = await s.json("list");
    expect(await s.ok("archive", "work")).toContain("is archived");
    expect(await s.json("list")).toEqual([]);
    expect(await s.json("list", "--all")).toMatchObject([{ id, state: "archived" }]);
    expect(await s.json("archive", id)).toMatchObject({ state: "archived", changed: false });
    await s.run("rm", ["-rf", ".git/sessions/.kept"]);
    expect(await s.json("list", "--all")).toMatchObject([{ id, state: "archived" }]);
    await s.ok("unarchive", id);
    expect(await s.json("list")).toMatchObject([{ id, state: "ended" }]);
  },
);

test("unarchive shows a session that was archived by age", async () => {
  const s = await endedSession("snapshot");
  await s.write("../home/.config/session/config.yaml", "session:\n  archive_after_days: 0\n");
  const [{ id }] = await s.json("list", "--all");
  expect(await s.json("list")).toEqual([]);
  await s.write("../home/.config/session/config.yaml", "session:\n  archive_after_days: 1\n");
  const old = "2026-01-01T00:00:00.000Z";
  const message = (await s.git("log", "-1", "--format=%B", `refs/sessions/${id}`)).replace(
    /Session-Ended: .*/,
    `Session-Ended: ${old}`,
  );
  const made = await s.run("git", ["commit-tree", `refs/sessions/${id}^{tree}`], { input: message });
  await s.git("update-ref", `refs/sessions/${id}`, made.stdout.trim());
  expect(await s.json("list")).toEqual([]);
  await s.ok("unarchive", id);
  expect(await s.json("list")).toMatchObject([{ id, state: "ended" }]);
});

test("resume reopens an archived session", async () => {
  const s = await endedSession("kept");
  await s.ok("archive", "work");
  await s.ok("resume", "work");
  expect((await s.json("status")).session.state).toBe("active");
});

test("archive takes only ended sessions, and unarchive only archived ones", async () => {
  const s = await sessionWithWork();
  const ran = await s.session("archive", "work");
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("Work is active")]);
  expect(ran.stderr).toMatch(/\nhint: session archive \w+ --yes\n$/);
  const back = await s.session("unarchive", "work");
  expect([back.code, back.stderr]).toEqual([1, expect.stringContaining("not archived")]);
});

test("archive refuses an active session that is only a snapshot in this clone", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  const ran = await b.session("archive", id, "--yes");
  expect([ran.code, ran.stderr]).toEqual([
    1,
    `error: the session "Work" is only a snapshot here\nhint: session resume ${id}\n`,
  ]);
});
