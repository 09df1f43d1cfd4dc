import { chmod } from "node:fs/promises";
import { expect, test } from "vitest";
import { expectRun } from "../support/expect-run.ts";
import { repositoryState } from "../support/repository-state.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

async function started(): Promise<Scratch> {
  const s = await scratch({ commits: 3, session: ["work", "-o", "One"] });
  return s;
}

async function hook(s: Scratch, name: string, script: string): Promise<void> {
  await s.write(`.git/hooks/${name}`, `#!/bin/sh\n${script}\n`);
  await chmod(`${s.root}/.git/hooks/${name}`, 0o755);
}

/** Makes commits on three branches that conflict with the current one. */
async function clashing(s: Scratch): Promise<void> {
  for (const n of [1, 2, 3]) {
    await s.write("README.md", `ours ${n}\n`);
    await s.git("commit", "--quiet", "-am", `ours ${n}`);
  }
  await s.git("switch", "--quiet", "-c", "theirs", "main");
  for (const n of [1, 2]) {
    await s.write("README.md", `theirs ${n}\n`);
    await s.git("commit", "--quiet", "-am", `theirs ${n}`);
  }
  await s.git("format-patch", "--quiet", "-1", "-o", "../mail");
  await s.git("switch", "--quiet", "work");
}

const OPERATIONS: [name: string, begin: string, says: RegExp][] = [
  ["merge", "git merge theirs", /a merge is in progress \(git merge --continue\ngit merge --abort\)/],
  [
    "merge that only waits for its commit",
    "git merge --no-commit --no-ff -s ours theirs",
    /a merge is in progress/,
  ],
  ["cherry-pick", "git cherry-pick theirs", /a cherry-pick is in progress/],
  ["cherry-pick of several", "git cherry-pick main..theirs", /a cherry-pick is in progress/],
  [
    "cherry-pick of several, one resolved by a commit",
    "git cherry-pick main..theirs; git checkout --ours README.md; git add . && git commit -qm resolved --allow-empty",
    /a cherry-pick is in progress/,
  ],
  ["revert", "git revert HEAD~1", /a revert is in progress/],
  ["am", "git am -3 ../mail/*", /an am is in progress/],
  ["rebase", "git rebase theirs", /a rebase is in progress/],
  ["rebase of the other kind", "git rebase --apply theirs", /a rebase is in progress/],
  ["bisect", "git bisect start HEAD HEAD~3", /a bisect is in progress \(git bisect reset\)/],
];

test.each(OPERATIONS)(
  "checkpoint and end refuse during an unfinished %s and name it first",
  async (_name, begin, says) => {
    const s = await started();
    await clashing(s);
    await s.run("sh", ["-c", `${begin} >/dev/null 2>&1`]);
    await s.write("new.txt", "not committed\n");
    await expectRun(s, ["status"]);
    for (const args of [["checkpoint", "-m", "x"], ["checkpoint", "-A", "--amend"], ["end"]]) {
      const ran = await s.session(...args, "--json");
      expect(ran.code, args.join(" ")).toBe(4);
      const { error } = JSON.parse(ran.stdout);
      expect(`${error.message} (${error.hint})`).toMatch(says);
    }
    await expectRun(s, ["start", "elsewhere"], { code: 4, says: / is in progress/ });
    await expectRun(s, ["doctor"], { says: / is in progress/ });
    // The session of the branch that it is about is the current one.
    const status = await s.json("status");
    expect(status.session).toMatchObject({ title: "Work", branch: "work" });
    expect(status.recorded).toBe(true);
    expect(JSON.stringify(status)).not.toMatch(/session (start|checkpoint|end|resume|switch)/);
    await expectRun(s, ["status", "--all"], { says: /work\n\s+Work · 0 of 1 done/ });
    await s.ok("objectives", "add", "Two");
    await s.ok("blockers", "add", "Clashes");
    await s.ok("decisions", "add", "Ours wins");
    await s.ok("note", "seen on the way");
    expect(await s.json("objectives")).toMatchObject([{ text: "One" }, { text: "Two" }]);
    expect(await s.json("decisions")).toMatchObject([{ text: "Ours wins", state: "pending" }]);
    const subjects = (await s.json("log")).entries.map((each: { subject: string }) => each.subject);
    expect(subjects.slice(-3)).toEqual(["ours 3", "ours 2", "ours 1"]);
    expect(await s.ok("show")).toContain("seen on the way");
  },
);

