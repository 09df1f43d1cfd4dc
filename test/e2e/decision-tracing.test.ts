import { describe, expect, test } from "vitest";
import { commitIds, decisionCommits, FILES, withThreeDecisions } from "../support/decision-commits.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

/** Runs an interactive rebase whose list `script` (a sed script) edits. */
const rebase = (s: Scratch, script: string, ...args: string[]) =>
  s.run("git", ["rebase", "--quiet", "-i", ...args], {
    env: { GIT_SEQUENCE_EDITOR: `sed -i -e '${script}'`, GIT_EDITOR: "true" },
  });

const carriedBy = (oids: readonly (string | undefined)[]) =>
  oids.map((commit, at) => ({ id: `dec-${at + 1}`, commit }));

/** Deletes the branch, as after a merge on a server. */
async function deleted(s: Scratch): Promise<void> {
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "--quiet", "-D", "work");
}

/** Squashes the branch on main with this message; `before` commits to main first. */
async function squashed(s: Scratch, message: string, before?: () => Promise<unknown>): Promise<string> {
  await s.git("switch", "--quiet", "main");
  await before?.();
  await s.git("merge", "--quiet", "--squash", "work");
  await s.git("commit", "--quiet", "--cleanup=whitespace", "-m", message);
  await s.git("branch", "--quiet", "-D", "work");
  return s.git("rev-parse", "HEAD");
}

async function moveMain(s: Scratch): Promise<void> {
  await s.write("other.txt", "main moved on\n");
  await s.git("add", "other.txt");
  await s.git("commit", "--quiet", "-m", "chore: other");
}

