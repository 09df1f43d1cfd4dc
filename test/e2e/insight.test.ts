import { expect, test } from "vitest";
import { insightsOf } from "../../src/insight/insight.ts";
import { openPlace } from "../../src/place/place.ts";
import { within } from "../../src/surroundings.ts";
import { countedByGit, randomHistory } from "../support/random-history.ts";
import { surroundingsOf } from "../support/run-environment.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

/** The scan as commands call it, with the scratch's settings in place of the user's. */
async function insights(s: Scratch, ...wishes: Parameters<typeof insightsOf>[1][number][]) {
  const { surroundings } = surroundingsOf({ cwd: s.root, env: s.env });
  return within(surroundings, async () => insightsOf(await openPlace(s.root, true), wishes));
}

test("days, periods and the user's own commits equal those of plain git", async () => {
  const s = await scratch({ commits: 0 });
  await randomHistory(s, 21, 60);
  await s.git("config", "user.email", "B@example.com");
  const all = await countedByGit(s);
  const moments = (await s.git("log", "--format=%at %aE")).split("\n").map((each) => each.split(" "));
  const times = moments.map(([time]) => Number(time));
  const [early, late] = [Math.min(...times), Math.max(...times)];
  const [since, until] = [early + (late - early) * 0.3, early + (late - early) * 0.7].map(Math.floor);
  const [whole, part, mine] = await insights(
    s,
    {},
    { since: (since ?? 0) * 1000, until: (until ?? 0) * 1000 },
    { mine: true },
  );
  const days = (whole?.numbers.days ?? []).map((each) => [each.day, each.commits] as const);
  expect(Object.fromEntries(days)).toEqual(all.days);
  // The second time the answer comes out of what was kept.
  expect(await insights(s, {})).toEqual([whole]);
  expect(whole?.numbers.fileChanges).toBe(all.fileChanges);
  const inside = times.filter((each) => each >= (since ?? 0) && each <= (until ?? 0));
  expect(part?.numbers.commits).toBe(inside.length);
  const own = (email: string) => moments.filter(([, each]) => each?.toLowerCase() === email).length;
  expect(own("b@example.com")).toBeGreaterThan(3);
  expect(mine?.numbers).toMatchObject({ commits: own("b@example.com"), authors: 1 });
  // Two addresses of one person, as the mailmap says.
  await s.write(".mailmap", "Me <b@example.com> <c@example.com>\n");
  const [mapped] = await insights(s, { mine: true });
  expect(mapped?.numbers.commits).toBe(own("b@example.com") + own("c@example.com"));
});

test("decisions and objectives are counted once, on their first day", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two"] });
  for (const [n, complete] of [
    [1, "1"],
    [2, "2"],
  ] as const) {
    await s.write(`${n}.txt`, "1\n");
    await s.ok("checkpoint", "-A", "-m", `feat: ${n}`, "--complete", complete, "--decision", `Decision ${n}`);
  }
  await s.git("cherry-pick", "--allow-empty", "--keep-redundant-commits", "HEAD~1");
  const [found] = await insights(s, {});
  expect(found?.numbers).toMatchObject({ checkpoints: 3, decisions: 2, objectives: 2 });
  expect(found?.patterns.areas[0]).toEqual({ area: "(top)", decisions: 2 });
  const committed = (await s.json("decisions", "list", "--all")).filter(
    (each: { commit?: string }) => each.commit,
  );
  expect(found?.numbers.decisions).toBe(committed.length);
});

test("without an identity, the user's own commits are unknown", async () => {
  const s = await scratch({ commits: 0, identity: false });
  await randomHistory(s, 22, 5);
  await expect(insights(s, { mine: true })).rejects.toMatchObject({ code: "no-identity" });
});
