/** Plain git commits in a session, with the hooks in place. */
import { chmod, rm } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";

const BLOCK = /Session-Objectives:\n - \[ \] obj-1: One\n(Decisions:\n[\s\S]*)?Session-Id: \w{12}\n$/;

function started(branch = "work"): Promise<Scratch> {
  return fixture(`hooks-commit ${branch}`, async (repo) => {
    await initRepository(repo, { session: [branch, "-o", "One"] });
    await repo.ok("hooks", "install");
  });
}

const message = (repo: Scratch, commit = "HEAD") => repo.git("log", "-1", "--format=%B", commit);
const ids = async (repo: Scratch, commit = "HEAD") =>
  (
    await repo.git(
      "-c",
      "core.commentChar=#",
      "log",
      "-1",
      "--format=%(trailers:key=Session-Id,valueonly)",
      commit,
    )
  )
    .split("\n")
    .filter(Boolean);
const commit = (repo: Scratch, ...args: string[]) => repo.git("commit", "--quiet", "--allow-empty", ...args);
/** `git commit` with an editor: a shell command that gets the file as `$1`. */
const edit = (repo: Scratch, editor: string, ...args: string[]) =>
  repo.run("git", ["commit", "--quiet", "--allow-empty", ...args], {
    env: { GIT_EDITOR: `sh -c '${editor}' --` },
  });

test("an ordinary commit carries the trailer block, once, below the user's message", async () => {
  const repo = await started();
  await commit(repo, "-m", "fix: it", "-m", "Why:\n\n * this\n * that");
  expect(await message(repo)).toMatch(/^fix: it\n\nWhy:\n\n \* this\n \* that\n\nSession-Objectives:/);
  expect(`${await message(repo)}`).toMatch(BLOCK);
  expect(await ids(repo)).toHaveLength(1);
});

test.each([
  ["a sign-off", ["-m", "fix: it", "--signoff"], "Signed-off-by: Test Person <person@example.com>\n"],
  ["a Change-Id", ["-m", "fix: it\n\nChange-Id: I1"], "Change-Id: I1\n"],
  [
    "several",
    ["-m", "fix: it\n\nReviewed-by: A <a@example.com>\nFixes: #1\n  and more"],
    "Reviewed-by: A <a@example.com>\nFixes: #1\n  and more\n",
  ],
])("the session's trailers join a block that has %s", async (_name, args, theirs) => {
  const repo = await started();
  await commit(repo, ...args);
  expect(await message(repo)).toContain(`fix: it\n\n${theirs}Session-Objectives:`);
  expect(await repo.git("log", "-1", "--format=%(trailers)")).toContain(theirs);
  expect(await ids(repo)).toHaveLength(1);
});

test.each([
  ["a subject that looks like a trailer", "Fix: it"],
  ["prose that ends the message", "fix: it\n\nNote that this:\nis prose, not a trailer"],
  ["a link at the end", "fix: it\n\nSee https://example.com/a b"],
  ["a body with a divider", "fix: it\n\nabove\n---\nbelow"],
])("%s does not count as a trailer block", async (_name, text) => {
  const repo = await started();
  await commit(repo, "-m", text);
  expect(await message(repo)).toContain(`${text}\n\nSession-Objectives:`);
  expect(await ids(repo)).toHaveLength(1);
});

test("a message without a final newline, or with many, gets the trailer block after one blank line", async () => {
  const repo = await started();
  await repo.write("message", "fix: it\n\nSigned-off-by: A <a@example.com>");
  await commit(repo, "-F", "message");
  expect(await message(repo)).toContain("Signed-off-by: A <a@example.com>\nSession-Objectives:");
  await repo.write("message", "fix: it\n\nSigned-off-by: A <a@example.com>\n\n\n");
  await commit(repo, "--cleanup=verbatim", "-F", "message");
  expect(await message(repo)).toContain("Signed-off-by: A <a@example.com>\nSession-Id:");
});

