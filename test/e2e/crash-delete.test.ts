import path from "node:path";
import { describe, expect, test } from "vitest";
import { sampledChanges } from "../support/sampling.ts";
import { type Ran, type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");
const FAULT = path.resolve("test/support/node-faults.cjs");

async function withFault(
  s: Scratch,
  kind: string,
  at: number,
  args: string[],
): Promise<{ ran: Ran; done: boolean }> {
  await s.write("../home/count", "0");
  const env = {
    FAULT: kind,
    FAULT_OF: "rename,spawn",
    FAULT_GIT: "update-ref",
    FAULT_AT: String(at),
    FAULT_COUNT: `${s.home}/count`,
  };
  const ran = await s.run(process.execPath, ["--require", FAULT, CLI, ...args], { env });
  return { ran, done: ran.code === 0 && Number(await s.read("../home/count")) < at };
}

/** Expects every command to agree: the session is unchanged, or deleted. */
async function standing(s: Scratch, id: string, where: string): Promise<"there" | "deleted"> {
  const [all, trash, { session }, shown] = await Promise.all([
    ...[s.json("list", "--all"), s.json("restore"), s.json("status")],
    s.session("show", id),
  ]);
  const [listed, deleted] = [all, trash].map((each) => each.filter((one: { id: string }) => one.id === id));
  const is = listed.length > 0 ? "there" : "deleted";
  expect({ listed, deleted, shown: shown.code, status: session.id }).toMatchObject(
    is === "there"
      ? { listed: [{ id, where }], deleted: [], shown: 0, status: id }
      : { listed: [], deleted: [{ id }], shown: 3, status: "" },
  );
  if (is === "deleted") expect(shown.stderr).toContain(`was deleted\nhint: session restore ${id}\n`);
  return is;
}

/** Returns everything in a session. */
async function whole(s: Scratch) {
  const { session, objectives, decisions, notes } = await s.json("handoff");
  const texts = (items: { text: string }[]) => items.map((each) => each.text);
  return {
    id: session.id,
    tags: session.tags,
    objectives: texts(objectives),
    decisions: texts(decisions),
    notes: texts(notes),
  };
}

async function started(): Promise<Scratch> {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two", "--tag", "tagged"] });
  await s.ok("decisions", "add", "Decided");
  await s.ok("note", "mind the gap");
  return s;
}

describe.each([
  ["kill", 10],
  ["ENOSPC", 10],
])("a stop by %s at any rename or ref update", (kind, every) => {
  test.each(["local", "ended"])(
    "of a deletion (%s) leaves the session whole, or restorable, and once",
    async (was) => {
      const s = await started();
      const { id } = (await s.json("status")).session;
      const before = await whole(s);
      const where = was === "local" ? "local" : "kept";
      for (const at of sampledChanges(100, every)) {
        if (was === "ended") await s.ok("end");
        const snapshot = await s.git("for-each-ref", "--format=%(objectname)", "refs/sessions");
        const { done } = await withFault(s, kind, at, ["delete", id, "--force"]);
        const isThere = (await standing(s, id, where)) === "there";
        if (done) expect(isThere).toBe(false);
        if (isThere && was === "local") await s.ok("meta", id, "tried", String(at));
        const back = await s.session("restore", id);
        expect([at, back.code === 0 || isThere, back.stderr]).toEqual([at, true, expect.any(String)]);
        expect(await standing(s, id, where)).toBe("there");
        expect(await s.git("for-each-ref", "--format=%(objectname)", "refs/sessions")).toBe(snapshot);
        expect(await s.git("for-each-ref", "refs/session-trash")).toBe("");
        if (was === "ended") await s.ok("resume", id);
        expect(await whole(s)).toEqual(before);
        if (done) return expect(at).toBeGreaterThan(was === "local" ? 6 : 3);
      }
      throw new Error("it never ran through");
    },
  );

  test("of a restoration leaves a state that the next restoration completes", async () => {
    const s = await started();
    const { id } = (await s.json("status")).session;
    const before = await whole(s);
    for (const at of sampledChanges(100, every)) {
      await s.ok("delete", id, "--force");
      const { done } = await withFault(s, kind, at, ["restore", id]);
      if ((await standing(s, id, "local")) === "deleted") await s.ok("restore", id);
      expect(await s.json("restore")).toEqual([]);
      expect(await whole(s)).toEqual(before);
      if (done) return expect(at).toBeGreaterThan(5);
    }
    throw new Error("it never ran through");
  });
});

test("a session that was used and ended after an interrupted deletion stays ended", async () => {
  const s = await started();
  const { id } = (await s.json("status")).session;
  await withFault(s, "kill", 3, ["delete", id, "--force"]);
  expect(await standing(s, id, "local")).toBe("there");
  await s.ok("note", "still used");
  await s.ok("end");
  expect(await standing(s, id, "kept")).toBe("there");
  await s.ok("start", "other", "--no-switch");
  await s.ok("delete", "other", "--force");
  expect(await s.json("list", "--all")).toMatchObject([{ id, state: "ended", where: "kept" }]);
});

test("deleting another session abandons an interrupted deletion", async () => {
  const s = await started();
  const { id } = (await s.json("status")).session;
  await s.ok("start", "other", "--no-switch");
  await withFault(s, "kill", 2, ["delete", id, "--force"]);
  await s.ok("note", "still used");
  await s.ok("delete", "other", "--force");
  expect(await s.json("list", "--all")).toMatchObject([{ id }]);
});
