import { rm } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { countedByGit, randomHistory } from "../support/random-history.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const patterns = (s: Scratch) => s.json("analyze", "--project", "--patterns").then((each) => each.patterns);

/** Returns a path as in our JSON. */
async function agrees(s: Scratch) {
  const [ours, git] = await Promise.all([patterns(s), countedByGit(s)]);
  const { commits, merges, added, removed, types, authors } = git;
  expect(ours).toMatchObject({ commits, merges, added, removed, types, authors });
  expect(ours.files).toBe(Object.keys(git.touches).length);
  const most = Object.values(git.touches).sort((one, other) => other - one);
  expect(ours.hot.map((each: { commits: number }) => each.commits)).toEqual(most.slice(0, 20));
  for (const each of ours.hot) expect(git.touches[each.path], each.path).toBe(each.commits);
  const gone = new Set((await s.git("ls-tree", "-rz", "--name-only", "HEAD")).split("\0"));
  for (const each of ours.hot) expect(each.gone, each.path).toBe(!gone.has(each.path));
  for (const { files, together } of ours.pairs) {
    const key = [...files].sort((one, other) => (one < other ? -1 : 1)).join("\0");
    expect(git.together[key], key).toBe(together);
  }
  const pairs = Object.values(git.together).filter((each) => each > 1);
  expect(ours.pairs.length).toBe(Math.min(10, pairs.length));
  expect(ours.pairs[0]?.together ?? 0).toBe(Math.max(0, ...pairs));
  const hours: Record<string, number> = {};
  ours.hours.forEach((row: number[], day: number) => {
    row.forEach((count, hour) => {
      if (count > 0) hours[`${day + 1} ${String(hour).padStart(2, "0")}`] = count;
    });
  });
  expect(hours).toEqual(git.hours);
}

for (const seed of [1, 2, 3]) {
  test(`analyze counts the same as plain git: merges, renames, binary files, odd names and authors (${seed})`, async () => {
    const s = await scratch({ commits: 0 });
    await randomHistory(s, seed, 60);
    await agrees(s);
  });
}

test("the user's git settings do not change the counts", async () => {
  const s = await scratch({ commits: 0 });
  await randomHistory(s, 4, 40);
  const before = await patterns(s);
  await rm(path.join(s.root, ".git/sessions"), { recursive: true });
  for (const [key, value] of [
    ["diff.renames", "false"],
    ["diff.algorithm", "patience"],
    ["log.showRoot", "false"],
    ["log.date", "relative"],
    ["log.mailmap", "false"],
    ["diff.noprefix", "true"],
    ["diff.external", "false"],
    ["core.quotePath", "false"],
    ["color.ui", "always"],
    ["i18n.logOutputEncoding", "latin1"],
  ])
    await s.git("config", key ?? "", value ?? "");
  expect(await patterns(s)).toEqual(before);
});

test("the cached scan is updated after a commit, a rewrite, a switch and a new mailmap", async () => {
  const s = await scratch({ commits: 0 });
  await randomHistory(s, 5, 40);
  await agrees(s);
  await s.git("reset", "--quiet", "--hard");
  await s.write("src/new.ts", "1\n2\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "feat: new");
  await agrees(s);
  await s.git("commit", "--quiet", "--amend", "-m", "fix: new");
  await agrees(s);
  await s.git("checkout", "--quiet", "-b", "older", "HEAD~3");
  await agrees(s);
  await s.git("checkout", "--quiet", "main");
  await agrees(s);
  await s.write(".mailmap", "One <one@example.com> <a@example.com>\nOne <one@example.com> <b@example.com>\n");
  await agrees(s);
  const [newest] = (await s.git("rev-list", "-2", "--no-merges", "HEAD")).split("\n");
  await s.git("replace", "--graft", newest ?? "", `${newest}~5`);
  await agrees(s);
  await s.git("checkout", "--quiet", "--orphan", "fresh");
  await s.git("commit", "--quiet", "-m", "chore: from nothing");
  await agrees(s);
});