test("the next commit carries a decision, and no later commit does", async () => {
  const repo = await started();
  await repo.ok("decisions", "add", "Use A");
  await repo.ok("verify", "make test", "--result", "passed");
  await commit(repo, "-m", "one");
  await commit(repo, "-m", "two");
  expect(await message(repo, "HEAD~1")).toContain(
    "Decisions:\n - dec-1: Use A\nVerified:\n - make test: passed\n",
  );
  expect(await message(repo)).not.toMatch(/Decisions|Verified/);
  await repo.ok("decisions", "add", "Use B");
  await commit(repo, "-m", "three");
  expect(await message(repo)).toContain("Decisions:\n - dec-2: Use B\nSession-Id");
  expect(await repo.json("status")).toMatchObject({ pending: [] });
  expect(repo.exists(".git/hooks/post-commit")).toBe(false);
});

test("a commit that fails leaves the decision pending", async () => {
  const repo = await started();
  await repo.ok("decisions", "add", "Use A");
  await repo.write(".git/hooks/commit-msg", "#!/bin/sh\nexit 1\n");
  await chmod(path.join(repo.root, ".git/hooks/commit-msg"), 0o755);
  expect((await repo.run("git", ["commit", "--allow-empty", "-m", "refused"])).code).toBe(1);
  await rm(path.join(repo.root, ".git/hooks/commit-msg"));
  await repo.git(
    "merge",
    "--quiet",
    "--no-ff",
    "-m",
    "a merge is left alone",
    await branchWith(repo, "other"),
  );
  await commit(repo, "-m", "accepted");
  expect(await message(repo)).toContain("dec-1: Use A");
});

test("five amends of a commit keep one of each trailer", async () => {
  const repo = await started();
  await repo.ok("decisions", "add", "Use A");
  await commit(repo, "-m", "one", "--signoff");
  for (const n of [1, 2, 3, 4, 5]) {
    if (n % 2 === 0) await commit(repo, "--amend", "--no-edit", "--signoff");
    else await commit(repo, "--amend", "-m", `said ${n}`, "--signoff");
  }
  const text = await message(repo);
  for (const line of [/^Signed-off-by/gm, /^Session-Objectives/gm, /^Decisions/gm, /^Session-Id/gm])
    expect(text.match(line)).toHaveLength(1);
  expect(text).toMatch(/^said 5\n/);
});

test("a subject that mentions --amend does not count as an amend", async () => {
  const repo = await started();
  await repo.ok("decisions", "add", "Use A");
  await commit(repo, "-m", "one");
  await commit(repo, "-m", "docs: git commit --amend");
  expect(await message(repo)).toMatch(/\n\nSession-Id: \w{12}\n$/);
  expect(await message(repo)).not.toContain("Decisions");
});

test("commits with the same author date do not count as amends", async () => {
  const repo = await started();
  await repo.ok("decisions", "add", "Use A");
  const env = { GIT_AUTHOR_DATE: "2026-01-02T03:04:05Z" };
  for (const n of [1, 2, 3])
    await repo.run("git", ["commit", "--quiet", "--allow-empty", "-m", `${n}`], { env });
  expect((await repo.git("log", "--format=%B", "main..")).split("dec-1: Use A")).toHaveLength(2);
});

const AMENDS = '#!/bin/sh\n[ -z "$STAMPING" ] || exit 0\nSTAMPING=1 git commit -q --amend --no-edit\n';

test.each(["before", "after"])(
  "a post-commit hook that amends keeps the record: installed %s ours",
  async (when) => {
    const repo = await started();
    await repo.write(".git/hooks/post-commit", AMENDS);
    await chmod(path.join(repo.root, ".git/hooks/post-commit"), 0o755);
    if (when === "before") await repo.ok("hooks", "install");
    for (const name of ["A", "B"]) {
      await repo.ok("decisions", "add", `Use ${name}`);
      await commit(repo, "-m", name);
      expect(await message(repo)).toContain(`Use ${name}`);
    }
    await repo.ok("decisions", "add", "Use C");
    await repo.ok("checkpoint", "--allow-empty", "-m", "C");
    await commit(repo, "-m", "more");
    const log = await repo.git("log", "--format=%B", "main..");
    for (const name of ["A", "B", "C"]) expect(log.split(`Use ${name}`), name).toHaveLength(2);
    expect(await repo.git("rev-list", "--count", "main..")).toBe("4");
  },
);

