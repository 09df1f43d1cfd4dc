import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Ran, type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");
const FAULT = path.resolve("test/support/fault.cjs");

async function withFault(
  s: Scratch,
  kind: string,
  at: number,
  args: string[],
): Promise<{ ran: Ran; done: boolean }> {
  await s.write("../home/count", "0");
  const env = { FAULT: kind, FAULT_OF: "rename", FAULT_AT: String(at), FAULT_COUNT: `${s.home}/count` };
  const ran = await s.run(process.execPath, ["--require", FAULT, CLI, ...args], { env });
  return { ran, done: ran.code === 0 && Number(await s.read("../home/count")) < at };
}

/** All that a session holds, once it is taken up. */
async function whole(s: Scratch, id: string) {
  await s.ok("resume", id);
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
  const s = await scratch();
  await s.ok("start", "work", "-o", "One", "-o", "Two", "--tag", "tagged");
  await s.ok("decisions", "add", "Decided");
  await s.ok("note", "mind the gap");
  return s;
}

describe.each(["kill", "ENOSPC"])("%s at every rename", (kind) => {
  test.each(["local", "ended"])(
    "of a deletion (%s): the session is there, or comes back, whole and once",
    async (was) => {
      const s = await started();
      const { id } = (await s.json("status")).session;
      const before = await whole(s, id);
      for (let at = 1; at < 100; at++) {
        if (was === "ended") await s.ok("end");
        const snapshot = await s.git("for-each-ref", "--format=%(objectname)", "refs/sessions");
        const { done } = await withFault(s, kind, at, ["delete", id, "--force"]);
        const isThere = (await s.json("list", "--all")).length > 0;
        if (done) expect(isThere).toBe(false);
        const back = await s.session("restore", id);
        expect([at, back.code === 0 || isThere, back.stderr]).toEqual([at, true, expect.any(String)]);
        expect(await s.json("list", "--all")).toMatchObject([{ id }]);
        expect(await s.json("restore")).toEqual([]);
        expect(await s.git("for-each-ref", "--format=%(objectname)", "refs/sessions")).toBe(snapshot);
        expect(await s.git("for-each-ref", "refs/session-trash")).toBe("");
        expect(await whole(s, id)).toEqual(before);
        if (done) return expect(at).toBeGreaterThan(was === "local" ? 6 : 3);
      }
      throw new Error("it never ran through");
    },
  );

  test("of a restoration: the next one goes on", async () => {
    const s = await started();
    const { id } = (await s.json("status")).session;
    const before = await whole(s, id);
    for (let at = 1; at < 100; at++) {
      await s.ok("delete", id, "--force");
      const { done } = await withFault(s, kind, at, ["restore", id]);
      await s.session("restore", id);
      expect(await s.json("list", "--all")).toMatchObject([{ id, where: "local" }]);
      expect(await s.json("restore")).toEqual([]);
      expect(await whole(s, id)).toEqual(before);
      if (done) return expect(at).toBeGreaterThan(5);
    }
    throw new Error("it never ran through");
  });
});

test("a deletion that never got far is given up by the next one of another session", async () => {
  const s = await started();
  const { id } = (await s.json("status")).session;
  await s.ok("start", "other", "--no-switch");
  await withFault(s, "kill", 2, ["delete", id, "--force"]);
  await s.ok("note", "still used").catch(() => s.ok("resume", id));
  await s.ok("delete", "other", "--force");
  expect(await s.json("list", "--all")).toMatchObject([{ id }]);
});