test("the next step of a merge finishes it, and pr and analyze offer no other command", async () => {
  const s = await started();
  await clashing(s);
  await s.run("git", ["merge", "theirs"]);
  const next = async () => (await s.json("status")).next.map((each: { command?: string }) => each.command);
  await s.write("README.md", "both\n");
  await s.git("add", "README.md");
  expect(await next()).toEqual(["git merge --continue", "session objectives start obj-1"]);
  expect((await s.session("pr")).stderr).toContain(
    "1 change not committed, so not in this text\nhint: git merge --continue\nhint: git merge --abort\n",
  );
  expect(JSON.stringify((await s.json("analyze")).health)).not.toContain('"command"');
  await s.git("merge", "--abort");
  await s.git("switch", "--quiet", "main");
  await s.run("git", ["merge", "--quiet", "--no-commit", "--no-ff", "theirs"]);
  expect(await next()).toEqual(["git merge --continue"]);
});

test("recording works during a merge, because objectives do not depend on the index", async () => {
  const s = await started();
  await clashing(s);
  await s.run("git", ["merge", "theirs"]);
  await expectRun(s, ["objectives", "add", "Two"]);
  await expectRun(s, ["decisions", "add", "Ours wins"]);
  await expectRun(s, ["brief"], { says: /Ours wins/ });
  await s.git("checkout", "--quiet", "--ours", "README.md");
  await s.git("commit", "--quiet", "-am", "merged");
  await expectRun(s, ["checkpoint", "--allow-empty", "-m", "docs: decide"], { changes: ["head", "refs"] });
});

test("an unmerged index without an operation is refused, and objectives stay", async () => {
  const s = await started();
  await clashing(s);
  await s.run("git", ["merge", "theirs"]);
  await s.run("rm", [".git/MERGE_HEAD", ".git/MERGE_MSG"]);
  await s.write("new.txt", "not committed\n");
  await expectRun(s, ["checkpoint", "-A", "-m", "x", "--complete", "1"], {
    code: 4,
    says: /README\.md has unresolved conflicts\nhint: git add <file>/,
  });
  await expectRun(s, ["end"], { code: 4, says: /has unresolved conflicts/ });
  expect((await s.json("objectives"))[0].mark).toBe("open");
  const { next } = await s.json("status");
  expect(next[0]).toEqual({ what: "resolve 1 file with conflicts", command: "git add <file>" });
  expect(JSON.stringify(next)).not.toContain("session checkpoint");
});

test.each(["what is staged", "everything"])(
  "a lock that appears during a commit of %s loses nothing",
  async (what) => {
    const s = await started();
    await s.write("README.md", "staged\n");
    await s.git("add", "README.md");
    await s.write("README.md", "and edited\n");
    await s.write("new.txt", "new\n");
    const { files } = await repositoryState(s);
    await hook(s, "pre-commit", 'touch "$(git rev-parse --git-dir)/index.lock"');
    const all = what === "everything" ? ["-A"] : [];
    const ran = await s.session("checkpoint", ...all, "-m", "x", "--decision", "D", "--complete", "1");
    await s.run("rm", ["-f", ".git/index.lock", ".git/hooks/pre-commit"]);
    await s.ok("note", "after");
    const made = (await s.git("log", "-1", "--format=%s")) === "x";
    expect(made).toBe(ran.code === 0);
    expect(await s.json("decisions")).toHaveLength(made ? 1 : 0);
    expect((await s.json("objectives"))[0].mark).toBe(made ? "done" : "open");
    expect((await repositoryState(s)).files).toBe(files);
    await s.write("README.md", "later\n");
    await s.ok("checkpoint", "-A", "-m", "y");
  },
);

test.each([
  ["pre-commit", "git add formatted.txt; echo formatted > formatted.txt; git add formatted.txt"],
  ["commit-msg", 'sed -i "1s/^/JIRA-1 /" "$1"'],
  ["prepare-commit-msg", 'printf "\\nReviewed-by: Somebody <s@example.com>\\n" >> "$1"'],
  ["post-commit", "exit 1"],
])("a user's %s works as in any commit", async (name, script) => {
  const s = await started();
  await s.write("formatted.txt", "x\n");
  await s.git("add", "formatted.txt");
  await s.git("commit", "--quiet", "-m", "formatted");
  await hook(s, name, script);
  await s.write("README.md", "x\n");
  await s.git("add", "README.md");
  await s.ok("checkpoint", "-m", "feat: x", "--decision", "Kept");
  expect(await s.json("decisions")).toMatchObject([
    { text: "Kept", state: "committed", commit: await s.git("rev-parse", "HEAD") },
  ]);
  expect(await s.git("status", "--porcelain")).toBe("");
  if (name === "commit-msg") expect(await s.git("log", "-1", "--format=%s")).toBe("JIRA-1 feat: x");
  if (name === "prepare-commit-msg") expect(await s.git("log", "-1", "--format=%B")).toContain("Reviewed-by");
});