describe("decisions of an existing branch", () => {
  test("follow a rebase", async () => {
    const s = await withThreeDecisions();
    await s.git("switch", "--quiet", "main");
    await moveMain(s);
    await s.git("switch", "--quiet", "work");
    await s.git("rebase", "--quiet", "main");
    expect(await decisionCommits(s, "work")).toEqual(carriedBy(await commitIds(s, "main..work")));
  });

  test("follow an amend that keeps the message, and a filter-branch", async () => {
    const s = await withThreeDecisions();
    await s.write("three.txt", "amended\n");
    await s.git("commit", "--quiet", "--all", "--amend", "--no-edit");
    expect(await decisionCommits(s, "work")).toEqual(carriedBy(await commitIds(s, "main..work")));
    await s.run("git", ["filter-branch", "-f", "--env-filter", "GIT_AUTHOR_NAME=Other", "main..work"], {
      env: { FILTER_BRANCH_SQUELCH_WARNING: "1" },
    });
    await s.git("update-ref", "-d", "refs/original/refs/heads/work");
    expect(await s.git("log", "-1", "--format=%an")).toBe("Other");
    expect(await decisionCommits(s, "work")).toEqual(carriedBy(await commitIds(s, "main..work")));
  });

  test("follow a reword that keeps the trailers", async () => {
    const s = await withThreeDecisions();
    const ran = await s.run("git", ["rebase", "--quiet", "-i", "HEAD~2"], {
      env: { GIT_SEQUENCE_EDITOR: "sed -i 1s/^pick/reword/", GIT_EDITOR: "sed -i '1s/.*/feat: reworded/'" },
    });
    expect(ran.code, ran.stderr).toBe(0);
    expect(await s.git("log", "--format=%s", "-2")).toContain("feat: reworded");
    expect(await decisionCommits(s, "work")).toEqual(carriedBy(await commitIds(s, "main..work")));
  });

  test("are all found in the one commit that squashes three", async () => {
    const s = await withThreeDecisions();
    await rebase(s, "2,3s/^pick/squash/", "main");
    const [one, ...more] = await commitIds(s, "main..work");
    expect(more).toEqual([]);
    expect(await decisionCommits(s, "work")).toEqual(carriedBy([one, one, one]));
  });

  test("are pending again, with a notice, after an amend or fixup dropped the message", async () => {
    const s = await withThreeDecisions();
    const [, two, last] = await commitIds(s, "main..work");
    await s.git("commit", "--quiet", "--amend", "-m", "feat: another message");
    const [first, second] = await commitIds(s, "main..work");
    expect(await decisionCommits(s, "work")).toEqual([
      ...carriedBy([first, second]),
      { id: "dec-3", commit: null, was: last },
    ]);
    await rebase(s, "2s/^pick/fixup/", "main");
    const [fixed] = await commitIds(s, "main..work");
    expect(await decisionCommits(s, "work")).toEqual([
      { id: "dec-1", commit: fixed },
      { id: "dec-2", commit: null, was: two },
      { id: "dec-3", commit: null, was: last },
    ]);
    expect((await s.json("status")).warnings.join("\n")).toMatch(
      new RegExp(`dec-2 is pending again: .*\\(${two?.slice(0, 8)}\\) is no longer on this branch`),
    );
    await s.write("more.txt", "more\n");
    await s.ok("checkpoint", "-A", "-m", "feat: more");
    const [, , head] = await commitIds(s, "main..work");
    expect(await decisionCommits(s, "work")).toEqual([
      { id: "dec-1", commit: fixed },
      ...[2, 3].map((n) => ({ id: `dec-${n}`, commit: head })),
    ]);
  });

  test("are pending again after a reset, although the remote branch still has them", async () => {
    const s = await withThreeDecisions();
    await s.git("clone", "--quiet", "--bare", ".", "../remote.git");
    await s.git("remote", "add", "origin", "../remote.git");
    await s.git("fetch", "--quiet", "origin");
    const [one, two, last] = await commitIds(s, "main..work");
    await s.git("reset", "--quiet", "--hard", "HEAD~1");
    const expected = [...carriedBy([one, two]), { id: "dec-3", commit: null, was: last }];
    expect(await decisionCommits(s, "work")).toEqual(expected);
    for (const view of ["status", "brief", "handoff"])
      expect((await s.json(view)).warnings.join(), view).toContain(
        `dec-3 is pending again: the commit that carried it (${last?.slice(0, 8)}) is no longer on this branch`,
      );
    expect(await s.ok("log")).toMatch(/^pending {3}dec-3 {2}Decision 3 {2}again: [0-9a-f]{8} carried it$/m);
    await s.git("reset", "--quiet", "--hard", "main");
    expect((await decisionCommits(s, "work")).map((each) => each.was)).toEqual([one, two, last]);
  });

  test("stay committed when the branch is merged and the base is merged back", async () => {
    const s = await withThreeDecisions();
    await s.git("switch", "--quiet", "main");
    await s.git("merge", "--quiet", "--no-ff", "--no-edit", "work");
    await moveMain(s);
    await s.git("switch", "--quiet", "work");
    const before = await commitIds(s, "--no-merges", "main~1", "^main~2");
    await s.git("merge", "--quiet", "--no-edit", "main");
    await s.write("more.txt", "more\n");
    await s.ok("checkpoint", "-A", "-m", "feat: more");
    expect(await decisionCommits(s, "work")).toEqual(carriedBy(before));
    expect((await s.json("status")).pending).toEqual([]);
  });
});

