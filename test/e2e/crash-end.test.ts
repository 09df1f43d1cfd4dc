import path from "node:path";
import { expect, test } from "vitest";
import { sampledChanges } from "../support/sampling.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");
const FAULT = path.resolve("test/support/node-faults.cjs");

/** Returns the session as resume restores it, wherever it is. */
async function taken(s: Scratch, id: string) {
  const seen = await s.json("handoff", id);
  await s.ok("resume", id);
  const { session, objectives, blockers, decisions, notes } = await s.json("handoff");
  const mark = (each: { id: string; mark: string; text: string }) => `${each.mark} ${each.id}: ${each.text}`;
  const texts = (items: { text: string }[]) => items.map((each) => each.text);
  expect(seen.objectives).toEqual(objectives);
  return {
    ...{ id: session.id, tags: session.tags, objectives: objectives.map(mark) },
    ...{ blockers: texts(blockers), decisions: texts(decisions), notes: texts(notes) },
  };
}

test.each([
  ["end", ["end"]],
  ["resume", ["resume", "work"]],
  ["start on a branch that was made anew", ["start", "work", "-o", "New"]],
])("a kill before any rename of %s leaves the whole session, once", async (_what, args) => {
  const s = await scratch({
    session: ["work", "-o", "One", "-o", "Two", "--tag", "tagged", "--meta", "issue=42"],
  });
  await s.ok("objectives", "complete", "1");
  await s.ok("blockers", "add", "Waiting", "--link", "#42");
  await s.ok("note", "mind the gap");
  await s.ok("decisions", "add", "Decided");
  await s.write("README.md", "x\n");
  await s.ok("checkpoint", "-m", "docs: x");
  const { session } = await s.json("status");
  const whole = await taken(s, session.id);
  for (const at of sampledChanges(100)) {
    if (args[0] === "resume") await s.ok("end");
    if (args[0] === "start") {
      // Created again from a commit that the session never had.
      await s.git("checkout", "--quiet", "--orphan", "fresh");
      await s.git("commit", "--quiet", "--allow-empty", "-m", "fresh");
      await s.git("branch", "--quiet", "-M", "work", `old-${at}`);
      await s.git("branch", "--quiet", "-M", "fresh", "work");
    }
    await s.write("../home/count", "0");
    const env = { FAULT: "kill", FAULT_OF: "rename", FAULT_AT: String(at), FAULT_COUNT: `${s.home}/count` };
    const ran = await s.run(process.execPath, ["--require", FAULT, CLI, ...args], { env });
    const done = ran.code === 0 && Number(await s.read("../home/count")) < at;
    if (args[0] === "start") {
      if (done) {
        const { id } = (await s.json("status")).session;
        expect(id).not.toBe(session.id);
      }
      await s.git("branch", "--quiet", "-M", `old-${at}`, "work").catch(() => {});
      await s.git("reset", "--quiet", "--hard").catch(() => {});
    }
    expect(await taken(s, session.id), `killed at change ${at}`).toEqual(whole);
    if (done) {
      expect(at).toBeGreaterThan(8);
      expect(await s.json("decisions", "list", "--all")).toMatchObject([
        { text: "Decided", state: "committed" },
      ]);
      const known: { id: string }[] = await s.json("list", "--all");
      expect(known.filter((each) => each.id === session.id)).toHaveLength(1);
      await s.git("fsck", "--strict");
      return;
    }
  }
  throw new Error("it never ran through");
});

test("a kill before any rename of resume on a renamed branch leaves the whole session, once", async () => {
  const s = await scratch({ session: ["name-0", "-o", "One"] });
  await s.ok("checkpoint", "--allow-empty", "-m", "docs: x", "--decision", "Decided");
  const { id } = (await s.json("status")).session;
  for (const at of sampledChanges(100)) {
    await s.git("branch", "--quiet", "-m", `name-${at}`);
    await s.write("../home/count", "0");
    const env = { FAULT: "kill", FAULT_OF: "rename", FAULT_AT: String(at), FAULT_COUNT: `${s.home}/count` };
    const ran = await s.run(process.execPath, ["--require", FAULT, CLI, "resume", id], { env });
    const done = ran.code === 0 && Number(await s.read("../home/count")) < at;
    if (!done) await s.ok("resume", id);
    expect(await s.json("status"), `killed at change ${at}`).toMatchObject({
      session: { id, branch: `name-${at}` },
      objectives: [{ text: "One" }],
    });
    expect(await s.json("list", "--all")).toHaveLength(1);
    if (!done) continue;
    expect(at).toBeGreaterThan(8);
    return;
  }
  throw new Error("it never ran through");
});