test("a commit-msg hook that removes the trailers is reported, and the decision is pending again", async () => {
  const s = await started();
  await hook(s, "commit-msg", 'head -1 "$1" > "$1.x" && mv "$1.x" "$1"');
  await s.write("README.md", "x\n");
  const ran = await s.session("checkpoint", "-m", "feat: x", "--decision", "Not lost");
  expect(ran.stderr).toMatch(/the trailers are not in the commit/);
  expect(await s.json("decisions", "list", "--all")).toMatchObject([{ text: "Not lost", state: "pending" }]);
  await s.run("rm", [".git/hooks/commit-msg"]);
  await s.write("README.md", "y\n");
  await s.ok("checkpoint", "-m", "feat: y");
  expect(await s.json("decisions", "list", "--all")).toMatchObject([
    { text: "Not lost", state: "committed" },
  ]);
});

test("without an identity nothing is committed or ended, and the record stays", async () => {
  const s = await started();
  await s.ok("decisions", "add", "Kept");
  await s.write("README.md", "x\n");
  await s.git("config", "--global", "user.useConfigOnly", "true");
  await s.git("config", "--global", "--unset", "user.email");
  await expectRun(s, ["checkpoint", "-m", "x"], {
    code: 1,
    says: /git does not know who you are\nhint: git config user\.name/,
  });
  await expectRun(s, ["end"], { code: 1, says: /git does not know who you are/ });
  await expectRun(s, ["note", "still works"]);
  await s.git("config", "--global", "user.email", "back@example.com");
  await expectRun(s, ["end"], { changes: ["head", "refs", "index", "snapshots"] });
  expect(await s.json("decisions", "list", "--all")).toMatchObject([{ text: "Kept", state: "committed" }]);
});

test("stashed and applied git stashes do not affect a session", async () => {
  const s = await started();
  await s.write("README.md", "x\n");
  await s.write("new.txt", "x\n");
  await s.git("stash", "push", "--quiet", "--include-untracked");
  const { stash } = await repositoryState(s);
  await expectRun(s, ["checkpoint", "-m", "x"], { code: 1, says: /nothing to commit/ });
  await expectRun(s, ["checkpoint", "--allow-empty", "-m", "x", "--decision", "Not of the stash"], {
    changes: ["head", "refs"],
  });
  await expectRun(s, ["end"], { changes: ["snapshots"] });
  expect((await repositoryState(s)).stash).toBe(stash);
  expect(await s.json("decisions", "list", "--all")).toHaveLength(1);
});

test.each([["--squash"], ["--no-ff"]])(
  "a merge by end %s that a hook refuses is undone, and works without the hook",
  async (how) => {
    const s = await started();
    await s.write("README.md", "x\n");
    await s.ok("checkpoint", "-m", "docs: x", "--decision", "Kept");
    await s.write("README.md", "left\n");
    await s.write("untracked.txt", "mine\n");
    const refuse = '[ "$(git symbolic-ref --short HEAD)" != main ]';
    for (const name of ["pre-commit", "pre-merge-commit"]) await hook(s, name, refuse);
    // The last checkpoint is made on the branch, where the hook agrees.
    const ran = await expectRun(s, ["end", "--merge-to", "main", how, "--commit"], {
      code: 4,
      says: /git cannot merge work into main.*the session is still active/,
      changes: ["head", "refs", "index"],
    });
    expect(ran.stderr).not.toContain("conflicts");
    expect(await s.git("branch", "--show-current")).toBe("work");
    expect(await s.git("status", "--porcelain")).toBe("?? untracked.txt");
    expect((await s.json("status")).session.state).toBe("active");
    await expectRun(s, ["end", "--merge-to", "main", how, "--force", "--no-verify"], {
      changes: ["head", "refs", "snapshots"],
    });
    expect(await s.json("decisions", "list", "--all")).toMatchObject([{ text: "Kept", state: "committed" }]);
  },
);
