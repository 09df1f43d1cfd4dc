import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { expectRun } from "../support/expect-run.ts";
import { fixture, initRepository, type Scratch, scratch } from "../support/scratch.ts";
import { inTerminal, runAtTerminal } from "../support/terminal.ts";

/** A feature that is half done, and a hotfix that was begun on its branch. */
function stacked(): Promise<Scratch> {
  return fixture("hotfix on a feature", async (s) => {
    await initRepository(s);
    await s.ok("start", "feature/big", "--title", "Big", "-o", "All of it");
    await s.write("src/wip.js", "half\n");
    await s.ok("checkpoint", "-A", "-m", "feat: half of it");
    await s.ok("start", "hotfix/crash", "-o", "Stop the crash");
    await s.write("docs/fix.md", "fixed\n");
    await s.ok("checkpoint", "-A", "-m", "fix: stop the crash", "--complete", "1");
  });
}

test("merging a hotfix leaves out the unfinished feature it was cut from", async () => {
  const s = await stacked();
  const before = await s.fingerprint();
  const { error } = await s.json("end", "--merge-to", "main");
  expect(error).toMatchObject({
    code: "others-along",
    message:
      "merging hotfix/crash into main also merges 1 commit of feature/big (session Big, active); nothing was done",
    hint: "session end --merge-to main --with feature/big",
    details: "To leave them out:\ngit rebase --onto main feature/big hotfix/crash",
  });
  expect((await s.session("end", "--merge-to", "main", "--with", "nothing")).code).toBe(2);
  expect(await s.fingerprint()).toBe(before);

  const asked = "Merge it as well? [y/N]";
  const no = await runAtTerminal(s, { keys: "enter", until: asked }, "end", "--merge-to", "main");
  expect(no.code).toBe(1);
  expect(no.stdout).toContain("1 commit of feature/big (session Big, active)");
  expect(no.stdout).toContain("nothing was done; the session is still active");
  expect(await s.fingerprint()).toBe(before);

  const yes = await runAtTerminal(s, { keys: "y,enter", until: asked }, "end", "--merge-to", "main");
  expect(yes.stdout).toMatch(
    /Merged into main \(\w{8}\), which is checked out now, with 1 commit of\s+feature\/big/,
  );
  expect(yes.code).toBe(0);
  expect(await s.git("ls-tree", "-r", "--name-only", "main")).toContain("src/wip.js");
  const { id } = (await s.json("show", "hotfix/crash")).session;
  const handoff = await s.git("show", `refs/sessions/${id}:handoff.md`);
  expect(handoff).toContain(
    "The merge into `main` included 1 commit of `feature/big` (session `Big`, active).",
  );
});

test("end checks all merged commits for tests, secrets and messages; --with names another session", async () => {
  const s = await stacked();
  await s.git("config", "user.name", "Another");
  await s.ok("config", "set", "quality.block_merge_on_quality", "true");
  await s.ok("checkpoint", "-A", "-m", "chore: settings");
  const end = ["end", "--merge-to", "main", "--squash", "--with", "Big"];
  for (const force of [[], ["--force"]]) {
    const { error } = await s.json(...end, ...force);
    expect(error.message).toBe("not merged: src/wip.js changed but no tests did (quality.require_tests)");
    expect(error.hint).toBe(["session", ...end, ...force, "--no-quality"].join(" "));
  }
  const ended = await s.json(...end, "--no-quality");
  expect(ended.along).toMatchObject([{ branch: "feature/big", state: "active", commits: 1 }]);
  const message = await s.git("log", "-1", "--format=%B", "main");
  expect(message).toMatch(/^[^\n]*\n\n\* feat: half of it\n\* fix: stop the crash\n\* chore: settings\n/);
});

test("a secret in a message is found, whichever commit contains it", async () => {
  const s = await stacked();
  const token = `ghp_${"a1B2".repeat(9)}`;
  await s.git("commit", "--quiet", "--allow-empty", "-m", `chore: use ${token}`);
  const { error } = await s.json("end", "--merge-to", "main", "--with", "feature/big");
  expect(error).toMatchObject({ code: "secrets-found" });
  expect(error.message).toContain("would go into the commits on main");
});

test("a session that ended, or began on main, does not count as another session's unfinished work", async () => {
  const s = await stacked();
  await s.ok("end", "feature/big");
  expect((await s.json("end", "--merge-to", "main")).along).toEqual([]);
});

