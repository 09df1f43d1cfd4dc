import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const cache = (s: Scratch) => path.join(s.root, ".git/sessions/.cache");

/** A report without the moment it was made at. */
async function told(s: Scratch) {
  const { made: _made, ...report } = await s.json("report", "--project");
  return report;
}

async function keptAnswers(s: Scratch): Promise<string[]> {
  return (await readdir(cache(s)).catch(() => [])).filter((each) => each.startsWith("whole-"));
}

/** Files that were just written are not trusted to stay as they look. */
async function keptReport(s: Scratch) {
  await wait(2100);
  return told(s);
}

/** Returns the number of git commands that a report runs. */
async function questions(s: Scratch): Promise<number> {
  const trace = path.join(s.home, "trace");
  // What is set in the environment may change the answer: it is there both times.
  s.env.GIT_TRACE2_EVENT = trace;
  await told(s);
  await rm(trace, { force: true });
  await told(s);
  delete s.env.GIT_TRACE2_EVENT;
  return (await readFile(trace, "utf8")).split("\n").filter((line) => line.includes('"event":"start"'))
    .length;
}

async function worked(): Promise<Scratch> {
  const s = await scratch({ session: ["feature/login", "-o", "OAuth", "-o", "Docs"] });
  await s.write("src/login.ts", "1\n2\n");
  await s.ok("checkpoint", "-A", "-m", "feat: login", "--complete", "1");
  await s.ok("blockers", "add", "Waiting for keys", "--link", "#42");
  return s;
}

test("an unchanged report comes from the cache after three git queries", async () => {
  const s = await worked();
  expect((await told(s)).sessions).toHaveLength(1);
  expect(await keptAnswers(s)).toEqual([]);
  const before = await keptReport(s);
  expect(await keptAnswers(s)).toHaveLength(1);
  expect(await told(s)).toEqual(before);
  expect(await questions(s)).toBe(3);
});

test("any change updates the report: commits, rewrites, branches, settings, records, result files", async () => {
  const s = await worked();
  let before = await keptReport(s);
  const changes: Record<string, () => Promise<unknown>> = {
    "a commit": () => s.git("commit", "--quiet", "--allow-empty", "-m", "more"),
    "an amend": () => s.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "other words"),
    "another branch": () => s.git("switch", "--quiet", "main"),
    "a replaced commit": async () => {
      const text = (await s.git("cat-file", "commit", "HEAD")).replace("commit 0", "replaced");
      const { stdout } = await s.run("git", ["hash-object", "-w", "-t", "commit", "--stdin"], {
        input: text,
      });
      await s.git("replace", "HEAD", stdout.trim());
    },
    "a remote": () => s.git("remote", "add", "origin", "https://github.com/example/project.git"),
    "a setting of ours": () => s.write(".session/config.yaml", "tracking:\n  idle_timeout: 1m\n"),
    "a test run": () => s.write("junit.xml", '<testsuite tests="1"><testcase name="a"/></testsuite>'),
    "a build": () => s.write(".session/ci.json", '{ "version": 1, "status": "passed" }'),
    "a record": async () => {
      await s.git("switch", "--quiet", "feature/login");
      await s.ok("end");
    },
    "a deletion": () => s.ok("delete", "feature/login", "--force"),
  };
  for (const [name, change] of Object.entries(changes)) {
    await change();
    const now = await told(s);
    await rm(cache(s), { recursive: true, force: true });
    expect(now, name).toEqual(await told(s));
    if (name !== "a setting of ours") expect(now, name).not.toEqual(before);
    before = now;
  }
});

test("edits by hand of the same size or within the same second update the report", async () => {
  const s = await worked();
  const file = path.join(s.root, ".git/sessions/feature/login/objectives.md");
  const open = await readFile(file, "utf8");
  expect((await keptReport(s)).sessions[0].progress).toEqual({ done: 1, total: 2 });
  await writeFile(file, open.replace("[ ]", "[x]"));
  expect((await told(s)).sessions[0].progress).toEqual({ done: 2, total: 2 });
  await writeFile(file, open);
  expect((await told(s)).sessions[0].progress).toEqual({ done: 1, total: 2 });
});

test("a mailmap file of the user decides who an author is", async () => {
  const s = await scratch();
  await s.run("git", ["commit", "--quiet", "--allow-empty", "-m", "two"], {
    env: { GIT_AUTHOR_EMAIL: "other@example.com" },
  });
  const names = path.join(s.home, "names");
  await writeFile(names, "");
  await s.git("config", "mailmap.file", names);
  expect((await keptReport(s)).numbers.authors).toBe(2);
  await writeFile(names, "Test Person <person@example.com> <other@example.com>\n");
  expect((await told(s)).numbers.authors).toBe(1);
});

test("a torn or changed cache is ignored", async () => {
  const s = await worked();
  const before = await keptReport(s);
  const [name = ""] = await keptAnswers(s);
  const file = path.join(cache(s), name);
  const bytes = await readFile(file);
  const other = Buffer.from(bytes.toString("latin1").replace("Waiting", "waiting"), "latin1");
  for (const damaged of [bytes.subarray(0, 20), bytes.subarray(0, -9), other, Buffer.alloc(bytes.length)]) {
    await writeFile(file, damaged);
    expect(await told(s)).toEqual(before);
  }
});