test("a commit-msg hook that removes the trailer block leaves the decision to the next commit", async () => {
  const repo = await started();
  await repo.ok("decisions", "add", "Use A");
  await repo.write(".git/hooks/commit-msg", '#!/bin/sh\nhead -1 "$1" >"$1.x" && mv "$1.x" "$1"\n');
  await chmod(path.join(repo.root, ".git/hooks/commit-msg"), 0o755);
  await commit(repo, "-m", "one");
  await rm(path.join(repo.root, ".git/hooks/commit-msg"));
  await commit(repo, "-m", "two");
  expect(await message(repo)).toContain("dec-1: Use A");
  await commit(repo, "--amend", "-m", "three", "-m", "Session-Id: aaaaaaaaaaaa");
  await commit(repo, "-m", "four");
  expect((await repo.git("log", "--format=%B", "main..")).split("dec-1: Use A")).toHaveLength(2);
});

test.each([
  ["wrapped", 'fmt -w 40 "$1" >"$1.x" && mv "$1.x" "$1"'],
  ["recoded", 'iconv -f UTF-8 -t ISO-8859-1 "$1" >"$1.x" && mv "$1.x" "$1"'],
  ["reworded", 'sed "s/words/w0rds/; s/Wörter/W/" "$1" >"$1.x" && mv "$1.x" "$1"'],
])("a trailer block that was %s does not count as another clone's change", async (_name, script) => {
  const repo = await started();
  const text = (what: string) =>
    `${what} with Wörter, and with so many words that they fill more than one line of it`;
  await repo.ok("objectives", "add", text("objective"));
  await repo.ok("blockers", "add", text("blocker"));
  await repo.ok("decisions", "add", text("decision"));
  await repo.write(".git/hooks/commit-msg", `#!/bin/sh\n${script}\n`);
  await chmod(path.join(repo.root, ".git/hooks/commit-msg"), 0o755);
  await repo.ok("hooks", "install");
  const lists = async () => {
    const [objectives, blockers, decisions] = await Promise.all(
      ["objectives", "blockers", "decisions"].map((list) => repo.json(list)),
    );
    const texts = (all: { text: string }[]) => all.map((each) => each.text);
    expect(texts(objectives)).toEqual(["One", text("objective")]);
    expect(texts(blockers)).toEqual([text("blocker")]);
    expect(texts(decisions)).toEqual([text("decision")]);
  };
  for (const n of [1, 2]) {
    await commit(repo, "-m", `${n}`);
    await lists();
    await repo.ok("note", `${n}`);
    await lists();
  }
  await repo.git("rebase", "--quiet", "--force-rebase", "main");
  await repo.ok("note", "rebased");
  await lists();
  await repo.ok("checkpoint", "--allow-empty", "-m", "3");
  await lists();
});

