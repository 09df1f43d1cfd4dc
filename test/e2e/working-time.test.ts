import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = `${process.cwd()}/dist/cli.js`;
const LOG = ".git/sessions/work/events.jsonl";

/** A moment so many minutes ago, ISO 8601. */
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** Runs a command whose commits are dated that long ago. */
async function at(s: Scratch, minutes: number, program: string, ...args: string[]): Promise<void> {
  const env = { GIT_AUTHOR_DATE: ago(minutes), GIT_COMMITTER_DATE: ago(minutes) };
  const ran = await s.run(program, args, { env });
  expect(ran.code, ran.stderr).toBe(0);
}

async function events(s: Scratch, ...minutes: number[]): Promise<void> {
  await s.write(LOG, minutes.map((each) => `{"at":"${ago(each)}","type":"note"}\n`).join(""));
}

async function started(): Promise<Scratch> {
  const s = await scratch();
  await s.ok("start", "work", "-o", "One");
  return s;
}

const time = async (s: Scratch): Promise<string> => (await s.json("status")).session.time;
const trailer = (s: Scratch) =>
  s.git("log", "-1", "--format=%(trailers:key=Session-Time,valueonly,separator=)");

test("status, brief, handoff, the trailer and end show the same time", async () => {
  const s = await started();
  await events(s, 500, 490, 400, 380);
  await at(s, 375, "git", "commit", "--quiet", "--allow-empty", "-m", "by hand");
  expect(await time(s)).toBe("35m");
  expect(await s.ok("status")).toContain("35m");
  expect((await s.json("brief")).session.time).toBe("35m");
  expect((await s.json("handoff")).numbers.time).toBe("35m");
  await s.ok("checkpoint", "--allow-empty", "-m", "docs: x");
  expect(await trailer(s)).toBe("35m");
  const { handoff, session } = await s.json("end");
  expect(handoff.numbers.time).toBe("35m");
  expect(
    await s.git(
      "log",
      "-1",
      "--format=%(trailers:key=Session-Minutes,valueonly,separator=)",
      `refs/sessions/${session.id}`,
    ),
  ).toBe("35");
});

test("a rebase, which gives all commits new dates, does not change the time", async () => {
  const s = await started();
  await events(s, 300);
  for (const minutes of [290, 270, 250]) {
    await at(s, minutes, "git", "commit", "--quiet", "--allow-empty", "-m", `${minutes}`);
  }
  expect(await time(s)).toBe("50m");
  await s.git("rebase", "--quiet", "--force-rebase", "--keep-empty", "main");
  expect(await time(s)).toBe("50m");
});

test("commits of other people and sessions do not bridge a pause", async () => {
  const s = await started();
  await events(s, 340, 300);
  const other = ["-c", "user.name=Somebody Else", "commit", "--quiet", "--allow-empty", "-m", "theirs"];
  await at(s, 320, "git", ...other);
  const foreign = "picked\n\nSession-Id: zzzzzzzzzzzz\nSession-Time: 9h\n";
  await at(s, 320, "git", "commit", "--quiet", "--allow-empty", "-m", foreign);
  expect(await time(s)).toBe("0m");
});

test("a clock jump and one distant event do not change the working time", async () => {
  const s = await started();
  await events(s, 320, 300, -500_000, 310, 1e7);
  expect(await time(s)).toBe("20m");
});

test("a checkpoint never shows less time than the previous one, whatever happened to the log", async () => {
  const s = await started();
  await events(s, 400, 380, 360);
  await at(s, 355, process.execPath, CLI, "checkpoint", "--allow-empty", "-m", "docs: x");
  expect(await trailer(s)).toBe("40m");
  await events(s, 300, 290);
  expect(await time(s)).toBe("50m");
  await events(s);
  await s.ok("checkpoint", "--allow-empty", "-m", "docs: y");
  expect(await trailer(s)).toBe("40m");
});

test("a setting changes the idle timeout, and cannot turn it off", async () => {
  const s = await started();
  await events(s, 400, 360, 350);
  expect(await time(s)).toBe("10m");
  await s.ok("config", "set", "tracking.idle_timeout", "45m");
  expect(await time(s)).toBe("50m");
  const ran = await s.session("config", "set", "tracking.idle_timeout", "0");
  expect(ran.code).not.toBe(0);
  expect(ran.stderr).toContain("a length of time such as 30m or 1h");
});

test("the handoff of a session that has just begun names no span", async () => {
  const s = await started();
  expect(await s.ok("handoff")).toMatch(/^- Working time: 0m$/m);
});

test("the handoff never names more work than the time that passed", async () => {
  const s = await started();
  const file = ".git/sessions/work/context.json";
  await s.write(file, JSON.stringify({ ...JSON.parse(await s.read(file)), created: ago(115) }));
  await events(s, 115, 86, 57, 28, 0);
  expect(await s.ok("handoff")).toMatch(/^- Working time: 1h 55m within 1h 55m$/m);
});