test("commits without a record belong to the session of the branch they were made on", async () => {
  const s = await scratch();
  await s.ok("start", "feature/big");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "wip");
  await s.git("switch", "--quiet", "-c", "hotfix");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "fix: it");
  await s.ok("start", "hotfix", "--new");
  const { error } = await s.json("end", "--merge-to", "main");
  expect(error.message).toContain("1 commit of feature/big (session Big, active)");
  // The reverse: commits on top of a branch are not the branch's work.
  await s.git("switch", "--quiet", "feature/big");
  expect((await s.json("end", "--merge-to", "main")).along).toEqual([]);
});

test("in a fresh clone a session known only from commits counts as not ended", async () => {
  const s = await stacked();
  await s.git("clone", "--quiet", "--branch=feature/big", ".", "../clone");
  const clone = s.at("../clone");
  await clone.git("branch", "--quiet", "main", "origin/main");
  await clone.ok("start", "hotfix/mine", "-o", "Mine");
  await clone.git("branch", "-D", "--quiet", "feature/big");
  await clone.git("commit", "--quiet", "--allow-empty", "-m", "fix: mine");
  const { error } = await clone.json("end", "--merge-to", "main");
  expect(error.message).toContain("1 commit of feature/big (session feature/big, state unknown)");
});

test("end asks before it commits uncommitted changes, and refuses without a terminal", async () => {
  const s = await scratch({ session: ["feature/login", "-o", "Login"] });
  await s.write("a.txt", "a\n");
  await s.ok("checkpoint", "-A", "-m", "feat: login");
  await s.write("a.txt", "half done\n");
  await s.write("new.txt", "not tracked\n");
  const before = await s.fingerprint();
  const { error } = await s.json("end", "--merge-to", "main");
  expect(error).toMatchObject({
    code: "not-committed",
    message:
      "a.txt has changes that are not committed; nothing was done; --commit makes them the last checkpoint",
  });
  const asked = "[Y/n]";
  const no = await runAtTerminal(s, { keys: "n,enter", until: asked }, "end", "--merge-to", "main");
  expect(no.stdout).toMatch(/1 objective left open: obj-1 Login\s+Not committed:\s+M? ?.*a\.txt/);
  expect(no.stdout).toContain('Commit these files as the last checkpoint, "docs: update a.txt"?');
  expect(no.code).toBe(1);
  expect(await s.fingerprint()).toBe(before);

  // Without a merge, a no leaves the file as it is.
  const left = await runAtTerminal(s, { keys: "n,enter", until: asked }, "end");
  expect(left.code).toBe(0);
  expect(await s.git("log", "-1", "--format=%s")).toBe("feat: login");
  expect(await s.git("status", "--porcelain")).toContain(" M a.txt");
  await s.ok("resume", "feature/login");
  const yes = await runAtTerminal(s, { keys: "enter", until: asked }, "end");
  expect(yes.code).toBe(0);
  expect(await s.git("log", "-1", "--format=%s")).toBe("docs: update a.txt");
});

test("end and archive name untracked files if nothing else is uncommitted, and ask on a terminal", async () => {
  const s = await scratch({ session: ["feature/login", "-o", "Login"] });
  await s.write("new.txt", "not tracked\n");
  const end = ["end", "--merge-to", "main"];
  const no = await runAtTerminal(s, { keys: "n,enter", until: "[Y/n]" }, ...end);
  expect(no.stdout).toMatch(/Not committed:\s+new\.txt\s/);
  expect(no.stdout).toContain("End the session without these files?");
  expect(no.code).toBe(1);
  expect((await s.session(...end)).stderr).toContain("warning: not committed: new.txt\n");
  await s.ok("resume", "feature/login");
  expect((await s.session("archive", "@", "--yes")).stderr).toBe("warning: not committed: new.txt\n");
});

test.each([
  [["--commit"], "docs: update a.txt"],
  [["-m", "docs: say a"], "docs: say a"],
])("end with %s commits without asking, and names the files left out", async (how, subject) => {
  const s = await scratch({ session: ["docs/a"] });
  await s.write("README.md", "b\n");
  await s.write("a.txt", "a\n");
  await s.git("add", "a.txt");
  await s.git("commit", "--quiet", "-am", "docs: b");
  await s.write("a.txt", "c\n");
  await s.write("new.txt", "not tracked\n");
  const { code, stderr } = await s.session("end", "--merge-to", "main", ...how);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("not committed: new.txt"),
  });
  expect(await s.git("log", "-1", "--format=%s", "main")).toBe(subject);
  expect(await s.git("status", "--porcelain")).toBe("?? new.txt");
});

