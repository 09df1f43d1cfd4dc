/** A report of a period reads the commits of the period, and leaves out what git cannot read. */
import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { countedByGit } from "../support/random-history.ts";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
const DAY = 86_400;

interface Made {
  /** Days before now: of the author, and of the committer where that is another one. */
  readonly days: number;
  readonly committed?: number;
  readonly message?: string;
}

/** Puts commits on main, each with a file of its own, the first one first. */
async function commits(s: Scratch, made: readonly Made[]): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const when = (days: number) => `${now - Math.round(days * DAY)} +0000`;
  const parts = made.map(
    ({ days, committed = days, message = `feat: ${days} days ago` }, n) =>
      `commit refs/heads/main\nauthor A <a@example.com> ${when(days)}\ncommitter C <c@example.com> ${when(committed)}\n` +
      `${data(message)}M 100644 inline src/f${n}.ts\n${data(`one\ntwo ${n}\n`)}\n`,
  );
  const ran = await s.run("git", ["fast-import", "--quiet", "--force"], { input: parts.join("") });
  expect(ran.code, ran.stderr).toBe(0);
  await s.git("reset", "--quiet", "--hard", "main");
}

const record = (id: string, done: number) =>
  `feat: more of ${id}\n\nSession-Objectives:\n${Array.from({ length: done }, (_, n) => ` - [x] obj-${n + 1}: Part ${n}\n`).join("")} - [ ] obj-99: Rest\nSession-Id: ${id}\nSession-Time: 1h\n`;

async function objectFile(s: Scratch, object: string): Promise<string> {
  const oid = await s.git("rev-parse", object);
  return path.join(s.root, ".git/objects", oid.slice(0, 2), oid.slice(2));
}

/** A history whose objects are files of their own, so that one can be lost. */
async function looseHistory(): Promise<Scratch> {
  const s = await scratch({ commits: 0 });
  await s.git("config", "fastimport.unpackLimit", "1000");
  await commits(
    s,
    [60, 50, 40, 3, 2, 1].map((days) => ({ days })),
  );
  return s;
}

test("report --since reads the commits and files of the period, not the earlier history", async () => {
  const s = await scratch({ commits: 0 });
  await s.git("config", "fastimport.unpackLimit", "1000");
  const old = Array.from({ length: 150 }, (_, n) => ({ days: 900 - n }));
  await commits(s, [...old, ...[4, 3, 2].map((days) => ({ days }))]);
  // Neither trees nor commits behind are read: those that are old enough are gone.
  for (const commit of (await s.git("rev-list", "main")).split("\n").slice(4)) {
    await rm(await objectFile(s, `${commit}^{tree}`));
  }
  await rm(await objectFile(s, "main~140"));
  const ran = await s.session("report", "--since", "10 days ago", "--json");
  expect(ran.code, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout).numbers).toMatchObject({ commits: 3, added: 6, files: 3 });
  expect(ran.stderr).not.toContain("git cannot read");
  // Nothing of the history is kept.
  expect(await readdir(path.join(s.root, ".git/sessions/.cache"))).not.toContain("history");
});

test("a commit counts at its author date, whatever its commit date is", async () => {
  const s = await scratch({ commits: 0 });
  await commits(s, [
    { days: 30 },
    { days: 20 },
    // Written long ago, committed lately: not of this period.
    { days: 25, committed: 2 },
    { days: 3 },
    // A clock that was wrong by years hides nothing behind it.
    { days: 2, committed: 9000 },
    { days: 9000 },
  ]);
  const found = await s.json("report", "--since", "7 days ago");
  expect(found.numbers.commits).toBe(2);
});

test("the Markdown report lists the newest months with commits, however old, and counts the earlier ones", async () => {
  const s = await scratch({ commits: 0 });
  await commits(
    s,
    Array.from({ length: 62 }, (_, n) => ({ days: 2400 + (61 - n) * 31 })),
  );
  const [, velocity = ""] = (await s.ok("report", "--project")).split("## Velocity");
  expect(velocity.match(/^\| \d{4}-\d\d-01 \| 1 \|/gm)).toHaveLength(60);
  expect(velocity).toContain("… 2 earlier months\n");
  expect(velocity).not.toContain("No commits in this period.");
  // The bars end at the newest commits, not in years without any.
  expect(velocity).toMatch(
    /Commits a month since \d{4}-\d\d-01:\n\n```mermaid\nxychart-beta\n[^`]* bar \[.*, 1\]/,
  );
});

