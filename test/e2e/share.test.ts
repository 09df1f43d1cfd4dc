/** Shared sessions are pushed along, sync pulls and pushes, and unshared sessions stay away. */
import { expect, test } from "vitest";
import { bareRemote } from "../support/git-servers.ts";
import { refNames, twoClones } from "../support/two-clones.ts";

test("share pushes a session with every later push; --undo removes the last seen remote snapshot, no copies", async () => {
  const { a, b, remote, id } = await twoClones();
  expect((await a.session("share", "@")).stderr).toContain("is shared with origin");
  expect((await a.json("list", "--shared")).map((each: { id: string }) => each.id)).toEqual([id]);
  await a.ok("start", "more", "-o", "M");
  await a.ok("switch", "work");
  await a.ok("objectives", "add", "Two");
  await a.ok("switch", "more");
  // Not named, and of another branch: it goes along with a push that is about something else.
  await a.ok("push");
  expect(await remote.git("show", `refs/sessions/${id}:objectives.md`)).toContain("Two");
  await b.ok("pull");
  expect((await b.json("list", "--shared")).map((each: { id: string }) => each.id)).toEqual([id]);

  await b.ok("share", id, "--undo");
  expect(await refNames(remote, "refs/sessions/")).not.toContain(id);
  expect(await refNames(b, "refs/sessions/")).toContain(id);
  expect(await b.json("list", "--shared")).toEqual([]);
  // The other one still has it marked; it does not come back by itself.
  const synced = await a.session("sync");
  expect(synced.stderr).toContain("deleted at");
  expect(await refNames(remote, "refs/sessions/")).not.toContain(id);
  expect(await a.ok("push", id)).toContain("pushed");
});

test("share --undo refuses an unseen remote change, and a session that is not shared", async () => {
  const { a, b, remote, id } = await twoClones();
  const none = await a.session("share", "@", "--undo");
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("is not shared")]);
  await a.ok("share", "@");
  await b.ok("pull");
  await b.git("switch", "--quiet", "work");
  await b.ok("resume");
  await b.ok("objectives", "add", "Theirs");
  await b.ok("push");
  const moved = await a.session("share", "@", "--undo");
  expect([moved.code, moved.stderr]).toEqual([1, expect.stringContaining(`session pull origin ${id}`)]);
  expect(await refNames(remote, "refs/sessions/")).toContain(id);
  await a.ok("pull");
  expect((await a.session("share", "@", "--undo")).code).toBe(0);
  expect(await refNames(remote, "refs/sessions/")).toBe("");
});

test("sync pulls everything and pushes only shared sessions", async () => {
  const { a, b, remote, id } = await twoClones();
  expect((await a.session("sync")).stderr).toBe("Already up to date.\n");
  expect(await refNames(remote, "refs/sessions/")).toBe("");
  await a.ok("share", "@");
  const here = await b.json("sync", "--pull");
  expect(here.pulled.sessions).toMatchObject([{ id, outcome: "new" }]);
  expect(here.pushed).toBeUndefined();
  await a.ok("note", "Mind the gap");
  expect(await a.ok("sync", "--push")).toContain("pushed");
  const forward = await b.json("sync", "--bidirectional");
  expect(forward.pulled.sessions).toMatchObject([{ id, outcome: "forward" }]);
  expect(await b.git("show", `refs/sessions/${id}:context.json`)).toContain("Mind the gap");
});

test("sync shows what a push merged first, with the title after the merge", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  await b.ok("objectives", "add", "From b");
  await b.ok("push");
  expect(await a.ok("sync", "--push")).toBe(`merged\tWork\twork\t${id}\n`);
  await b.ok("objectives", "add", "From b again");
  await b.ok("push");
  await a.ok("rename", "@", "Renamed");
  expect(await a.ok("sync")).toBe(`merged\tRenamed\twork\t${id}\npushed\tRenamed\twork\t${id}\n`);
  await bareRemote(a, "backup.git");
  await a.git("remote", "add", "backup", "../backup.git");
  await a.git("config", "remote.pushDefault", "backup");
  await a.ok("share", "@", "origin");
  expect((await a.session("share", "@", "backup")).stderr).toBe(
    `Renamed (${id}) was already shared; pushed to backup.\n`,
  );
  expect(await a.json("sync")).toMatchObject({ remote: "origin", pushRemote: "backup" });
});

test("sync pushes this branch's session if the remote has it, shared or not, and no other unshared one", async () => {
  const { a, remote, id } = await twoClones();
  await a.ok("push");
  await a.ok("objectives", "add", "Two");
  expect((await a.json("sync")).pushed).toMatchObject([{ id, outcome: "pushed" }]);
  expect((await a.json("sync")).pushed).toMatchObject([{ id, outcome: "same" }]);
  await a.ok("objectives", "add", "Three");
  await a.ok("end");
  await a.ok("start", "other", "-o", "Mine");
  expect((await a.json("sync")).pushed).toMatchObject([{ id, outcome: "pushed" }]);
  expect((await a.json("sync")).pushed).toEqual([]);
  expect(await remote.git("show", `refs/sessions/${id}:objectives.md`)).toMatch(/Two[\s\S]*Three/);
});

test("clones that sync in turn have everything after two rounds", async () => {
  const { a, b, id } = await twoClones();
  // A clone that nobody shared anything with: pushed by one, pulled and resumed by the other, changed in both.
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  for (const [s, who] of [
    [a, "a"],
    [b, "b"],
  ] as const) {
    await s.ok("objectives", "add", `objective of ${who}`);
    await s.ok("blockers", "add", `blocker of ${who}`);
    await s.ok("decisions", "add", `decision of ${who}`);
  }
  for (const s of [a, b, a, b]) await s.ok("sync");
  for (const s of [a, b])
    for (const list of ["objectives", "blockers", "decisions"]) {
      const texts = (await s.json(list, "list", ...(list === "decisions" ? ["--all"] : []))).map(
        (each: { text: string }) => each.text,
      );
      for (const who of ["a", "b"]) expect(texts).toContain(`${list.slice(0, -1)} of ${who}`);
    }
});