test("end --strict, or the setting, refuses a session with open items", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two"] });
  await s.ok("blockers", "add", "A key");
  await s.ok("objectives", "complete", "1");
  await s.ok("verify", "npm test", "--result", "failed");
  const lines = [
    "1 objective left open: obj-2 Two",
    "1 blocker left open: blk-1 A key",
    "a check fails: npm test",
  ];
  const refused = await s.json("end", "--strict");
  expect(refused.error).toMatchObject({ code: "left-open", details: lines.join("\n") });
  await s.ok("config", "set", "session.strict_end", "true");
  expect((await s.json("end")).error.code).toBe("left-open");
  const { code, stderr } = await s.session("end", "--no-strict");
  expect(code).toBe(0);
  for (const line of lines) expect(stderr).toContain(`warning: ${line}`);
});

test("a named session ends from any branch, and merges without a work tree", async () => {
  const s = await scratch();
  for (const name of ["one", "two", "three"]) {
    await s.ok("start", `feature/${name}`, "--from", "main", "-o", name);
    await s.write(`${name}.md`, `${name}\n`);
    await s.ok("checkpoint", "-A", "-m", `docs: ${name}`, "--complete", "1");
  }
  // From main: merged in this work tree.
  await s.git("switch", "--quiet", "main");
  const one = await s.json("end", "feature/one", "--merge-to", "main", "--delete-branch");
  expect(one).toMatchObject({ deletedBranch: true, merged: { into: "main", switched: false } });
  expect(await s.read("one.md")).toBe("one\n");
  expect(await s.git("status", "--porcelain")).toBe("");
  // From another branch, with changes there: main is checked out nowhere, and only its ref moves.
  await s.git("switch", "--quiet", "feature/three");
  await s.write("three.md", "half done\n");
  const two = await s.session("end", "Two", "--merge-to", "main", "--squash");
  expect(two).toMatchObject({ code: 0, stderr: expect.stringMatching(/Merged into main \(\w{8}\)\.\n/) });
  expect(await s.git("log", "-1", "--format=%s %P", "main")).toBe(
    `docs: two ${await s.git("rev-parse", "main~")}`,
  );
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Objectives,valueonly)", "main")).toContain(
    "two",
  );
  expect(await s.git("ls-tree", "--name-only", "main")).toBe("README.md\none.md\ntwo.md");
  expect(await s.git("status", "--porcelain")).toBe(" M three.md");
  expect(await s.git("branch", "--show-current")).toBe("feature/three");
  const again = await s.json("end", "feature/two");
  expect(again.error).toMatchObject({ code: "no-session", message: 'the session "Two" has already ended' });
  await s.git("fsck", "--strict");
});

test("a merge that only moves a ref conflicts, signs and refuses as git does", async () => {
  const s = await scratch();
  await s.ok("start", "one", "-o", "One");
  await s.write("README.md", "one\n");
  await s.ok("checkpoint", "-m", "docs: one");
  await s.git("switch", "--quiet", "-c", "other", "main");
  await s.write("a.txt", "a\n");
  await s.git("add", "a.txt");
  await s.git("commit", "--quiet", "-m", "a");
  await s.git("branch", "-f", "main", "other");
  await s.git("config", "commit.gpgSign", "true");
  await s.git("config", "gpg.program", "false");
  const before = await s.fingerprint();
  const merge = (...how: string[]) => s.json("end", "one", "--merge-to", "main", ...how);
  expect((await merge("--ff-only")).error.code).toBe("merge-refused");
  const unsigned = await merge();
  expect(unsigned.error).toMatchObject({ code: "merge-refused", message: expect.stringContaining("sign") });
  expect(await s.fingerprint()).toBe(before);
  await s.git("config", "commit.gpgSign", "false");
  expect((await merge("-m", "Merge one")).merged.into).toBe("main");
  expect(await s.git("log", "-1", "--format=%s|%p", "main")).toMatch(/^Merge one\|\w+ \w+$/);
  expect(await s.git("ls-tree", "--name-only", "main")).toBe("README.md\na.txt");
  expect(await s.git("show", "main:README.md")).toBe("one");
});

test.skipIf(process.platform !== "linux")(
  "end -m and --edit set the subject of the squash; an empty text changes nothing",
  async () => {
    const s = await scratch();
    await s.ok("start", "wip", "-o", "Say what it does");
    for (const n of [1, 2]) {
      await s.write("README.md", `${n}\n`);
      await s.ok("checkpoint", "-m", "wip");
    }
    const end = ["end", "--merge-to", "main", "--squash"];
    expect((await s.session(...end, "-m", " ")).code).toBe(2);
    expect((await s.session("end", "--edit")).code).toBe(2);
    const editor = `${s.home}/editor.sh`;
    await writeFile(editor, '#!/bin/sh\ncp "$1" "$HOME/proposed"\nprintf "$TEXT" > "$1"\n', { mode: 0o755 });
    const edit = (text: string) => inTerminal(s, { EDITOR: editor, TEXT: text }, ...end, "--edit");
    const before = await s.fingerprint();
    expect((await edit("\\n")).code).toBe(2);
    expect(await s.fingerprint()).toBe(before);
    expect(await s.run("cat", [`${s.home}/proposed`])).toMatchObject({
      stdout: "docs: say what it does\n\n* wip\n* wip\n",
    });
    expect((await edit("docs: mine\\n")).code).toBe(0);
    expect(await s.git("log", "-1", "--format=%B", "main")).toMatch(/^docs: mine\n\nSession-Objectives:/);
  },
);

