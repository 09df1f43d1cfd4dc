import { describe, expect, test } from "vitest";
import { commitIds, decisionCommits, withThreeDecisions } from "../support/decision-commits.ts";
import type { Scratch } from "../support/scratch.ts";

const branch = (s: Scratch) => s.git("branch", "--show-current");
const context = async (s: Scratch, name: string) =>
  JSON.parse(await s.read(`.git/sessions/${name}/context.json`));

async function plainCommit(s: Scratch, file: string): Promise<string> {
  await s.write(file, `${file}\n`);
  await s.git("add", file);
  await s.git("commit", "--quiet", "-m", `chore: ${file}`);
  return s.git("rev-parse", "HEAD");
}

describe("a renamed branch", () => {
  test("is noticed by every reading command, and its session moves only with resume", async () => {
    const s = await withThreeDecisions();
    await s.ok("objectives", "add", "By hand");
    const before = await commitIds(s, "main..work");
    await s.git("branch", "-m", "work", "once");
    await s.git("branch", "-m", "once", "feature/better");
    const unchanged = await s.fingerprint();
    const carried = await decisionCommits(s, s.id);
    expect(carried.map((each) => each.commit)).toEqual(before);
    for (const command of [["status"], ["brief"], ["handoff"]])
      expect((await s.json(...command)).warnings.join(), command.join()).toContain(`session resume ${s.id}`);
    expect((await s.json("status")).next[0].command).toBe(`session resume ${s.id}`);
    const listed = await s.json("list");
    expect(listed[0]).toMatchObject({ id: s.id, branch: "work", gone: true, renamedTo: "feature/better" });
    const { stdout, stderr } = await s.session("list");
    expect(stdout).toMatch(new RegExp(`\\twork\\tactive, branch gone\\t.*\\t${s.id}$`, "m"));
    expect(stderr).toContain(
      `The branch work was renamed to feature/better.\nhint: session resume ${s.id}\n`,
    );
    expect(JSON.stringify(await s.json("doctor"))).toContain("its branch was renamed to feature/better");
    const added = await s.session("objectives", "add", "not here");
    expect(added.code).toBe(3);
    expect(added.stderr).toContain(`session resume ${s.id}`);
    expect(await s.fingerprint()).toBe(unchanged);

    expect((await s.session("resume", s.id)).stderr).toContain("on feature/better");
    expect(s.exists(".git/sessions/work/context.json")).toBe(false);
    expect(await context(s, "feature/better")).toMatchObject({ id: s.id, ref: "refs/heads/feature/better" });
    expect(await s.read(".git/sessions/feature/better/events.jsonl")).toContain('"branch.renamed"');
    expect((await s.json("objectives")).map((each: { text: string }) => each.text)).toEqual([
      "All three",
      "By hand",
    ]);
    expect(await decisionCommits(s, s.id)).toEqual(carried);
    expect((await s.json("status")).warnings).toEqual([]);
    await plainCommit(s, "more.txt");
    expect((await s.json("status")).recorded).toBe(true);
  });

  test("is found from another branch by switch", async () => {
    const s = await withThreeDecisions();
    await s.git("branch", "-m", "work", "renamed");
    await s.git("switch", "--quiet", "main");
    await s.ok("resume", "work");
    expect(await branch(s)).toBe("renamed");
    expect((await s.json("status")).session.id).toBe(s.id);
  });

  test("can be resumed by its new name", async () => {
    const s = await withThreeDecisions();
    await s.git("branch", "-m", "work", "renamed");
    await s.git("switch", "--quiet", "main");
    await s.ok("resume", "renamed");
    expect((await s.json("status")).session).toMatchObject({ id: s.id, branch: "renamed" });
    expect(s.exists(".git/sessions/work/context.json")).toBe(false);
  });

  test("is resumed by `resume` without a name, and by its commits if the reflog is gone", async () => {
    const s = await withThreeDecisions();
    await s.git("branch", "-m", "work", "renamed");
    await s.git("reflog", "expire", "--expire=now", "refs/heads/renamed");
    expect((await s.json("status")).warnings.join()).toContain(`session resume ${s.id}`);
    await s.ok("resume");
    expect(await branch(s)).toBe("renamed");
    expect((await s.json("status")).session.id).toBe(s.id);
  });

  test("keeps its session with start; --new begins another and names the waiting one", async () => {
    const s = await withThreeDecisions();
    await s.git("branch", "-m", "work", "renamed");
    const { stderr } = await s.session("start", "renamed", "--new", "-o", "New");
    expect(stderr).toContain(`session resume ${s.id}`);
    const { id } = await context(s, "renamed");
    await s.ok("resume", s.id);
    expect((await context(s, "renamed")).id).toBe(s.id);
    expect(s.exists(`.git/sessions/.kept/${id}/context.json`)).toBe(true);
  });

  test("is not confused with the branch that another session began on", async () => {
    const s = await withThreeDecisions();
    await s.git("switch", "--quiet", "-c", "stacked");
    expect((await s.json("status")).warnings).toEqual([]);
    expect((await s.json("list"))[0]).toMatchObject({ id: s.id, gone: false });
    const { code, stderr } = await s.session("resume", "stacked");
    expect([code, stderr]).toEqual([3, expect.stringContaining(`session resume ${s.id}`)]);
    expect(s.exists(".git/sessions/stacked/context.json")).toBe(false);
  });
});

