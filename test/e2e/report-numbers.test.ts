import { expect, test } from "vitest";
import { countedByGit, randomHistory } from "../support/random-history.ts";
import { scratch } from "../support/scratch.ts";

const sum = (some: readonly { commits: number }[]) => some.reduce((total, each) => total + each.commits, 0);
const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);

for (const seed of [31, 32]) {
  test(`report numbers equal plain git's, in sum and by day, week and month (${seed})`, async () => {
    const s = await scratch({ commits: 0 });
    await randomHistory(s, seed, 60);
    const git = await countedByGit(s);
    const { commits, merges, added, removed, types, authors } = git;
    for (const [flag, by] of [
      ["--daily", "day"],
      ["--weekly", "week"],
      ["--monthly", "month"],
    ] as const) {
      const found = await s.json("report", "--project", flag);
      expect(found.period.by).toBe(by);
      expect(found.numbers).toMatchObject({ commits, merges, added, removed, types, authors });
      expect(found.numbers.files).toBe(Object.keys(git.touches).length);
      expect(sum(found.periods)).toBe(commits);
      if (by === "day") {
        const some = found.periods.filter((each: { commits: number }) => each.commits > 0);
        const days = some.map((each: { from: string; commits: number }) => [each.from, each.commits]);
        expect(Object.fromEntries(days)).toEqual(git.days);
        for (const each of some) {
          const date = await s.git("log", "-1", "--format=%ad", "--date=format:%Y-%m-%d", each.last);
          expect(date, each.last).toBe(each.from);
        }
      }
    }
    const found = await s.json("report", "--project");
    for (const each of found.hot) expect(git.touches[each.path], each.path).toBe(each.commits);
    expect(found.commits.items.length + found.commits.more).toBe(commits);
    const newest = (await s.git("log", "--format=%at %H")).split("\n").map((each) => each.split(" "));
    const last = newest.sort(([one], [other]) => Number(other) - Number(one))[0]?.[1];
    expect(found.commits.items[0].commit).toBe(last);
  });
}

test("between two days, and for one author, report counts the commits that git finds", async () => {
  const s = await scratch({ commits: 0 });
  await randomHistory(s, 33, 60);
  await s.git("config", "user.email", "b@example.com");
  const times = (await s.git("log", "--format=%at %aE")).split("\n").map((each) => each.split(" "));
  const sorted = times.map(([time]) => Number(time)).sort((one, other) => one - other);
  const [since, until] = [sorted[15], sorted[40]].map((each) => dayOf(new Date((each ?? 0) * 1000)));
  const inside = times.filter(([time]) => {
    const day = dayOf(new Date(Number(time) * 1000));
    return day >= (since ?? "") && day <= (until ?? "");
  });
  const between = ["report", "--since", since ?? "", "--until", until ?? ""];
  const found = await s.json(...between);
  expect(found.period).toMatchObject({ from: since, to: until, by: "day" });
  expect(found.numbers.commits).toBe(inside.length);
  const mine = await s.json(...between, "--author", "me");
  expect(mine.numbers.commits).toBe(
    inside.filter(([, who]) => who?.toLowerCase() === "b@example.com").length,
  );
  expect(mine.numbers.authors).toBe(1);
  expect((await s.json("report", "--daily")).numbers.commits).toBe(0);
});
