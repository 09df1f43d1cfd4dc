import { expect, test } from "vitest";
import { endedSession, sessionWithWork } from "../support/ended-session.ts";

test("tags are added once, listed and removed", async () => {
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
  "of an ended session (%s), in its snapshot as well",
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

test("what is no tag, and what the session does not have", async () => {
  const s = await sessionWithWork("--tag", "security");
  for (const tag of ["", "a,b", "x".repeat(101)]) {
    const ran = await s.session("tag", "@", "fine", tag);
    expect([tag, ran.code]).toEqual([tag, 2]);
  }
  const ran = await s.session("tag", "@", "securty", "--remove");
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("did you mean security?")]);
  expect(await s.json("tag", "@")).toEqual(["security"]);
});