describe("a deleted branch", () => {
  test("is created again at its old commit by resume", async () => {
    const s = await withThreeDecisions();
    const tip = await plainCommit(s, "plain.txt");
    await s.git("switch", "--quiet", "main");
    await s.git("branch", "--quiet", "-D", "work");
    expect(await s.ok("list")).toMatch(/\twork\tactive, branch gone\t/);
    expect(
      (await s.json("doctor")).find((each: { says: string }) => each.says.includes("is gone")).fix,
    ).toContain(s.id);
    const resumed = await s.session("resume", s.id);
    expect(resumed.stderr).toContain(`Recreated the branch work at ${tip.slice(0, 8)}.\n`);
    expect(await s.git("rev-parse", "work")).toBe(tip);
    expect((await s.json("status")).session.id).toBe(s.id);
    expect((await decisionCommits(s, s.id)).map((each) => each.commit)).toEqual(
      (await commitIds(s, "main..work")).slice(0, 3),
    );
  });
});

describe("a branch deleted and created again for other work", () => {
  async function anew(): Promise<Scratch & { id: string }> {
    const s = await withThreeDecisions();
    await s.git("switch", "--quiet", "main");
    await s.git("branch", "--quiet", "-D", "work");
    await s.git("switch", "--quiet", "-c", "work");
    return s;
  }

  test("has no session, and every command names the stored one", async () => {
    const s = await anew();
    const line = `The stored session The work (${s.id}) belongs to an earlier branch work`;
    for (const moved of [false, true]) {
      if (moved) await plainCommit(s, "other.txt");
      const before = await s.fingerprint();
      for (const view of ["status", "brief", "handoff"])
        expect((await s.json(view)).warnings.join(), view).toContain(`${line}.`);
      for (const command of [
        ["objectives", "add", "x"],
        ["decisions", "add", "x"],
        ["checkpoint", "--allow-empty", "-m", "x"],
        ["decisions"],
        ["end"],
        ["resume"],
        ["resume", "work"],
      ]) {
        const ran = await s.session(...command);
        expect([ran.code, ran.stderr], command.join(" ")).toEqual([3, expect.stringContaining(line)]);
      }
      expect(JSON.stringify(await s.json("doctor"))).toContain("belongs to an earlier branch of that name");
      expect((await s.json("log")).session).toBeNull();
      expect((await s.json("list"))[0]).toMatchObject({ id: s.id, gone: true });
      expect(await s.fingerprint()).toBe(before);
    }
    expect((await decisionCommits(s, s.id)).map((each) => each.commit)).toEqual([null, null, null]);
  });

  test("gets a new session with start, and the old one can still be resumed", async () => {
    const s = await anew();
    const { stderr } = await s.session("start", "work", "-o", "Other");
    expect(stderr).toContain(`session resume ${s.id}`);
    expect((await s.json("objectives")).map((each: { text: string }) => each.text)).toEqual(["Other"]);
    expect(
      (await s.json("decisions", "list", "--all")).map((each: { session: string }) => each.session),
    ).toEqual(Array(3).fill(s.id));
    await s.ok("checkpoint", "--allow-empty", "-m", "feat: other", "--decision", "Another");
    expect(await s.json("decisions", "list", "--all")).toHaveLength(4);
    await s.ok("resume", s.id);
    expect((await s.json("objectives")).map((each: { text: string }) => each.text)).toEqual(["All three"]);
  });

  test("gets its old session back on request, and keeps it", async () => {
    const s = await anew();
    await s.ok("resume", s.id);
    expect((await s.json("status")).session.id).toBe(s.id);
    await plainCommit(s, "other.txt");
    expect((await s.json("status")).session.id).toBe(s.id);
    await s.ok("checkpoint", "--allow-empty", "-m", "feat: again");
    const head = await s.git("rev-parse", "HEAD");
    expect((await decisionCommits(s, s.id)).map((each) => each.commit)).toEqual([head, head, head]);
  });

  test("also gets a new session with start --resume", async () => {
    const s = await anew();
    await s.ok("start", "work", "--resume", "-o", "Other");
    expect((await s.json("status")).session.id).not.toBe(s.id);
    expect(await s.read(`.git/sessions/.kept/${s.id}/objectives.md`)).toContain("All three");
  });

  test("is recognized although the old work was merged into its start", async () => {
    const s = await withThreeDecisions();
    await s.git("switch", "--quiet", "main");
    await s.git("merge", "--quiet", "--no-ff", "--no-edit", "work");
    await s.git("branch", "--quiet", "-d", "work");
    await s.git("switch", "--quiet", "-c", "work");
    const merged = await commitIds(s, "main^1..main^2");
    for (const view of ["status", "brief", "handoff"])
      expect((await s.json(view)).warnings.join(), view).toContain("belongs to an earlier branch work");
    expect((await s.session("objectives", "add", "x")).code).toBe(3);
    expect((await decisionCommits(s, s.id)).map((each) => each.commit)).toEqual(merged);
  });

  test("is recognized by time if its old session has no commits", async () => {
    const s = await withThreeDecisions();
    await s.ok("start", "idea", "-o", "Only planned");
    await s.git("switch", "--quiet", "main");
    await s.git("branch", "--quiet", "-D", "idea");
    await plainCommit(s, "other.txt");
    const later = { GIT_COMMITTER_DATE: new Date(Date.now() + 3_600_000).toISOString() };
    await s.run("git", ["switch", "--quiet", "-c", "idea"], { env: later });
    expect((await s.json("status")).warnings.join()).toContain("belongs to an earlier branch idea");
  });
});