describe("decisions of a deleted branch", () => {
  test("are found in cherry-picked commits", async () => {
    const s = await withThreeDecisions();
    await s.git("switch", "--quiet", "main");
    await s.git("cherry-pick", "-x", "main..work");
    await s.git("branch", "--quiet", "-D", "work");
    expect(await decisionCommits(s, s.id)).toEqual(carriedBy(await commitIds(s, "main~3..main")));
  });

  test("are read from git's own squash message", async () => {
    const s = await withThreeDecisions();
    await s.git("switch", "--quiet", "main");
    await s.git("merge", "--quiet", "--squash", "work");
    await s.git("commit", "--quiet", "--no-edit");
    await s.git("branch", "--quiet", "-D", "work");
    const head = await s.git("rev-parse", "HEAD");
    expect(await decisionCommits(s, s.id)).toEqual(carriedBy([head, head, head]));
  });

  const bodies: [string, (messages: string[]) => string][] = [
    ["GitHub's list", (all) => `All of it (#7)\n\n${all.map((each) => `* ${each}`).join("\n")}`],
    [
      "GitHub's list above co-authors",
      (all) =>
        `All of it (#7)\n\n${all.map((each) => `* ${each}`).join("\n")}\n---------\n\nCo-authored-by: Other <other@example.com>\n`,
    ],
    [
      "GitLab's %{all_commits}",
      (all) =>
        `All of it\n\n${all.map((each) => `* ${each.trim().replace(/\n(?=.)/g, "\n  ")}`).join("\n\n")}\n`,
    ],
    [
      "Gitea's list",
      (all) =>
        `All of it (#7)\n\n${all.map((each) => `* ${each}`).join("\n")}\n---------\n\nReviewed-on: https://git.example.com/a/b/pulls/7\n`,
    ],
  ];
  test.each(bodies)("are read from a server's squash: %s", async (_name, body) => {
    const s = await withThreeDecisions();
    const messages = (await s.git("log", "--reverse", "--format=%B%x00", "main..work"))
      .split("\0")
      .map((each) => each.replace(/^\n/, ""))
      .filter(Boolean);
    expect(messages).toHaveLength(3);
    const head = await squashed(s, body(messages));
    expect(await decisionCommits(s, s.id)).toEqual(carriedBy([head, head, head]));
  });

  test("are found by the tree of a squash that has only a title", async () => {
    const s = await withThreeDecisions();
    const head = await squashed(s, "All of it (#7)");
    await moveMain(s);
    const expected = carriedBy([head, head, head]).map((each) => ({ ...each, found: "tree" }));
    expect(await decisionCommits(s, s.id)).toEqual(expected);
    expect(await s.ok("decisions", "list", "--all")).toContain("found by its tree");
    expect(await s.ok("handoff", s.id)).toContain("found by its tree");
    expect(await s.ok("log", s.id)).toContain("found by its tree");
  });

  test("are found by the diff of the squash if the base had moved", async () => {
    const s = await withThreeDecisions();
    const head = await squashed(s, "All of it (#7)", () => moveMain(s));
    expect(await decisionCommits(s, s.id)).toEqual(
      carriedBy([head, head, head]).map((each) => ({ ...each, found: "patch" })),
    );
  });

  test("are found by the diff of a squash on a remote, whatever other sessions logged", async () => {
    const s = await scratch();
    await s.ok("init", "--yes", "--no-hooks");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "chore: set session up");
    await s.git("clone", "--quiet", ".", "../clone");
    const clone = s.at("../clone");
    await clone.ok("start", "work");
    const { id } = JSON.parse(await clone.read(".git/sessions/work/context.json"));
    await clone.write("one.txt", "one\n");
    await clone.ok("checkpoint", "-A", "-m", "feat: one", "--decision", "Decision 1");
    await clone.git("push", "--quiet", "origin", "work");
    await s.write(
      ".session/decision-log.md",
      `${await s.read(".session/decision-log.md")}\n- somebody else's, at the end\n`,
    );
    await s.git("commit", "--quiet", "--all", "-m", "docs: another decision");
    await s.git("merge", "--quiet", "--squash", "work").catch(() => {});
    await s.git("checkout", "--quiet", "HEAD", "--", ".session");
    await s.git("commit", "--quiet", "-m", "All of it (#7)");
    const head = await s.git("rev-parse", "HEAD");
    await s.git("branch", "--quiet", "-D", "work");
    await clone.git("switch", "--quiet", "main");
    await clone.git("branch", "--quiet", "-D", "work");
    await clone.git("fetch", "--quiet", "--prune");
    expect(await decisionCommits(clone, id)).toEqual([{ id: "dec-1", commit: head, found: "patch" }]);
  });

  test("are found if the branch had merged the base before the squash", async () => {
    const s = await withThreeDecisions();
    await s.git("switch", "--quiet", "main");
    await moveMain(s);
    await s.git("switch", "--quiet", "work");
    await s.git("merge", "--quiet", "--no-edit", "main");
    const head = await squashed(s, "All of it (#7)", async () => {
      await s.write("again.txt", "and on\n");
      await s.git("add", "again.txt");
      await s.git("commit", "--quiet", "-m", "chore: again");
    });
    expect(await decisionCommits(s, s.id)).toEqual(
      carriedBy([head, head, head]).map((each) => ({ ...each, found: "patch" })),
    );
  });

  test("are found one by one if a server rebased them and dropped the trailers", async () => {
    const s = await withThreeDecisions();
    await s.git("switch", "--quiet", "main");
    await moveMain(s);
    for (const commit of await commitIds(s, "main..work")) {
      await s.git("cherry-pick", "--no-commit", commit);
      await s.git("commit", "--quiet", "-m", "feat: without trailers");
    }
    await s.git("branch", "--quiet", "-D", "work");
    const expected = carriedBy(await commitIds(s, "main~3..main"));
    expect(await decisionCommits(s, s.id)).toEqual(expected.map((each) => ({ ...each, found: "patch" })));
  });

  test("are found by plain commits after the last checkpoint", async () => {
    const s = await withThreeDecisions();
    await s.write("plain.txt", "committed by hand\n");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "feat: by hand");
    const head = await squashed(s, "All of it (#7)");
    expect(await decisionCommits(s, s.id)).toEqual(
      carriedBy([head, head, head]).map((each) => ({ ...each, found: "tree" })),
    );
  });

  test("are pending, with their last commit, if no commit holds the work", async () => {
    const s = await withThreeDecisions();
    const old = await commitIds(s, "main..work");
    await deleted(s);
    await moveMain(s);
    const pending = old.map((was, at) => ({ id: `dec-${at + 1}`, commit: null, was }));
    expect(await decisionCommits(s, s.id)).toEqual(pending);
    expect((await s.json("log", s.id)).entries.map((each: { was: string }) => each.was)).toEqual(
      [...old].reverse(),
    );
    expect((await s.json("handoff", s.id)).warnings.join()).toMatch(
      /dec-1 is pending again: .*in no branch, tag or remote/,
    );
  });

  test("count as landed only for the part of the work that landed", async () => {
    const s = await withThreeDecisions();
    const [one, , last] = await commitIds(s, "main..work");
    await s.git("switch", "--quiet", "main");
    await s.git("cherry-pick", "--no-commit", one ?? "");
    await s.git("commit", "--quiet", "-m", "feat: only the first");
    await s.git("branch", "--quiet", "-D", "work");
    const head = await s.git("rev-parse", "HEAD");
    const all = await decisionCommits(s, s.id);
    expect(all[0]).toEqual({ id: "dec-1", commit: head, found: "patch" });
    expect(all[2]).toEqual({ id: "dec-3", commit: null, was: last });
  });
});

