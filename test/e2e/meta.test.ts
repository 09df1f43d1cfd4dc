import { expect, test } from "vitest";
import { endedSession, sessionWithWork } from "../support/ended-session.ts";

test("meta sets, prints and removes values", async () => {
  const s = await sessionWithWork("--meta", "issue=42");
  expect(await s.ok("meta", "@", "estimate", "2 days = a lot")).toBe("issue=42\nestimate=2 days = a lot\n");
  expect(await s.ok("meta", "@", "estimate")).toBe("2 days = a lot\n");
  expect(await s.json("meta", "@", "estimate")).toBe("2 days = a lot");
  await s.ok("meta", "@", "issue", "--unset");
  expect(await s.json("meta", "@")).toEqual({ estimate: "2 days = a lot" });
});

test.each(["kept", "snapshot"] as const)(
  "meta changes an ended session (%s), and its snapshot",
  async (where) => {
    const s = await endedSession(where);
    const [{ id }] = await s.json("list");
    await s.ok("meta", id, "issue", "42");
    await s.run("rm", ["-rf", ".git/sessions/.kept"]);
    expect(await s.json("meta", id)).toEqual({ issue: "42" });
    const message = await s.git(
      "log",
      "-1",
      "--format=%(trailers:key=Session-Meta,valueonly)",
      `refs/sessions/${id}`,
    );
    expect(JSON.parse(message)).toEqual({ issue: "42" });
  },
);

test("meta refuses invalid and unknown keys", async () => {
  const s = await sessionWithWork("--meta", "issue=42");
  for (const args of [
    ["", "x"],
    ["a=b", "x"],
    ["__proto__", "x"],
    ["issue", "43", "--unset"],
  ])
    expect([args, (await s.session("meta", "@", ...args)).code]).toEqual([args, 2]);
  expect((await s.session("meta", "@", "--unset")).code).toBe(2);
  for (const args of [["isue"], ["isue", "--unset"], ["constructor"]]) {
    const ran = await s.session("meta", "@", ...args);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringMatching(/did you mean issue|it has issue/)]);
  }
  expect(await s.json("meta", "@")).toEqual({ issue: "42" });
});