describe("a branch is still the same after", () => {
  test.each<[string, (s: Scratch) => Promise<unknown>]>([
    ["reset to its beginning, with other work on it", (s) => s.git("reset", "--quiet", "--hard", "main")],
    ["moved by force", (s) => s.git("switch", "--quiet", "-C", "work", "main")],
    [
      "amended to one commit without trailers",
      async (s) => {
        await s.git("reset", "--quiet", "--soft", "main");
        await s.git("commit", "--quiet", "-m", "feat: all in one");
      },
    ],
    [
      "rebased onto a new base, all messages dropped",
      async (s) => {
        await s.git("switch", "--quiet", "main");
        await plainCommit(s, "base.txt");
        await s.git("switch", "--quiet", "work");
        await s.run("git", ["rebase", "--quiet", "--exec", "git commit --amend -m plain", "main"]);
      },
    ],
    ["without a reflog", (s) => s.git("reflog", "expire", "--expire=now", "--all")],
  ])("%s", async (_name, change) => {
    const s = await withThreeDecisions();
    await change(s);
    await plainCommit(s, "later.txt");
    expect((await s.json("status")).session.id).toBe(s.id);
    await s.ok("objectives", "add", "goes on");
  });

  test("a resume in a fresh clone, whose reflog is younger than the session", async () => {
    const s = await withThreeDecisions();
    await s.git("clone", "--quiet", ".", "../clone");
    const clone = s.at("../clone");
    await clone.git("switch", "--quiet", "work");
    await clone.ok("resume", "work");
    await plainCommit(clone, "later.txt");
    expect((await clone.json("status")).session.id).toBe(s.id);
    await clone.git("reset", "--quiet", "--hard", "origin/main");
    await plainCommit(clone, "later.txt");
    expect((await clone.json("status")).session.id).toBe(s.id);
  });

  test("a new creation at its old commit", async () => {
    const s = await withThreeDecisions();
    const tip = await plainCommit(s, "plain.txt");
    await s.git("switch", "--quiet", "main");
    await s.git("branch", "--quiet", "-D", "work");
    await s.git("switch", "--quiet", "-c", "work", tip);
    expect((await s.json("status")).session.id).toBe(s.id);
  });
});

test("recognizing a branch that holds its session's commits needs no extra git process", async () => {
  const s = await withThreeDecisions();
  const processes = async () => {
    await s.run("sh", ["-c", "rm -f ../trace"]);
    const ran = await s.run("node", [`${process.cwd()}/dist/cli.js`, "status"], {
      env: { GIT_TRACE2_EVENT: `${s.root}/../trace` },
    });
    expect(ran.code).toBe(0);
    const starts = (await s.read("../trace")).split("\n").filter((line) => line.includes('"event":"start"'));
    return starts.map((line) => JSON.parse(line).argv).filter((argv) => !argv.includes("maintenance"));
  };
  const before = await processes();
  expect(before.filter((argv) => argv.includes("-g") || argv.includes("--all"))).toEqual([]);
  await plainCommit(s, "plain.txt");
  expect(await processes()).toHaveLength(before.length);
});
