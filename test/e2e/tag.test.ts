import { expect, test } from "vitest";
import { endedSession, sessionWithWork } from "../support/ended-session.ts";

test("tag adds a tag once, lists and removes tags", async () => {
  const s = await sessionWithWork("--tag", "first");
  expect(await s.ok("tag", "@", "security", "first", "two words")).toBe("first\nsecurity\ntwo words\n");
  expect(await s.json("tag", "@")).toEqual(["first", "security", "two words"]);
  expect(await s.ok("tag", "@", "first", "--remove")).toBe("security\ntwo words\n");
  expect(await s.json("tag", "@", "security")).toMatchObject({
    tags: ["security", "two words"],
    changed: false,
  });
});

test.each(["kept", "snapshot"] as const)(
  "tag changes an ended session (%s), and its snapshot",
  async (where) => {
    const s = await endedSession(where);
    const [{ id }] = await s.json("list");
    await s.ok("tag", id, "release", "two words");
    await s.run("rm", ["-rf", ".git/sessions/.kept"]);
    expect(await s.json("list")).toMatchObject([{ id, tags: ["release", "two words"] }]);
    await s.ok("tag", id, "release", "--remove");
    expect(await s.json("tag", id)).toEqual(["two words"]);
  },
);

test("tag refuses invalid tags, and removing a missing one", async () => {
  const s = await sessionWithWork("--tag", "security");
  for (const tag of ["", "a,b", "x".repeat(101)]) {
    const ran = await s.session("tag", "@", "fine", tag);
    expect([tag, ran.code]).toEqual([tag, 2]);
  }
  const ran = await s.session("tag", "@", "securty", "--remove");
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("did you mean security?")]);
  expect(await s.json("tag", "@")).toEqual(["security"]);
});