const WAYS: Readonly<Record<string, (s: Scratch) => Promise<unknown>>> = {
  "end --merge-to": (s) => s.ok("end", "--merge-to", "main"),
  "end --merge-to --squash": (s) => s.ok("end", "--merge-to", "main", "--squash"),
  "git merge, then end": async (s) => {
    await s.git("switch", "--quiet", "main");
    await s.git("merge", "--quiet", "--no-ff", "--no-edit", "work");
    await s.ok("end", "work");
  },
  "a squash with git, then end": async (s) => {
    await s.git("switch", "--quiet", "main");
    await s.git("merge", "--quiet", "--squash", "work");
    await s.git(
      "commit",
      "--quiet",
      "-m",
      `squash\n\nSession-Id: ${(await s.json("show", "work")).session.id}`,
    );
    await s.ok("end", "work");
  },
};

test.each(Object.keys(WAYS))("after %s, views of the branch say where it was merged", async (way) => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("own.txt", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: own", "--complete", "1");
  await s.git("switch", "--quiet", "main");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "docs: meanwhile");
  await s.git("switch", "--quiet", "work");
  await WAYS[way]?.(s);
  const squash = way.includes("squash") ? ` as ${(await s.git("rev-parse", "main")).slice(0, 8)}` : "";
  await s.git("switch", "--quiet", "work");
  for (const view of ["status", "brief", "handoff"]) {
    const { session, next } = await s.json(view);
    expect([view, session.drift]).toEqual([view, `merged into main${squash}`]);
    expect([view, next]).toEqual([
      view,
      [{ what: "start a session on a new branch", command: "session start <new-branch>" }],
    ]);
  }
  const ownSquash = squash.replace(" as ", "`");
  if (squash !== "") expect(await s.ok("brief")).not.toContain(`not in this branch: ${ownSquash}`);
  const text = await s.ok("handoff", "work");
  expect(text).not.toContain("session end");
  await s.ok("resume");
  expect((await s.json("status")).session.drift).not.toContain("merged into");
});

test("an ended session that was not merged still says how far its branch is, and offers to resume it", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: own", "--complete", "1");
  await s.ok("end");
  const { session, next } = await s.json("handoff", "work");
  expect(session.drift).toBe("1 commit ahead of main");
  expect(next).toEqual([{ what: "resume the session of this branch", command: "session resume work" }]);
});

test("a merge into a branch that only a remote has, or that does not exist yet, says how to make it", async () => {
  const s = await scratch({ commits: 0 });
  await s.ok("start", "work", "-o", "One");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: own");
  await expectRun(s, ["end", "--merge-to", "main"], { code: 1, says: /^hint: git branch main$/m });
  await s.git("update-ref", "refs/remotes/origin/main", "HEAD");
  await s.git("remote", "add", "origin", "../elsewhere");
  await expectRun(s, ["end", "--merge-to", "main"], {
    code: 1,
    says: /^hint: git branch main origin\/main$/m,
  });
  await s.git("branch", "main", "origin/main");
  await s.ok("end", "--merge-to", "main");
});

test("end refuses to go on if another terminal checked out a branch while the editor was open", async () => {
  const s = await scratch({ session: ["work"] });
  await s.write("README.md", "work\n");
  await s.ok("checkpoint", "-m", "docs: work");
  await s.write("README.md", "more\n");
  const end = ["end", "--merge-to", "main", "--squash", "--edit", "--commit"];
  await s.git("branch", "other");
  const before = await s.git("rev-parse", "main", "work", "other");
  const { code, stdout } = await inTerminal(s, { EDITOR: "git switch --quiet other #" }, ...end);
  expect(code).toBe(1);
  expect(stdout).toContain("other was checked out in another terminal meanwhile");
  expect(stdout).toContain(`session ${end.join(" ")}`);
  expect(await s.git("status", "--short", "--branch")).toBe("## other\n M README.md");
  expect(await s.git("rev-parse", "main", "work", "other")).toBe(before);
  expect(s.exists(".git/session-move.json")).toBe(false);
});