describe("the hook adds nothing to", () => {
  test("reverts, picks and merges", async () => {
    const repo = await started();
    await repo.write("a.txt", "a\n");
    await repo.git("add", "a.txt");
    await repo.git("stash");
    await repo.git("switch", "--quiet", "main");
    await repo.git("stash", "pop");
    await repo.git("commit", "--quiet", "-m", "on main");
    await repo.git("switch", "--quiet", "work");
    await repo.git("cherry-pick", "main");
    expect(await ids(repo)).toEqual([]);
    await repo.git("revert", "--no-edit", "HEAD");
    expect(await ids(repo)).toEqual([]);
    await repo.git("merge", "--quiet", "--no-edit", "--no-ff", await branchWith(repo, "other"));
    expect(await ids(repo)).toEqual([]);
  });

  test("fixup!, squash! and amend! commits", async () => {
    const repo = await started();
    for (const option of ["--fixup=HEAD", "--squash=HEAD"]) {
      const { code, stderr } = await edit(repo, "true", option);
      expect(code, stderr).toBe(0);
      expect(await message(repo)).toMatch(/^(fixup|squash)! /);
      expect(await ids(repo)).toEqual([]);
    }
  });

  test("patches applied by git am, and a rebase of other people's commits", async () => {
    const repo = await started();
    await repo.git("switch", "--quiet", "main");
    await repo.write("m.txt", "m\n");
    await repo.git("add", "m.txt");
    await repo.git("commit", "--quiet", "-m", "theirs");
    await repo.git("format-patch", "--quiet", "-1", "-o", "../patches");
    await repo.git("reset", "--quiet", "--hard", "HEAD~1");
    await repo.git("switch", "--quiet", "work");
    await repo.run("sh", ["-c", "git am --quiet ../patches/*.patch"]);
    expect(await message(repo)).toBe("theirs\n");
    await repo.git("rebase", "--quiet", "--force-rebase", "HEAD~1");
    expect(await message(repo)).toBe("theirs\n");
  });

  test("commits of a branch without a session, or with an ended one", async () => {
    const repo = await started();
    await repo.git("switch", "--quiet", "-c", "other");
    await commit(repo, "-m", "no session here");
    expect(await message(repo)).toBe("no session here\n");
    await repo.git("switch", "--quiet", "work");
    await repo.ok("end");
    await commit(repo, "-m", "after the end");
    expect(await message(repo)).toBe("after the end\n");
  });
});