describe("an ambiguous match is not claimed", () => {
  test("for work without a net change and for commits with the same tree", async () => {
    const s = await withThreeDecisions();
    await s.git("rm", "--quiet", ...FILES);
    await s.ok("checkpoint", "-m", "revert: all of it");
    await deleted(s);
    await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: empty");
    expect((await decisionCommits(s, s.id)).map((each) => each.commit)).toEqual([null, null, null]);
  });

  test("for two candidates outside of the default branch; on the default branch the oldest one is accepted", async () => {
    const s = await withThreeDecisions();
    for (const name of ["a", "b"]) {
      await s.git("switch", "--quiet", "-c", name, "main");
      await s.git("merge", "--quiet", "--squash", "work");
      await s.git("commit", "--quiet", "-m", `All of it, on ${name}`);
    }
    await s.git("branch", "--quiet", "-D", "work");
    expect((await decisionCommits(s, s.id)).map((each) => each.commit)).toEqual([null, null, null]);
    await s.git("switch", "--quiet", "main");
    await s.git("merge", "--quiet", "a");
    const landed = await s.git("rev-parse", "a");
    await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: same tree");
    expect(await decisionCommits(s, s.id)).toEqual(
      carriedBy([landed, landed, landed]).map((each) => ({ ...each, found: "tree" })),
    );
  });
});

describe("decisions of an ended session", () => {
  test.each([
    ["by tree", false, "tree"],
    ["by patch", true, "patch"],
  ])("are found %s when git has dropped its commits and its folder is gone", async (_name, moved, found) => {
    const s = await withThreeDecisions();
    await s.ok("end");
    const head = await squashed(s, "All of it (#7)", moved ? () => moveMain(s) : undefined);
    await s.git("reflog", "expire", "--expire=now", "--all");
    await s.git("gc", "--quiet", "--prune=now");
    expect((await s.run("git", ["cat-file", "-e", "work"])).code).not.toBe(0);
    const expected = carriedBy([head, head, head]).map((each) => ({ ...each, found }));
    expect(await decisionCommits(s, s.id)).toEqual(expected);
    await s.run("rm", ["-rf", ".git/sessions"]);
    expect(await decisionCommits(s, s.id)).toEqual(expected);
  });
});
