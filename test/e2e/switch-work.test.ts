import { rm, utimes } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { repositoryState } from "../support/repository-state.ts";
import { fixture, initRepository, type Scratch, scratch } from "../support/scratch.ts";

/** Sessions `one` and `two` on the same commit; `two` is checked out. */
function twoSessions(): Promise<Scratch> {
  return fixture("switch-work", makeTwoSessions);
}

async function makeTwoSessions(s: Scratch): Promise<void> {
  await initRepository(s);
  for (const name of ["a", "b", "c", "d"]) {
    await s.write(`${name}.txt`, Array.from({ length: 20 }, (_, n) => `${name}${n}\n`).join(""));
  }
  await s.write(".gitignore", "*.log\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "four files");
  await s.ok("start", "one");
  await s.ok("start", "two");
}

/** Everything that a change can be: staged, not staged, both, deleted, dropped from the index, renamed, new, a link, a mode. */
async function everyChange(s: Scratch): Promise<void> {
  const script = [
    "echo staged >> a.txt; git add a.txt; echo 'not staged' >> a.txt",
    "git rm --quiet --cached b.txt; rm c.txt; git mv d.txt e.txt; chmod +x e.txt",
    "echo intended > new.txt; git add --intent-to-add new.txt",
    "echo gone > staged.txt; git add staged.txt; rm staged.txt",
    "mkdir -p x/y; echo untracked > 'x/y/ü n.txt'; ln -s a.txt link; echo ignored > i.log",
    "printf bytes > \"$(printf 'no-utf8-\\377')\"; printf 'a\\0b' > zero.bin",
  ];
  const { code, stderr } = await s.run("sh", ["-ec", script.join("\n")]);
  expect(code, stderr).toBe(0);
}

const refs = (s: Scratch) => s.git("for-each-ref", "refs/session-stash", "--format=%(refname)");

/** Work tree and index bit by bit. */
async function state(s: Scratch) {
  const { index, files, stash } = await repositoryState(s);
  const status = (await s.run("git", ["status", "--porcelain=v2", "-z", "--untracked-files=all"])).stdout;
  return { index, files, stash, status };
}

test("switch stashes unfinished work with its session and restores it bit by bit", async () => {
  const s = await twoSessions();
  await s.write("a.txt", "the user's own entry\n");
  await s.git("stash", "push", "--quiet", "-m", "mine");
  const clean = await state(s);
  await everyChange(s);
  const before = await state(s);
  const away = await s.session("switch", "one");
  expect(away.stderr).toBe(
    "Switched to one.\nStashed the unfinished work of two: a.txt, b.txt, c.txt and 8 more files.\n",
  );
  expect({ ...(await state(s)), files: "" }).toEqual({ ...clean, files: "" });
  expect(await s.git("status", "--porcelain")).toBe("");
  expect(await s.read("i.log")).toBe("ignored\n");
  expect(s.exists("x")).toBe(false);
  const { id } = JSON.parse(await s.read(".git/sessions/two/context.json"));
  expect(await refs(s)).toBe(`refs/session-stash/${id}`);
  const back = await s.session("switch", "two");
  expect(back.stderr).toBe("Switched to two.\nRestored its unfinished work: 11 files.\n");
  expect(await state(s)).toEqual(before);
  expect(await refs(s)).toBe("");
  expect(JSON.parse(await s.read(".git/sessions/two/context.json")).work).toBeUndefined();
});

test("each of two sessions gets its own unfinished work back", async () => {
  const s = await twoSessions();
  await s.write("a.txt", "two\n");
  await s.ok("switch", "one");
  await s.write("a.txt", "one\n");
  await s.git("add", "a.txt");
  await s.write("only-one.txt", "x\n");
  const answer = await s.json("switch", "two");
  expect(answer.away).toMatchObject({ branch: "one", files: 2 });
  expect(answer.back).toMatchObject({ branch: "two", files: 1 });
  expect(await s.read("a.txt")).toBe("two\n");
  expect(s.exists("only-one.txt")).toBe(false);
  await s.ok("switch", "-");
  expect(await s.git("status", "--porcelain")).toBe("M  a.txt\n?? only-one.txt");
});

test("pause stashes the work and stays on the branch, and resume restores it", async () => {
  const s = await twoSessions();
  await everyChange(s);
  const before = await state(s);
  expect((await s.session("pause")).stderr).toBe(
    "Session Two is paused.\nStashed the unfinished work of two: a.txt, b.txt, c.txt and 8 more files.\nhint: session resume\n",
  );
  expect(await s.git("status", "--porcelain")).toBe("");
  expect(await s.git("branch", "--show-current")).toBe("two");
  expect((await s.json("status")).session.state).toBe("paused");
  expect((await s.session("pause")).stderr).toContain("Session Two is already paused.");
  const { stderr } = await s.session("resume");
  expect(stderr).toContain("Restored its unfinished work: 11 files.");
  expect(await state(s)).toEqual(before);
  expect((await s.json("status")).session.state).toBe("active");
});

test("pause works with nothing to stash, with --keep, and refuses without a session", async () => {
  const s = await twoSessions();
  expect((await s.json("pause")).away).toBe(null);
  await s.write("a.txt", "stays\n");
  await s.ok("pause", "--keep");
  expect(await s.read("a.txt")).toBe("stays\n");
  await s.git("switch", "--quiet", "main");
  expect(await s.session("pause")).toMatchObject({ code: 1 + 2, stdout: "" });
});

test("a branch without a session switches as git does, and so does a session with --keep", async () => {
  const s = await twoSessions();
  await s.ok("switch", "main");
  await s.write("a.txt", "goes along\n");
  expect((await s.session("switch", "one")).stderr).toBe("Switched to one.\n");
  expect(await s.read("a.txt")).toBe("goes along\n");
  expect((await s.json("switch", "two", "--keep")).away).toBe(null);
  expect(await s.read("a.txt")).toBe("goes along\n");
  await s.ok("resume", "one", "--keep");
  expect(await s.read("a.txt")).toBe("goes along\n");
  await s.ok("switch", "main");
  expect(await s.git("status", "--porcelain")).toBe("");
});

test("changes of a branch without a session do not mix with the stashed work", async () => {
  const s = await twoSessions();
  await s.write("a.txt", "two\n");
  await s.ok("switch", "main");
  await s.write("b.txt", "main\n");
  const before = await s.fingerprint();
  const refused = await s.session("switch", "two");
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain("two has its own stashed work, and b.txt would be carried over");
  expect(await s.fingerprint()).toBe(before);
  expect((await s.session("switch", "two", "--keep")).stderr).toContain(
    "is kept: commit the carried-over changes first",
  );
  expect(await s.read("b.txt")).toBe("main\n");
  await s.git("commit", "--quiet", "-am", "b");
  await s.ok("resume");
  expect(await s.read("a.txt")).toBe("two\n");
});

test("if the branch moved, stashed work is merged as git merges, and staged changes stay staged", async () => {
  const s = await twoSessions();
  await everyChange(s);
  await s.ok("pause");
  await s.git("mv", "a.txt", "moved.txt");
  await s.write("z.txt", "z\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "moved");
  await s.ok("resume");
  expect((await s.git("status", "--porcelain")).split("\n").sort()).toEqual(
    [
      "MM moved.txt",
      " D c.txt",
      "D  b.txt",
      "RM d.txt -> e.txt",
      " A new.txt",
      "AD staged.txt",
      "?? b.txt",
      "?? link",
      '?? "no-utf8-\\377"',
      "?? x/",
      "?? zero.bin",
    ].sort(),
  );
  expect(await s.read("moved.txt")).toMatch(/a19\nstaged\nnot staged\n$/);
  expect(await s.git("diff", "--cached", "--", "moved.txt")).toContain("+staged");
});

test("a conflict on restore exits with 4, changes nothing, keeps the work, and names the command that shows it", async () => {
  const s = await twoSessions();
  await s.write("a.txt", "mine\n");
  await s.write("new.txt", "mine\n");
  await s.ok("switch", "one");
  await s.git("switch", "--quiet", "two");
  await s.write("a.txt", "theirs\n");
  await s.write("new.txt", "theirs\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "theirs");
  await s.git("switch", "--quiet", "one");
  const { code, stdout, stderr } = await s.session("switch", "two");
  const ref = await refs(s);
  expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
  expect(stderr).toContain(
    `switched to two, but the unfinished work of two is still stashed: a.txt, new.txt changed on the branch since\nhint: git stash show -p --include-untracked ${ref}\n`,
  );
  expect(await s.git("status", "--porcelain")).toBe("");
  expect(await s.git("stash", "show", "-p", ref)).toContain("+mine");
  expect((await s.session("resume")).code).toBe(4);
  // By hand, with the commands that it names.
  expect(await s.git("stash", "show", "-p", "--include-untracked", ref)).toContain("new.txt");
  expect(stderr).toContain(`By hand: git stash branch two-stashed ${ref}\n`);
  await s.git("stash", "branch", "two-stashed", ref);
  expect(await s.git("status", "--porcelain")).toBe(" M a.txt\n?? new.txt");
  await s.git("checkout", "--quiet", "--force", "two");
  await s.write("a.txt", "both\n");
  await s.git("add", "a.txt");
  const more = await s.session("switch", "one");
  expect(more.code).toBe(4);
  expect(more.stderr).toContain("unfinished work of two is already stashed, and there are new changes");
  await s.git("update-ref", "-d", ref);
  await s.ok("switch", "one");
  await s.ok("switch", "two");
  expect(await s.git("status", "--porcelain")).toBe("M  a.txt");
});

test("restoring an untracked file over an existing file exits with 4, and both files stay unchanged", async () => {
  const s = await twoSessions();
  await s.write("new.txt", "mine\n");
  await s.write("b.log", "ignored, and stays\n");
  await s.ok("pause");
  await s.write("new.txt", "another\n");
  const ran = await s.session("resume");
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain("is still stashed: new.txt would be overwritten");
  expect(await s.read("new.txt")).toBe("another\n");
  await s.run("rm", ["new.txt"]);
  await s.write("c.txt", "not in the work\n");
  expect((await s.session("resume")).stderr).toContain(
    "is still stashed: c.txt has changes that are not committed; commit or move",
  );
  await s.git("restore", "c.txt");
  await s.ok("resume");
  expect(await s.read("new.txt")).toBe("mine\n");
});

test("if the checkout fails, the stashed work is restored first", async () => {
  const s = await twoSessions();
  await s.git("worktree", "add", "--quiet", "../other", "one");
  await everyChange(s);
  const before = await state(s);
  expect((await s.session("switch", "one")).stderr).toContain("one is checked out in");
  expect(await state(s)).toEqual(before);
  await s.git("switch", "--quiet", "--create", "three", "main");
  await s.write("c.log", "tracked there\n");
  await s.git("add", "--force", "c.log");
  await s.git("commit", "--quiet", "-m", "log", "--", "c.log");
  await s.git("switch", "--quiet", "two");
  await s.write(".session/config.yaml", "x: y\n");
  await s.git("branch", "four", "main");
  await s.git("worktree", "add", "--quiet", "../four", "four");
  const four = s.at("../four");
  await four.write(".session/config.yaml", "session:\n  auto_track: true\n");
  await four.git("add", "--all");
  await four.git("commit", "--quiet", "-m", "settings");
  await s.git("worktree", "remove", "../four");
  const now = await state(s);
  const refused = await s.session("switch", "four");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("git cannot switch to four");
  expect(await state(s)).toEqual(now);
  expect(await refs(s)).toBe("");
});

test("conflicts, and a submodule at another commit, are refused before anything changes", async () => {
  const s = await twoSessions();
  await s.git("init", "--quiet", "../module");
  await s.at("../module").git("commit", "--quiet", "--allow-empty", "-m", "one");
  await s.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../module", "module");
  await s.git("commit", "--quiet", "-m", "module");
  const module = s.at("module");
  await module.write("dirty.txt", "the submodule's own\n");
  await s.write("a.txt", "mine\n");
  await s.ok("pause");
  expect(await module.read("dirty.txt")).toBe("the submodule's own\n");
  await s.ok("resume");
  expect(await s.git("status", "--porcelain", "--ignore-submodules=dirty")).toBe(" M a.txt");
  await module.git(
    "-c",
    "user.name=x",
    "-c",
    "user.email=x",
    "commit",
    "--quiet",
    "--allow-empty",
    "-m",
    "two",
  );
  const before = await s.fingerprint();
  for (const words of [["switch", "one"], ["pause"]]) {
    const ran = await s.session(...words);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("module is a submodule whose current commit is not recorded");
  }
  expect(await s.fingerprint()).toBe(before);
  await module.git("reset", "--quiet", "--hard", "HEAD~1");
  await s.git("stash", "push", "--quiet");
  await s.write("a.txt", "theirs\n");
  await s.git("commit", "--quiet", "-am", "theirs");
  await s.run("git", ["stash", "pop"]);
  const conflict = await s.fingerprint();
  const ran = await s.session("switch", "one");
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain("a.txt has unresolved conflicts");
  expect(await s.fingerprint()).toBe(conflict);
});

test("nested repositories, and .session before its first commit, are not moved", async () => {
  const s = await twoSessions();
  await s.ok("init", "--yes");
  await s.git("init", "--quiet", "nested");
  await s.write("nested/file.txt", "its own\n");
  await s.write("a.txt", "two\n");
  expect((await s.json("switch", "one")).away).toMatchObject({ files: 1 });
  expect(await s.read("nested/file.txt")).toBe("its own\n");
  expect(s.exists(".session/config.yaml")).toBe(true);
});

test("in a sparse checkout, files written outside of it are restored too, and it stays sparse", async () => {
  const s = await twoSessions();
  await s.write("in/a.txt", "in\n");
  await s.write("out/b.txt", "out\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "folders");
  await s.git("branch", "--force", "one");
  for (const kind of ["--no-sparse-index", "--sparse-index"]) {
    await s.git("sparse-checkout", "init", "--cone", kind);
    await s.git("sparse-checkout", "set", "in");
    await s.write("in/a.txt", "changed\n");
    await s.write("out/new.txt", "outside\n");
    await s.write("in/staged.txt", "staged\n");
    await s.git("add", "in/staged.txt");
    const before = await state(s);
    await s.ok("pause");
    expect(await s.git("status", "--porcelain")).toBe("");
    expect(s.exists("out/b.txt")).toBe(false);
    await s.ok("resume");
    expect(await state(s)).toEqual(before);
    await s.run("rm", ["-r", "out"]);
    await s.git("reset", "--quiet", "--hard");
    await s.git("sparse-checkout", "disable");
  }
});

test("an intent-to-add entry is restored, also for a file in HEAD", async () => {
  const s = await twoSessions();
  await s.git("rm", "--quiet", "--cached", "a.txt");
  await s.git("add", "--intent-to-add", "a.txt");
  const before = await state(s);
  await s.ok("pause");
  await s.ok("resume");
  expect(await state(s)).toEqual(before);
});

test("a file that became a folder, and a folder that became a file, are restored", async () => {
  const s = await twoSessions();
  await s.run("sh", [
    "-ec",
    "rm a.txt; mkdir a.txt; echo in > a.txt/in.txt; git add a.txt; rm b.txt; mkdir b.txt; echo new > b.txt/new",
  ]);
  const before = await state(s);
  await s.ok("switch", "one");
  expect(await s.git("status", "--porcelain")).toBe("");
  await s.ok("switch", "two");
  expect(await state(s)).toEqual(before);
});

test("stashing works in a linked worktree, from a subfolder, with SHA-256 and without an identity", async () => {
  const s = await scratch({ repository: false });
  await s.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main");
  await s.write("a.txt", "a\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "one");
  await s.git("worktree", "add", "--quiet", "-b", "side", "../side");
  const side = s.at("../side");
  await side.ok("start", "side");
  await side.git("branch", "plain");
  await side.write("sub/new.txt", "new\n");
  await side.write("a.txt", "changed\n");
  await side.git("add", "a.txt");
  const before = await state(side);
  await s.write("../home/gitconfig", "[user]\n\tuseConfigOnly = true\n");
  await side.at("sub").ok("switch", "plain");
  expect(await side.git("status", "--porcelain")).toBe("");
  await side.ok("switch", "side");
  expect(await state(side)).toEqual(before);
  await side.git("fsck", "--strict");
});

test("an unborn branch and a detached HEAD switch as git does", async () => {
  const s = await scratch({ commits: 0, session: ["first"] });
  await s.write("a.txt", "a\n");
  const ran = await s.session("pause");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("there is no commit yet");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "one");
  await s.git("switch", "--quiet", "--detach");
  await s.write("a.txt", "goes along\n");
  await s.ok("switch", "first");
  expect(await s.read("a.txt")).toBe("goes along\n");
});

test("resume restores the stashed work of an ended session", async () => {
  const s = await twoSessions();
  await s.write("new.txt", "mine\n");
  await s.ok("pause");
  expect((await s.json("status")).warnings).toEqual([
    "Unfinished work is stashed: 1 file.\nhint: session resume",
  ]);
  expect((await s.session("end")).stderr).toContain("Its unfinished work stays stashed");
  expect(s.exists("new.txt")).toBe(false);
  await s.ok("resume", "two");
  expect(await s.read("new.txt")).toBe("mine\n");
});

test("start at the same commit carries changes along and names them", async () => {
  const s = await twoSessions();
  expect((await s.session("start", "clean")).stderr).not.toContain("came along");
  await s.write("a.txt", "goes along\n");
  const { stderr } = await s.session("start", "three");
  expect(stderr).toContain("Uncommitted changes were carried over from clean: a.txt.\n");
  expect(await s.read("a.txt")).toBe("goes along\n");
});

test("start --resume and resume without a name open the last session with its work", async () => {
  for (const words of [["start", "--resume"], ["resume"]]) {
    const s = await twoSessions();
    await s.ok("switch", "one");
    await s.write("a.txt", "one\n");
    await s.ok("switch", "main");
    const { code, stderr } = await s.session(...words);
    expect(code).toBe(0);
    expect(stderr).toContain("Restored its unfinished work: 1 file.");
    expect(await s.git("branch", "--show-current")).toBe("one");
    expect(await s.read("a.txt")).toBe("one\n");
  }
});

test("if the stash ref is gone, the commit with the work is named, once", async () => {
  const s = await twoSessions();
  await s.write("a.txt", "two\n");
  const { away } = await s.json("pause");
  await s.git("update-ref", "-d", await refs(s));
  expect((await s.session("resume")).stderr).toContain(`git stash apply --index ${away.commit}`);
  expect((await s.session("resume")).stderr).not.toContain("stash");
  await s.git("stash", "apply", "--quiet", "--index", away.commit);
  expect(await s.read("a.txt")).toBe("two\n");
});

test("undo reverts a change of the session, not the stashing of its work", async () => {
  const s = await twoSessions();
  await s.ok("objectives", "add", "One");
  await s.write("a.txt", "two\n");
  await s.ok("switch", "one");
  await s.ok("switch", "two");
  expect((await s.json("undo")).change).toMatch(/^objective added/);
  await s.ok("pause");
  expect((await s.json("undo")).change).toBe("session paused");
  expect((await s.json("status")).warnings.join()).toContain("is stashed: 1 file.\nhint: session resume");
  await s.ok("resume");
  expect(await s.read("a.txt")).toBe("two\n");
});

/** Locks of other git processes, by what they keep git from changing. */
const LOCKS = ["index.lock", "HEAD.lock", "refs/heads/one.lock", "refs/heads/new.lock", "packed-refs.lock"];

test.each(LOCKS.flatMap((lock) => ["now", "an hour ago"].map((age) => [lock, age] as const)))(
  "with %s from %s, start and switch either work or restore everything",
  async (lock, age) => {
    const s = await twoSessions();
    // The start point has other files, so git writes them before it reaches the lock of a ref.
    await s.write("own.txt", "of two\n");
    await s.git("add", "own.txt");
    await s.git("commit", "--quiet", "-m", "own");
    await everyChange(s);
    await s.write("own.txt", "changed\n");
    const before = await state(s);
    for (const line of [
      ["start", "new", "--from", "main"],
      ["switch", "one"],
    ]) {
      await s.write(`.git/${lock}`, "");
      const when = new Date(Date.now() - (age === "now" ? 0 : 3_600_000));
      await utimes(path.join(s.root, ".git", lock), when, when);
      const { code, stderr } = await s.session(...line);
      await rm(path.join(s.root, ".git", lock), { force: true });
      if (code === 0) await s.ok("switch", "two");
      else expect(stderr, line.join(" ")).toMatch(/lock exists\n|lock exists; /);
      const after = { ...(await state(s)), files: "" };
      expect(after, `${line.join(" ")}: ${code} ${stderr}`).toEqual({ ...before, files: "" });
      expect(s.exists(".git/session-move.json")).toBe(false);
    }
    await s.ok("switch", "one");
    await s.ok("switch", "two");
    expect({ ...(await state(s)), files: "" }).toEqual({ ...before, files: "" });
    expect(await refs(s)).toBe("");
  },
);

test("a file whose line ends or ident git converts is unchanged after pause, and comes back", async () => {
  const s = await twoSessions();
  await s.write(".gitattributes", "*.bat text eol=crlf\n*.id ident\n");
  await s.write("run.bat", "echo one\n");
  await s.write("x.id", "$Id$\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "converted");
  await s.write("run.bat", "echo one\necho two\n");
  await s.write("x.id", "$Id$\nmore\n");
  await s.ok("pause");
  expect(await s.git("status", "--porcelain")).toBe("");
  await s.ok("resume");
  expect(await s.git("status", "--porcelain")).toBe(" M run.bat\n M x.id");
});

test("resume counts no file that the branch has got meanwhile", async () => {
  const s = await twoSessions();
  const work = () => Promise.all([s.write("a.txt", "same\n"), s.write("new.txt", "same\n")]);
  await work();
  await s.ok("pause");
  await work();
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "same");
  const { code, stderr } = await s.session("resume");
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("The branch already has its unfinished work.\n"),
  });
});

test("a partly staged file counts once", async () => {
  const s = await twoSessions();
  await s.write("a.txt", "staged\n");
  await s.git("add", "a.txt");
  await s.write("a.txt", "staged\nand more\n");
  expect(await s.ok("status", "--short")).toContain("1 changed");
});

test("status and checkpoint say that a switch is running while it stashes work", async () => {
  const s = await twoSessions();
  await s.git("config", "filter.slow.clean", "cat");
  await s.git(
    "config",
    "filter.slow.smudge",
    "touch ../began; while [ -e ../wait ]; do sleep 0.05; done; cat",
  );
  await s.write(".git/info/attributes", "*.txt filter=slow\n");
  await s.write("a.txt", "changed\n");
  await s.write("../wait", "");
  const running = s.apart.session("pause");
  while (!s.exists("../began")) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await s.ok("status")).toContain("A switch is running; the work tree is half changed");
  const { error } = await s.json("checkpoint", "-m", "no");
  expect(error).toMatchObject({ code: "move-in-progress", message: expect.stringContaining("wait until") });
  await s.run("rm", ["../wait"]);
  expect((await running).code).toBe(0);
});