describe("in the commit editor", () => {
  test("the trailer block goes below the typed message and above git's comments", async () => {
    const repo = await started();
    const { code, stderr } = await edit(repo, 'cp "$1" ../seen; { echo "fix: typed"; cat ../seen; } > "$1"');
    expect(code, stderr).toBe(0);
    expect(await repo.read("../seen")).not.toContain("Session-Id");
    expect(await message(repo)).toMatch(/^fix: typed\n\nSession-Objectives:/);
    expect(await ids(repo)).toHaveLength(1);
    expect(repo.exists(".git/hooks/commit-msg")).toBe(false);
  });

  test.each([
    ["an editor that is left at once", []],
    ["with a sign-off", ["--signoff"]],
    ["with --verbose", ["--verbose"]],
    ["with an empty -m", ["-m", ""]],
  ])("%s makes no commit", async (_name, args) => {
    const repo = await started();
    await repo.ok("decisions", "add", "Use A");
    const before = await repo.git("rev-parse", "HEAD");
    const { code, stderr } = await edit(repo, "true", ...args);
    expect(code).toBe(1);
    expect(stderr).toContain("Aborting commit due to empty commit message");
    expect(await repo.git("rev-parse", "HEAD")).toBe(before);
    await commit(repo, "-m", "then with words");
    expect(await message(repo)).toContain("dec-1: Use A");
  });

  test("an unchanged template makes no commit, and an edited one gets the trailer block", async () => {
    const repo = await started();
    await repo.write("template", "Subject\n\nWhy: \n");
    await repo.git("config", "commit.template", "template");
    const { stderr } = await edit(repo, "true");
    expect(stderr).toContain("Aborting commit; you did not edit the message");
    expect((await edit(repo, 'sed -i s/Subject/fix:/ "$1"')).code).toBe(0);
    expect(await message(repo)).toMatch(/^fix:\n\nWhy:\nSession-Objectives:/);
  });

  test.each([
    [";", []],
    ["auto", []],
    ["#", ["--verbose"]],
    ["%", ["--verbose"]],
  ])("comments that begin with %s %j are not part of the message", async (comment, args) => {
    const repo = await started();
    await repo.git("config", "core.commentChar", comment);
    await repo.write("README.md", "changed\n");
    const typed =
      'cp "$1" ../seen; { printf "fix: typed\\n\\nSigned-off-by: A <a@example.com>\\n"; cat ../seen; } > "$1"';
    const { code, stderr } = await edit(repo, typed, "--all", ...args);
    expect(code, stderr).toBe(0);
    expect(await message(repo)).toMatch(
      /^fix: typed\n\nSigned-off-by: A <a@example.com>\nSession-Objectives:/,
    );
    expect(await message(repo)).toMatch(BLOCK);
  });

  test("commit.cleanup=scissors keeps comment lines as text", async () => {
    const repo = await started();
    await repo.git("config", "commit.cleanup", "scissors");
    const { code, stderr } = await edit(
      repo,
      'cp "$1" ../seen; { printf "fix: typed\\n\\n# 1 is kept\\n"; cat ../seen; } > "$1"',
    );
    expect(code, stderr).toBe(0);
    expect(await message(repo)).toMatch(/^fix: typed\n\n# 1 is kept\n\nSession-Objectives:/);
    expect(await ids(repo)).toHaveLength(1);
  });

  test("git skips the hook with --no-verify, so the next commit carries the decision", async () => {
    const repo = await started();
    await repo.ok("decisions", "add", "Use A");
    expect((await edit(repo, 'echo typed > "$1"', "--no-verify")).code).toBe(0);
    expect(await message(repo)).toBe("typed\n");
    await commit(repo, "-m", "next");
    expect(await message(repo)).toContain("dec-1: Use A");
    expect(repo.exists(".git/hooks/commit-msg")).toBe(false);
  });
});

test("comments are kept if the comment character is a letter of our keys", async () => {
  const repo = await started();
  await repo.git("config", "core.commentChar", "S");
  await commit(repo, "-m", "one");
  expect(await ids(repo)).toHaveLength(1);
  expect((await edit(repo, 'cp "$1" ../seen; { echo typed; cat ../seen; } > "$1"')).code).toBe(0);
  expect(await ids(repo)).toHaveLength(1);
});

test("after a reset the next commit carries the dropped decisions again", async () => {
  const repo = await started();
  await repo.ok("decisions", "add", "Use A");
  await commit(repo, "-m", "one");
  await repo.git("reset", "--quiet", "--hard", "HEAD~1");
  await commit(repo, "-m", "two");
  expect(await message(repo)).toContain("dec-1: Use A");
  await commit(repo, "-m", "three");
  expect(await message(repo)).not.toContain("dec-1");
});

test("after a reset a changing command lists the decisions as pending again", async () => {
  const repo = await started();
  await repo.ok("decisions", "add", "Use A");
  await commit(repo, "-m", "one");
  const gone = (await repo.git("rev-parse", "HEAD")).slice(0, 8);
  await repo.git("reset", "--quiet", "--hard", "HEAD~1");
  const says = `dec-1 is pending again: the commit that carried it (${gone}) is no longer on this branch`;
  for (const view of ["status", "brief", "handoff"])
    expect((await repo.ok(view)).replaceAll("`", "")).toContain(says);
  await repo.ok("objectives", "add", "Two");
  expect(await repo.ok("status")).toContain(says);
  await commit(repo, "-m", "two");
  expect(await message(repo)).toContain("dec-1: Use A");
});

test("a branch deleted and created again for other work does not have the old session", async () => {
  const repo = await started();
  await commit(repo, "-m", "one");
  await repo.git("switch", "--quiet", "main");
  await repo.git("branch", "--quiet", "-D", "work");
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await repo.git("switch", "--quiet", "-c", "work");
  await commit(repo, "-m", "other work");
  expect(await message(repo)).toBe("other work\n");
});

test.each(["a%2Fb", 'say"hi"', "con/aux", "trailers", "deep/er/objectives.md", "x".repeat(200), "ünï/cödé"])(
  "a branch named %s has its session",
  async (branch) => {
    const repo = await started(branch);
    await commit(repo, "-m", "one");
    expect(await ids(repo)).toEqual([(await repo.json("status")).session.id]);
  },
);

/** A branch with one commit of its own, made without hooks. */
async function branchWith(repo: Scratch, name: string): Promise<string> {
  const tree = await repo.git("rev-parse", "HEAD^{tree}");
  const oid = await repo.git("commit-tree", tree, "-p", "HEAD", "-m", "other");
  await repo.git("branch", name, oid);
  return name;
}
