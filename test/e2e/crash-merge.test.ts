import { cp, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { sampledChanges } from "../support/sampling.ts";
import type { Scratch } from "../support/scratch.ts";
import { twoClones } from "../support/two-clones.ts";

const CLI = path.resolve("dist/cli.js");
const FAULT = path.resolve("test/support/node-faults.cjs");

/** Returns every part of the record that may differ, and the last snapshot. */
async function whole(s: Scratch, id: string, folder = "work") {
  const names = ["context.json", "objectives.md", "blockers.md", "events.jsonl"];
  const texts = await Promise.all(names.map((name) => s.read(`.git/sessions/${folder}/${name}`)));
  return [...texts, await s.git("rev-parse", `refs/sessions/${id}^{tree}`)];
}

/** A clone that has something to merge; `ended`: its session is put aside. */
async function apart(ended: boolean): Promise<{ b: Scratch; id: string }> {
  const { a, b, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  await b.ok("objectives", "add", "From b");
  await b.ok("tag", "@", "b");
  if (ended) await b.ok("end");
  await a.ok("objectives", "add", "From a");
  await a.ok("objectives", "complete", "1");
  await a.ok("note", "Seen by a");
  await a.ok("push");
  return { b, id };
}

test.each([
  ["rename", false],
  ["rm", false],
  ["rename", true],
])(
  "a kill before any %s of a merging pull (kept aside: %s) leaves the old or new state, and a second pull finishes it",
  async (what, ended) => {
    const { b, id } = await apart(ended);
    const folder = ended ? `.kept/${id}` : "work";
    const copy = async (name: string) => {
      const target = b.at(`../${name}`);
      await cp(b.root, target.root, { recursive: true });
      return target;
    };
    const done = await copy("done");
    const counting = { FAULT_OF: what, FAULT_COUNT: `${done.home}/count` };
    const pulled = await done.run(process.execPath, ["--require", FAULT, CLI, "pull"], { env: counting });
    expect(pulled.code, pulled.stderr).toBe(0);
    const changes = Number(await readFile(counting.FAULT_COUNT, "utf8"));
    expect(changes).toBeGreaterThan(2);
    const [before, after] = [await whole(b, id, folder), await whole(done, id, folder)];
    expect(after[1]).toMatch(/From b\n.*From a\n/s);
    // One strike after the last change ends without a kill.
    for (const at of sampledChanges(changes + 2)) {
      const s = await copy(`killed-${at}`);
      const env = { FAULT: "kill", FAULT_OF: what, FAULT_AT: String(at), FAULT_COUNT: `${s.home}/count` };
      const ran = await s.run(process.execPath, ["--require", FAULT, CLI, "pull"], { env });
      expect(ran.code === 0, `killed before ${what} ${at} of ${changes}`).toBe(at > changes);
      if (ran.code !== 0) {
        // As readers see it: what was decided is done, what was not has left no trace.
        const { session, objectives } = await s.json("show", id);
        const texts = objectives.map((each: { text: string }) => each.text);
        expect(session.tags).toEqual(["b"]);
        expect(
          [
            ["One", "From b"],
            ["One", "From b", "From a"],
          ],
          `at ${at}`,
        ).toContainEqual(texts);
        await s.ok("pull");
      }
      expect(await whole(s, id, folder), `killed before ${what} ${at}`).toEqual(after);
    }
    expect(before).not.toEqual(after);
  },
);