test("a bar of the HTML report ends with its period, though a commit is dated decades ahead", async () => {
  const s = await scratch({ commits: 0 });
  await commits(s, [{ days: 400 }, { days: 40 }, { days: -20_000, committed: 1 }]);
  const page = await s.ok("report", "--project", "--monthly", "--format", "html");
  const bars = [...page.matchAll(/<a href="#p-[^"]*"[^>]* data-a="([^"]*)" data-b="([^"]*)">/g)];
  expect(bars.length).toBeGreaterThan(2);
  for (const [, from = "", to = ""] of bars) expect(to.slice(0, 7)).toBe(from.slice(0, 7));
});

test("weeks and days are the reader's, where UTC still has the day before", async () => {
  const s = await scratch({ commits: 0 });
  const moment = "2027-01-04T08:00:00+13:00";
  const dates = { GIT_AUTHOR_DATE: moment, GIT_COMMITTER_DATE: moment };
  await s.run("git", ["commit", "--quiet", "--allow-empty", "-m", "feat: today"], { env: dates });
  const clock = `const day = Date; const ahead = day.parse("${moment}") - day.now();
globalThis.Date = class extends day {
  constructor(...given) { super(...(given.length > 0 ? given : [day.now() + ahead])); }
  static now() { return day.now() + ahead; }
};`;
  await s.write("../home/clock.cjs", clock);
  const run = async (...args: string[]) => {
    const node = ["--require", path.join(s.home, "clock.cjs"), CLI, ...args];
    return (await s.run(process.execPath, node, { env: { TZ: "Pacific/Auckland" } })).stdout;
  };
  const { period, velocity } = JSON.parse(await run("report", "--json"));
  expect(period.from).toBe("2027-01-04");
  expect(velocity.weeks.at(-1)).toMatchObject({ from: "2027-01-04", commits: 1 });
  const { velocity: analyzed } = JSON.parse(await run("analyze", "--project", "--json"));
  expect(analyzed.weeks.at(-1)).toMatchObject({ from: "2027-01-04", commits: 1 });
  const page = await run("report", "--format", "html");
  expect(page).toMatch(/<li class="row" id="c-[^>]* data-a="2027-01-04" data-b="2027-01-04">/);
});

test("an objective that a session finished before the period does not count in the period", async () => {
  const s = await scratch({ commits: 0 });
  await commits(s, [
    { days: 50, message: record("aaaaaaaaaaaa", 1) },
    { days: 30, message: record("aaaaaaaaaaaa", 2) },
    { days: 25, message: record("bbbbbbbbbbbb", 1) },
    { days: 3, message: record("aaaaaaaaaaaa", 3) },
    { days: 2, message: record("cccccccccccc", 2) },
  ]);
  const found = await s.json("report", "--since", "7 days ago");
  expect(found.numbers).toMatchObject({ commits: 2, checkpoints: 2, objectives: 3 });
  const all = await s.json("report", "--project");
  expect(all.numbers.objectives).toBe(6);
  expect(found.velocity).toEqual(all.velocity);
});

for (const [how, damage] of [
  ["missing", (file: string) => rm(file)],
  [
    "damaged",
    async (file: string) => {
      await chmod(file, 0o644);
      await writeFile(file, (await readFile(file)).subarray(0, 12));
    },
  ],
] as const) {
  test(`report leaves out the lines of a commit with a blob that is ${how}, and names the commit`, async () => {
    const s = await looseHistory();
    const before = await countedByGit(s);
    const blob = await s.git("rev-parse", "main~1:src/f4.ts");
    await damage(await objectFile(s, blob));
    const commit = await s.git("rev-parse", "main~1");
    for (const [wish, count] of [
      [["--since", "7 days ago"], 3],
      [["--project"], before.commits],
    ] as const) {
      const ran = await s.session("report", ...wish, "--json");
      expect(ran.code, ran.stderr).toBe(0);
      const { numbers, depth } = JSON.parse(ran.stdout);
      expect(numbers, wish.join(" ")).toMatchObject({ commits: count, added: (count - 1) * 2 });
      expect(depth).toBe("lines");
      expect(ran.stderr + ran.stdout).toContain(
        `commit ${commit.slice(0, 12)} is counted without its files: git`,
      );
      expect(ran.stderr + ran.stdout).toContain(blob.slice(0, 12));
    }
    // What came before the period is none of its business.
    const old = await s.git("rev-parse", "main~4:src/f1.ts");
    await damage(await objectFile(s, old));
    const ran = await s.session("report", "--since", "7 days ago", "--json");
    expect(ran.stderr + ran.stdout).not.toContain(old.slice(0, 12));
    expect((await s.session("analyze", "--project")).code).toBe(0);
  });
}

test("report ends the history at a missing commit, and names the commit", async () => {
  const s = await looseHistory();
  const [child, lost] = [await s.git("rev-parse", "main~3"), await s.git("rev-parse", "main~4")];
  await rm(await objectFile(s, lost));
  const ran = await s.session("report", "--project", "--json");
  expect(ran.code, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout).numbers.commits).toBe(4);
  expect(ran.stderr + ran.stdout).toContain(
    `commit ${child.slice(0, 12)} is counted without its files, and no`,
  );
  const week = await s.session("report", "--since", "7 days ago", "--json");
  expect(JSON.parse(week.stdout).numbers).toMatchObject({ commits: 3, added: 6 });
});

test("report in a partial clone that lacks a few large files counts all other files", async () => {
  const s = await looseHistory();
  await s.write("large.txt", "x\n".repeat(5000));
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "feat: large");
  await s.git("rm", "--quiet", "large.txt");
  await s.git("commit", "--quiet", "-m", "fix: small again");
  await s.git("config", "uploadpack.allowFilter", "true");
  const folder = path.join(s.home, "partial");
  await s.git("clone", "--quiet", "--bare", "--filter=blob:limit=1k", `file://${s.root}`, folder);
  const { numbers, depth } = await s.at(folder).json("report", "--project");
  expect(numbers).toMatchObject({ commits: 8, added: 12, removed: 0 });
  expect(depth).toBe("lines");
});
